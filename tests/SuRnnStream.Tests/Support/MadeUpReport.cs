using SuRnnStream.Evaluation;

namespace SuRnnStream.Tests.Support;

/// <summary>An evaluation report with made-up figures: 60 events of each label, fewer misses and more false alarms the lower the threshold.</summary>
static class MadeUpReport
{
    public static EvaluationReport Of(IReadOnlyList<string> labels, double hours = 3, bool events = true, double? budget = 1)
    {
        OperatingPoint Point(int label, int k) => new(Math.Clamp(k / 100f, 0.001f, 0.999f), events ? 60 : 0, events ? 60 - (k + label) / 2 : 0, (100 - k) / 30, (100 - k) / 20, hours > 0 ? (int)(300 * Math.Exp(-0.06 * k)) : 0, hours);
        OperatingPoint Sum(IEnumerable<OperatingPoint> points) => points.Aggregate((a, b) => new(a.Threshold, a.Events + b.Events, a.Hits + b.Hits, a.WrongLabels + b.WrongLabels,
            a.FalseAlarmsInPositives + b.FalseAlarmsInPositives, a.FalseAlarms + b.FalseAlarms, hours));
        OperatingPoint[] At(int k) => [.. labels.Select((_, i) => Point(i % 20, k))];
        var random = new Random(1);
        float[] Scores(int count, double centre) => [.. Enumerable.Range(0, count).Select(_ => (float)Math.Clamp(centre + 0.3 * (random.NextDouble() - 0.5), 0, 1)).Order()];
        static IReadOnlyList<long> Counts(float[] scores)
        {
            var bins = new long[100];
            foreach (var score in scores) bins[Math.Min(99, (int)(score * 100))]++;
            return bins;
        }
        return new EvaluationReport
        {
            Model = "models/made-up.surnn",
            Labels = labels,
            Conditions = "",
            Positives = events ? TimeSpan.FromMinutes(40) : TimeSpan.Zero,
            Negatives = TimeSpan.FromHours(hours),
            AsShipped = Sum(At(70)),
            AsShippedByLabel = labels.Zip(At(70)).ToDictionary(),
            Sweep = [.. Enumerable.Range(0, 101).Select(k => Sum(At(k)))],
            SweepByLabel = labels.Select((label, i) => (label, (IReadOnlyList<OperatingPoint>)[.. Enumerable.Range(0, 101).Select(k => At(k)[i])])).ToDictionary(),
            Latencies = events ? [.. Enumerable.Range(-5, 40).Select(i => TimeSpan.FromMilliseconds(10 * i))] : [],
            Confusion = [.. Enumerable.Range(0, labels.Count + 1).Select(row => (IReadOnlyList<int>)[.. Enumerable.Range(0, labels.Count + 1).Select(column =>
                !events || row == labels.Count && column == labels.Count ? 0 : row == column ? 1_042 : column == labels.Count ? 17 : (row + column) % 5 == 4 ? 3 : 0)])],
            EventScores = labels.ToDictionary(label => label, _ => (IReadOnlyList<float>)(events ? Scores(60, 0.85) : [])),
            NegativeScoreCounts = labels.ToDictionary(label => label, _ => Counts(Scores((int)(hours * 3600), 0.1))),
            Budget = hours > 0 && events ? budget : null,
            Recommended = hours > 0 && events && budget is not null ? labels.Select((label, i) => (label, i == 1 ? null : At(91)[i])).ToDictionary() : new Dictionary<string, OperatingPoint?>(),
            AsRecommended = hours > 0 && events && budget is not null ? Sum(At(91)) : null,
            Compute = new ComputeStats(),
        };
    }
}
