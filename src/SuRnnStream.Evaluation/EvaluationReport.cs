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

    /// <summary>Label by label: highest smoothed score of each second of the negatives, ascending.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<float>> NegativeScores { get; init; }

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
