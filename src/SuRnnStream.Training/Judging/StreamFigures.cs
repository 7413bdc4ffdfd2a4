using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>Figures of streams: what was missed, what fired that should not.</summary>
static class StreamFigures
{
    /// <summary>Misses, wrong labels and latency at the model's own settings, and misses by label.</summary>
    public static IEnumerable<Figure> Words(string group, IReadOnlyList<SceneResult> heard, IReadOnlyList<string> byLabel)
    {
        SceneCount[] counts = [.. heard.Select(one => one.Shipped)];
        yield return Missed(group, counts);
        yield return Wrong(group, counts);
        foreach (var label in byLabel)
            yield return Figure.OfCases(group, $"missed of {label}", counts.Where(one => one.ByLabel.ContainsKey(label)).Select(one => new Part(one.Speaker, one.ByLabel[label].Events - one.ByLabel[label].Hits, one.ByLabel[label].Events)), "words");
        TimeSpan[] latencies = [.. heard.SelectMany(one => one.Latencies).Order()];
        yield return Figure.OfNumber(group, "latency from the word's end, median", Percentile(latencies, 0.5), FigureUnit.Seconds);
        yield return Figure.OfNumber(group, "latency from the word's end, 95 %", Percentile(latencies, 0.95), FigureUnit.Seconds);
    }

    /// <summary>False alarms an hour at the model's own settings: read speech, other speech, and other speech by kind.</summary>
    public static IEnumerable<Figure> Speech(string group, IReadOnlyList<SceneResult> heard)
    {
        SceneCount[] counts = [.. heard.Select(one => one.Shipped)];
        yield return Alarms(group, "false alarms, read", counts.Where(IsRead));
        if (counts.All(IsRead)) yield break;
        yield return Alarms(group, "false alarms, other", counts.Where(one => !IsRead(one)));
        foreach (var kind in new[] { SpeechKind.Telephone, SpeechKind.NonNative })
            yield return Alarms(group, kind == SpeechKind.Telephone ? "false alarms, telephone" : "false alarms, non-native and children", counts.Where(one => one.Kind == kind));
    }

    /// <summary>What a command is missed by that something surrounds, and what else fires.</summary>
    public static IEnumerable<Figure> Surrounded(string group, IReadOnlyList<SceneResult> heard)
    {
        SceneCount[] counts = [.. heard.Select(one => one.Shipped)];
        yield return Missed(group, counts);
        yield return Wrong(group, counts);
        yield return Alarms(group, "other false alarms", counts);
    }

    /// <summary>Other words that fire, each alone.</summary>
    public static Figure Fired(string group, string name, IReadOnlyList<SceneResult> heard) => Fired(group, name, heard.Select(one => one.Shipped));

    /// <summary>
    /// With one threshold for all labels, the one with the fewest misses within a budget of false alarms an hour of read speech on these sounds
    /// themselves: what it misses and what it does in other sounds.
    /// </summary>
    public static IEnumerable<Figure> AtBudgets(IReadOnlyList<SceneResult> words, IReadOnlyList<SceneResult> speech, IReadOnlyList<SceneResult> others, IReadOnlyList<double> budgets)
    {
        SceneResult[] read = [.. speech.Where(one => IsRead(one.Shipped))], other = [.. speech.Where(one => !IsRead(one.Shipped))];
        OperatingPoint[] curve = [.. Evaluator.Thresholds.Select((threshold, t) => Point(threshold, t, words, read))];
        foreach (var budget in budgets)
        {
            var group = FormattableString.Invariant($"within {budget} an hour of read speech, own threshold");
            if (DetCurve.BestWithin(curve, budget) is not { } best)
            {
                foreach (var name in new[] { "missed", "wrong labels", "false alarms, read" }) yield return Figure.OfNumber(group, name, double.NaN, FigureUnit.Part, "no threshold is that quiet");
                if (other.Length > 0) yield return Figure.OfNumber(group, "false alarms, other", double.NaN, FigureUnit.PerHour);
                yield return Figure.OfNumber(group, "other words alone that fire", double.NaN, FigureUnit.Part);
                continue;
            }
            var t = Evaluator.Thresholds.ToList().IndexOf(best.Threshold);
            var note = FormattableString.Invariant($"threshold {best.Threshold:0.00#}");
            yield return Missed(group, words.Select(one => one.Sweep[t])) with { Note = note };
            yield return Wrong(group, words.Select(one => one.Sweep[t]));
            yield return Alarms(group, "false alarms, read", read.Select(one => one.Sweep[t]));
            if (other.Length > 0) yield return Alarms(group, "false alarms, other", other.Select(one => one.Sweep[t]));
            yield return Fired(group, "other words alone that fire", others.Select(one => one.Sweep[t]));
        }
    }

    /// <summary>
    /// False alarms an hour where at most the part <paramref name="atMost"/> of the words is missed: the lowest that any one threshold gives, searched again in every draw. Infinite where
    /// no threshold misses so few.
    /// </summary>
    public static IEnumerable<Figure> AtMissed(IReadOnlyList<SceneResult> words, IReadOnlyList<SceneResult> speech, double atMost)
    {
        var group = FormattableString.Invariant($"at {100 * atMost:0.#} % of the words missed");
        yield return Rate("false alarms, read", [.. speech.Where(one => IsRead(one.Shipped))]);
        if (speech.Any(one => !IsRead(one.Shipped))) yield return Rate("false alarms, other", [.. speech.Where(one => !IsRead(one.Shipped))]);

        Figure Rate(string name, SceneResult[] negatives)
        {
            var (misses, events, alarms) = (Table(words, one => one.Misses), Table(words, one => one.Events), Table(negatives, one => one.False));
            double Value(Draw draw)
            {
                var hours = negatives.Sum(one => draw[one.Shipped.Speaker] * one.Shipped.Hours);
                if (!(hours > 0)) return double.NaN;
                int[] missed = Sum(words, misses, draw), said = Sum(words, events, draw), fired = Sum(negatives, alarms, draw);
                var best = double.PositiveInfinity;
                for (var t = Array.IndexOf(fired, fired.Max()); t < fired.Length; t++) // below it a label that never falls again looks quiet: see DetCurve.Usable
                    if (missed[t] <= atMost * said[t]) best = Math.Min(best, fired[t] / hours);
                return best;
            }
            return Figure.OfDraws(group, name, FigureUnit.PerHour, Value);
        }
    }

    /// <summary>Misses and false alarms of a stream of 20 minutes, as MLPerf Tiny's.</summary>
    public static IEnumerable<Figure> Minutes(int seed, SceneCount count)
    {
        var (group, note) = (FormattableString.Invariant($"{60 * count.Hours:0.#} minutes, {count.Events} words over noise 20 dB below, seed {seed}"), FormattableString.Invariant($"of {count.Events}"));
        yield return Figure.OfNumber(group, "missed", count.Misses, note: note);
        yield return Figure.OfNumber(group, "false alarms, wrong labels too", count.False + count.Wrong, note: $"{count.Wrong} of them wrong labels");
    }

    public static Figure Missed(string group, IEnumerable<SceneCount> counts) => Figure.OfCases(group, "missed", counts.Select(one => new Part(one.Speaker, one.Misses, one.Events)), "words");

    static Figure Wrong(string group, IEnumerable<SceneCount> counts) => Figure.OfCases(group, "wrong labels", counts.Select(one => new Part(one.Speaker, Math.Min(one.Wrong, one.Events), one.Events)), "words");

    public static Figure Fired(string group, string name, IEnumerable<SceneCount> counts) => Figure.OfCases(group, name, counts.Select(one => new Part(one.Speaker, one.OthersFired, one.Others)), "words");

    public static Figure Alarms(string group, string name, IEnumerable<SceneCount> counts) => Figure.OfHours(group, name, counts.Select(one => new Part(one.Speaker, one.False, one.Hours)));

    static bool IsRead(SceneCount one) => one.Kind == SpeechKind.Read;

    static OperatingPoint Point(float threshold, int t, IReadOnlyList<SceneResult> words, IReadOnlyList<SceneResult> negatives) => new(threshold,
        words.Sum(one => one.Sweep[t].Events), words.Sum(one => one.Sweep[t].Events - one.Sweep[t].Misses), words.Sum(one => one.Sweep[t].Wrong), words.Sum(one => one.Sweep[t].False),
        negatives.Sum(one => one.Sweep[t].False), negatives.Sum(one => one.Shipped.Hours));

    /// <summary>[scenes][thresholds]</summary>
    static int[][] Table(IReadOnlyList<SceneResult> heard, Func<SceneCount, int> count) => [.. heard.Select(one => one.Sweep.Select(count).ToArray())];

    /// <summary>[thresholds] of all scenes as often as the draw has their speakers.</summary>
    static int[] Sum(IReadOnlyList<SceneResult> heard, int[][] table, Draw draw)
    {
        var sum = new int[Evaluator.Thresholds.Count];
        for (var i = 0; i < table.Length; i++)
        {
            var times = draw[heard[i].Shipped.Speaker];
            if (times == 0) continue;
            for (var t = 0; t < sum.Length; t++) sum[t] += times * table[i][t];
        }
        return sum;
    }

    static double Percentile(TimeSpan[] ordered, double part) => ordered.Length == 0 ? double.NaN : EvaluationReport.Percentile(ordered, part).TotalSeconds;
}
