using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Events;

/// <summary>Chooses a gesture model's threshold for a budget of false alarms, and judges it on other takes.</summary>
/// <param name="sensor">The model's.</param>
/// <param name="options">Tolerance and times of the events.</param>
sealed class GestureJudge(SensorFrontEndConfig sensor, EventOptions options)
{
    const double Blend = 0.25, Shortest = 1.5, Longest = 4; // seconds
    const int Orders = 3;
    static readonly float[] Thresholds = [.. Enumerable.Range(2, 36).Select(n => n / 40f)]; // 0.05 to 0.925

    /// <summary>Every take three times, in three orders, with ordinary movements between them; and all ordinary movements once.</summary>
    public IReadOnlyList<EventStream> Streams(IReadOnlyList<EventStream> part, int seed)
    {
        EventStream[] takes = [.. part.Where(stream => stream.Events.Count > 0)], others = [.. part.Where(stream => stream.Events.Count == 0)];
        var streams = new List<EventStream>();
        for (var order = 0; order < Orders; order++)
        {
            var (random, joined) = (new Random(seed + order), new StreamJoiner(sensor.Channels.Count));
            random.Shuffle(takes);
            foreach (var take in takes)
            {
                var from = others[random.Next(others.Length)];
                var length = Math.Min(from.Moments, (int)((Shortest + (Longest - Shortest) * random.NextDouble()) * sensor.SampleRate));
                var at = random.Next(from.Moments - length + 1);
                joined.Append([.. from.Channels.Select(channel => channel[at..(at + length)])], [], (int)(Blend * sensor.SampleRate));
                joined.Append(take.Channels, take.Events, (int)(Blend * sensor.SampleRate));
            }
            streams.Add(joined.ToStream($"joined {order + 1}"));
        }
        return [.. streams, .. others];
    }

    /// <summary>
    /// The threshold with the fewest misses among those within the budget; of several the middle one, as far from both kinds of error. Without any within the
    /// budget the one with the fewest false alarms.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="streams">Streams to choose by.</param>
    /// <param name="perHour">False alarms an hour.</param>
    public (float Threshold, MomentReport Report) Choose(SuRnnModel model, IReadOnlyList<EventStream> streams, double perHour)
    {
        var all = Thresholds.Select(threshold => (Threshold: threshold, Report: Judge(model, streams, threshold))).ToArray();
        var within = all.Where(one => Rate(one.Report) <= perHour).ToArray();
        if (within.Length == 0) return all.MinBy(one => (one.Report.Any.False, one.Report.Any.Missed));
        var fewest = within.Min(one => Missed(one.Report));
        var best = within.Where(one => Missed(one.Report) == fewest).ToArray();
        return best[best.Length / 2];
    }

    /// <summary>Misses, wrong labels among them.</summary>
    public static int Missed(MomentReport report) => report.ByLabel.Skip(1).Sum(scores => scores.Missed);

    /// <summary>False alarms an hour, wrong labels among them.</summary>
    public static double Rate(MomentReport report) => False(report) / report.Total.StreamTime.TotalHours;

    /// <summary>Detections of a label where there is none of it.</summary>
    public static int False(MomentReport report) => report.ByLabel.Skip(1).Sum(scores => scores.False);

    public MomentReport Judge(SuRnnModel model, IReadOnlyList<EventStream> streams, float threshold) =>
        streams.Select(stream => MomentJudge.Judge(model, stream, options.Times, model.Defaults with { Threshold = threshold })).Aggregate((sum, one) => sum + one);

    /// <summary>What was found, in sentences.</summary>
    /// <param name="report">Of held-back streams.</param>
    /// <param name="labels">The model's.</param>
    /// <param name="takes">How many different takes of each label it has.</param>
    public static IEnumerable<string> Say(MomentReport report, IReadOnlyList<string> labels, IReadOnlyList<int> takes)
    {
        for (var label = 1; label < labels.Count; label++)
        {
            var scores = report.ByLabel[label];
            var bounds = Bounds.OfPart(Math.Min(takes[label], (int)Math.Round(takes[label] * (1 - scores.Sensitivity))), takes[label]);
            yield return FormattableString.Invariant($"{labels[label]}: {scores.Found} of {scores.Found + scores.Missed} found ({takes[label]} takes, {Orders} times each), {1 - scores.Sensitivity:P1} missed (95 %: {bounds.Lower:P1} to {bounds.Upper:P1}), {scores.False} false");
        }
        var (count, hours) = (False(report), report.Total.StreamTime.TotalHours);
        var rate = Bounds.OfRate(count, hours);
        yield return FormattableString.Invariant($"false alarms: {count} in {60 * hours:F1} min, {(rate.OneSided ? $"at most {rate.Upper:F0}" : $"{rate.Lower:F0} to {rate.Upper:F0}")} an hour (95 %)");
        yield return FormattableString.Invariant($"from a gesture's end to its detection: median {1_000 * MomentReport.Percentile(report.Latencies, 0.5):F0} ms, 95 % within {1_000 * MomentReport.Percentile(report.Latencies, 0.95):F0} ms");
    }
}
