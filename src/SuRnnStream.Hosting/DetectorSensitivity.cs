namespace SuRnnStream;

/// <summary>How readily a hosted detector detects, beside its configured thresholds.</summary>
public enum DetectorSensitivity
{
    /// <summary>Fewer detections: the log-odds of every threshold are raised by 1, so that 0.5 is 0.73.</summary>
    Low,

    /// <summary>The thresholds as they are configured.</summary>
    Medium,

    /// <summary>More detections, right and wrong ones: the log-odds of every threshold are lowered by 1, so that 0.5 is 0.27.</summary>
    High,
}

static class Sensitivities
{
    /// <summary>The same options with other thresholds.</summary>
    public static DetectorOptions With(this DetectorOptions options, DetectorSensitivity sensitivity)
    {
        if (sensitivity == DetectorSensitivity.Medium) return options;
        return options with
        {
            Threshold = Move(options.Threshold, sensitivity),
            Thresholds = options.Thresholds.ToDictionary(one => one.Key, one => Move(one.Value, sensitivity)),
        };
    }

    static float Move(float threshold, DetectorSensitivity sensitivity)
    {
        var odds = threshold / (1 - threshold) * MathF.Exp(sensitivity == DetectorSensitivity.Low ? 1 : -1);
        return Math.Clamp(odds / (1 + odds), 0.001f, 0.999f);
    }
}
