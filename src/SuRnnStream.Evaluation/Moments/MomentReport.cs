namespace SuRnnStream.Evaluation.Moments;

/// <summary>What a model made of recordings with events.</summary>
/// <param name="Any">Detections of whatever label against all events: that something happened.</param>
/// <param name="ByLabel">[labels] detections of a label against its events; of the first, the background, nothing.</param>
/// <param name="Given">[labels] by the place of the events alone, as papers do that are told where the beats are: of each event the label with the highest mean score while it may be answered.</param>
/// <param name="InEvents">Compute in frames of events.</param>
/// <param name="Background">Compute in all others.</param>
/// <param name="Total">Compute in all, with times.</param>
/// <param name="Latencies">Seconds from each found event to its emission, in order of size.</param>
/// <param name="Offsets">Seconds between each found event and the time that its detection gives it, in order of size.</param>
sealed record MomentReport(MomentScores Any, MomentScores[] ByLabel, MomentScores[] Given, ComputeStats InEvents, ComputeStats Background, ComputeStats Total, double[] Latencies, double[] Offsets)
{
    public static MomentReport operator +(MomentReport a, MomentReport b) => new(
        a.Any + b.Any, [.. a.ByLabel.Zip(b.ByLabel, (x, y) => x + y)], [.. a.Given.Zip(b.Given, (x, y) => x + y)], a.InEvents + b.InEvents, a.Background + b.Background, a.Total + b.Total,
        [.. a.Latencies.Concat(b.Latencies).Order()], [.. a.Offsets.Concat(b.Offsets).Order()]);

    public static double Percentile(double[] ordered, double part) => ordered.Length == 0 ? 0 : ordered[Math.Min(ordered.Length - 1, (int)(part * ordered.Length))];
}
