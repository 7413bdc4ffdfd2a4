namespace SuRnnStream.Research.Anomalies;

/// <summary>
/// Detections of anomalies against labelled windows, by the rules of the Numenta Anomaly Benchmark's standard profile (Lavin and Ahmad 2015): of a
/// window the first detection counts, up to 1 the earlier it is; a missed one costs 1; every detected value outside costs 0.11, less after a
/// window. Adds up with +.
/// </summary>
/// <param name="Points">Sum of all that.</param>
/// <param name="Windows">Those that are judged.</param>
/// <param name="Found">Those with a detection.</param>
/// <param name="FalseAlarms">Runs of detected values outside windows.</param>
readonly record struct NabScore(double Points, int Windows, int Found, int FalseAlarms)
{
    const double FalsePositive = 0.11, Far = 3; // the cost, and window lengths after which it is whole

    /// <summary>0 for who detects nothing, 100 for who detects every window at its first value and nothing else.</summary>
    public double Normalized => Windows == 0 ? 0 : 100 * (Points + Windows) / (2 * Windows);

    public static NabScore operator +(NabScore a, NabScore b) => new(a.Points + b.Points, a.Windows + b.Windows, a.Found + b.Found, a.FalseAlarms + b.FalseAlarms);

    /// <param name="stream">Values in its probation are not judged.</param>
    /// <param name="scores">[values].</param>
    /// <param name="threshold">From which a value is detected.</param>
    public static NabScore Of(MetricStream stream, double[] scores, double threshold)
    {
        var windows = stream.Judged;
        var (points, found, alarms, next, hit, running) = (0.0, 0, 0, 0, false, false);
        for (var t = stream.Probation; t < scores.Length; t++)
        {
            while (next < windows.Count && windows[next].To < t) (next, hit) = (next + 1, false);
            var detected = scores[t] >= threshold;
            if (next < windows.Count && windows[next].From <= t)
            {
                running = false;
                if (!detected || hit) continue;
                var (from, to) = windows[next];
                points += Sigmoid(-(to - t + 1.0) / (to - from + 1)) / Sigmoid(-1);
                (hit, found) = (true, found + 1);
                continue;
            }
            if (detected)
            {
                points += FalsePositive * (next == 0 ? -1 : Sigmoid((t - windows[next - 1].To) / Math.Max(1.0, windows[next - 1].To - windows[next - 1].From)));
                if (!running) alarms++;
            }
            running = detected;
        }
        return new NabScore(points - (windows.Count - found), windows.Count, found, alarms);
    }

    /// <summary>The threshold with the most points on all streams together, and those. The benchmark chooses so for every detector, on what it then reports.</summary>
    public static (double Threshold, NabScore Score) Best(IReadOnlyList<(MetricStream Stream, double[] Scores)> all)
    {
        const int Tried = 400;
        double[] ordered = [.. all.SelectMany(one => one.Scores.Skip(one.Stream.Probation)).Order()];
        // From the top down, ever further apart: most of what is worth trying is rare.
        var thresholds = Enumerable.Range(0, Tried).Select(i => ordered[^(int)Math.Max(1, ordered.Length * Math.Pow(10, -5 + 4.5 * i / (Tried - 1)))]).Prepend(double.PositiveInfinity).Distinct();
        return thresholds.Select(threshold => (threshold, all.Select(one => Of(one.Stream, one.Scores, threshold)).Aggregate((a, b) => a + b))).MaxBy(tried => tried.Item2.Points);
    }

    static double Sigmoid(double position) => position > Far ? -1 : 2 / (1 + Math.Exp(5 * position)) - 1;
}
