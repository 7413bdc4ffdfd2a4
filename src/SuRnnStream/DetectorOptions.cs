namespace SuRnnStream;

/// <summary>When a score counts as an event. A model file carries the values it was tuned with.</summary>
public sealed record DetectorOptions
{
    /// <summary>Smoothed score at which an event begins, in (0, 1).</summary>
    public float Threshold { get; init; } = 0.5f;

    /// <summary>Thresholds of single labels where they differ from <see cref="Threshold"/>, each in (0, 1).</summary>
    public IReadOnlyDictionary<string, float> Thresholds { get; init; } = new Dictionary<string, float>();

    /// <summary>A label can fire again once its smoothed score has fallen below Release times its threshold; in (0, 1).</summary>
    public float Release { get; init; } = 0.6f;

    /// <summary>Part of the previous frame's smoothed score that is kept, in [0, 1): 0 is no smoothing.</summary>
    public float Smoothing { get; init; } = 0.5f;

    /// <summary>Least stream time between two detections of the same label; zero to less than a day.</summary>
    public TimeSpan Refractory { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Stream time from the first crossing of a threshold to the verdict, in which labels compete: the highest score wins. Zero to less than a day.</summary>
    public TimeSpan DecisionWindow { get; init; } = TimeSpan.FromMilliseconds(120);

    /// <summary>
    /// Stream time behind a start, or behind a gap over which a model of sensors forgets, in which nothing is detected, because filters and scale have
    /// heard too little: what reaches its threshold in it has to fall below its release level first. Zero, which is none, to less than a day.
    /// </summary>
    public TimeSpan Settle { get; init; }

    /// <summary>True: every neuron is evaluated in every frame, as if nothing could be skipped. The detections are the same.</summary>
    public bool Dense { get; init; }

    /// <summary>
    /// True: detections of sound say how loud they were (<see cref="Detection.Level"/>, <see cref="Detection.LevelAboveFloor"/>), for arbitration between
    /// devices. Costs 4 kB a stream. Read when a detector is made.
    /// </summary>
    public bool Level { get; init; }

    /// <summary>
    /// A second look: what the network proposes is detected only if this confirms it, by its own rule; thresholds, smoothing and decision window then
    /// decide nothing, and <see cref="Refractory"/> holds. The user's choice, not kept in a model file. Null: there is none.
    /// </summary>
    public IVerifier? Verifier { get; init; }

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal DetectorOptions Validate(IReadOnlyList<string> labels)
    {
        Require(Threshold is > 0 and < 1, nameof(Threshold), Threshold, "(0, 1)");
        foreach (var (label, threshold) in Thresholds)
        {
            Require(threshold is > 0 and < 1, $"the threshold of '{label}'", threshold, "(0, 1)");
            if (!labels.Contains(label)) throw new ArgumentException($"There is a threshold for '{label}', but the model knows {string.Join(", ", labels)}.");
        }
        Require(Release is > 0 and < 1, nameof(Release), Release, "(0, 1)");
        Require(Smoothing is >= 0 and < 1, nameof(Smoothing), Smoothing, "[0, 1)");
        RequireTime(nameof(Refractory), Refractory);
        RequireTime(nameof(DecisionWindow), DecisionWindow);
        RequireTime(nameof(Settle), Settle);
        return this;
    }

    /// <summary>A day and more is no time between events but a slip: .NET reads a bare number of a configuration as days.</summary>
    static void RequireTime(string name, TimeSpan value) =>
        Require(value >= TimeSpan.Zero && value < TimeSpan.FromDays(1), name, value, "0 to 23:59:59 (hours:minutes:seconds)");

    static void Require<T>(bool holds, string name, T value, string range)
    {
        if (!holds) throw new ArgumentException($"{name} is {value}, but must be in {range}.");
    }
}
