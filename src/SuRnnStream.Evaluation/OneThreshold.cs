namespace SuRnnStream.Evaluation;

/// <summary>One threshold for all labels.</summary>
static class OneThreshold
{
    /// <summary>The options with this threshold instead of each label's own.</summary>
    public static DetectorOptions At(this DetectorOptions options, float threshold) => options with { Threshold = threshold, Thresholds = new Dictionary<string, float>() };
}
