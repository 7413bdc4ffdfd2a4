namespace SuRnnStream.Evaluation;

/// <summary>The smoothed score of one label over a clip, frame by frame, as a network gives it that begins some seconds before.</summary>
/// <param name="Scores">0 to 1.</param>
sealed record ScoreStrip(IReadOnlyList<float> Scores)
{
    /// <summary>How long before a clip the network begins.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromSeconds(3);

    /// <param name="evaluator">With the model.</param>
    /// <param name="label">Whose score.</param>
    /// <param name="samples">The clip and what is before it.</param>
    /// <param name="before">Samples that are not drawn.</param>
    public static ScoreStrip Of(Evaluator evaluator, string label, ReadOnlySpan<float> samples, int before)
    {
        var (config, keep) = (evaluator.Model.Config, evaluator.Options.Smoothing);
        var (place, from) = (config.Labels.ToList().IndexOf(label), TimeSpan.FromSeconds((double)before / config.RequireFrontEnd().SampleRate));
        var (scores, smoothed) = (new List<float>(), 0f);
        var detector = new StreamingDetector(evaluator.Model, evaluator.Options with { Verifier = null })
        {
            OnFrame = (in FrameView frame) =>
            {
                smoothed = keep * smoothed + (1 - keep) * frame.Scores[place];
                if (frame.End >= from) scores.Add(smoothed);
            },
        };
        detector.Process(samples, static _ => { });
        return new ScoreStrip(scores);
    }
}
