namespace SuRnnStream.Evaluation;

/// <summary>How good a model is on somebody's recordings: what the table, the JSON, the pictures and the page show.</summary>
public sealed record EvaluationReport
{
    /// <summary>The model's file.</summary>
    public required string Model { get; init; }

    /// <summary>Labels that are detected, in the model's order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>What was done to the sounds, in words: noise mixed in, rooms; empty: nothing.</summary>
    public required string Conditions { get; init; }

    /// <summary>Length of the streams with events.</summary>
    public required TimeSpan Positives { get; init; }

    /// <summary>Length of the streams without.</summary>
    public required TimeSpan Negatives { get; init; }

    /// <summary>With the thresholds that the model has: all labels together.</summary>
    public required OperatingPoint AsShipped { get; init; }

    /// <summary>With the thresholds that the model has: label by label.</summary>
    public required IReadOnlyDictionary<string, OperatingPoint> AsShippedByLabel { get; init; }

    /// <summary>101 thresholds from low to high, every label at the same: all labels together.</summary>
    public required IReadOnlyList<OperatingPoint> Sweep { get; init; }

    /// <summary>The same, label by label: each label's figures while all the others have the same threshold.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<OperatingPoint>> SweepByLabel { get; init; }

    /// <summary>From an event's end to its detection's time, of every hit as shipped, ascending; below zero where the detection came first.</summary>
    public required IReadOnlyList<TimeSpan> Latencies { get; init; }

    /// <summary>
    /// As shipped: [truth][answer]. Truths are the labels and, last, what is no event. Answers are the labels and, last, no detection (of events
    /// only: what is no event and gave no detection is not counted).
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Label by label: highest smoothed score within each of its events, ascending.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<float>> EventScores { get; init; }

    /// <summary>Label by label: seconds of the negatives by the hundredth, 0 to 99, of their highest smoothed score.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<long>> NegativeScoreCounts { get; init; }

    /// <summary>Every event and every false alarm as shipped, in the order of the streams; empty where they were not asked for.</summary>
    public IReadOnlyList<JudgedEvent> Events { get; init; } = [];

    /// <summary>Which sounds these are; null: they were not hashed.</summary>
    public JudgedSet? Set { get; init; }

    /// <summary>By whom and when: the same counts by condition, reason, speaker, signal-to-noise ratio, level, length and hour.</summary>
    public IReadOnlyList<GroupCount> Groups { get; init; } = [];

    /// <summary>Speakers or records that the sounds are of, by which the ranges are drawn.</summary>
    public int Speakers => Units.All.Count;

    /// <summary>Of 2,000 draws of the speakers or records with events, 95 of 100 miss a part between these; NaN: there are fewer than two.</summary>
    public (double Lower, double Upper) MissRateRange { get; init; } = (double.NaN, double.NaN);

    /// <summary>The same of the false alarms an hour, of the speakers or records without events.</summary>
    public (double Lower, double Upper) FalseAlarmRange { get; init; } = (double.NaN, double.NaN);

    /// <summary>This model beside another on the same sounds; null: there is none.</summary>
    public ModelComparison? Against { get; init; }

    internal UnitCounts Units { get; init; } = new();

    internal const int DrawSeed = 1;

    /// <summary>False alarms an hour that thresholds were sought for; null: none were.</summary>
    public double? Budget { get; init; }

    /// <summary>Label by label the point with the fewest misses within the label's share of the budget; null where none meets it.</summary>
    public IReadOnlyDictionary<string, OperatingPoint?> Recommended { get; init; } = new Dictionary<string, OperatingPoint?>();

    /// <summary>Counted once more with the recommended thresholds together, as labels compete; null: none were sought.</summary>
    public OperatingPoint? AsRecommended { get; init; }

    /// <summary>What all of it cost.</summary>
    public required ComputeStats Compute { get; init; }

    /// <summary>The least of the latencies that this part of them, in (0, 1], does not exceed (nearest rank): 0.5 is the median.</summary>
    /// <param name="ascending">At least one.</param>
    /// <param name="part">0.95: 95 of 100 are not longer.</param>
    public static TimeSpan Percentile(IReadOnlyList<TimeSpan> ascending, double part) => ascending[Math.Max(0, (int)Math.Ceiling(part * ascending.Count) - 1)];
}
