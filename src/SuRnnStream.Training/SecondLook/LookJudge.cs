using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.SecondLook;

/// <summary>What a threshold gives.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="Words">Words spoken.</param>
/// <param name="Missed">Of them.</param>
/// <param name="Wrong">Words for which another label fired.</param>
/// <param name="OtherWords">Other words spoken alone.</param>
/// <param name="OthersFired">Of them.</param>
/// <param name="Read">False alarms in read speech.</param>
/// <param name="ReadHours">Hours of it.</param>
/// <param name="Other">False alarms in other speech.</param>
/// <param name="OtherHours">Hours of it.</param>
/// <param name="Latencies">From a word's end to its detection.</param>
sealed record LookPoint(float Threshold, int Words, int Missed, int Wrong, int OtherWords, int OthersFired, int Read, double ReadHours, int Other, double OtherHours, IReadOnlyList<TimeSpan> Latencies)
{
    /// <summary>Words that begin like a command, and those of them that fired.</summary>
    public (int Words, int Fired) Beginnings { get; init; }

    public double MissRate => Words == 0 ? 0 : (double)Missed / Words;
    public double OthersRate => OtherWords == 0 ? 0 : (double)OthersFired / OtherWords;
    public double ReadRate => ReadHours == 0 ? 0 : Read / ReadHours;
    public double OtherRate => OtherHours == 0 ? 0 : Other / OtherHours;

    public override string ToString() => FormattableString.Invariant(
        $"{Threshold:0.000}: missed {Missed} of {Words} ({100 * MissRate:0.0} %), wrong {100.0 * Wrong / Math.Max(1, Words):0.0} %, other words {OthersFired} of {OtherWords} ({100 * OthersRate:0.0} %), read speech {Read} in {ReadHours:0.00} h ({ReadRate:0.0} an hour), other speech {Other} in {OtherHours:0.00} h ({OtherRate:0.0} an hour){(Beginnings.Words == 0 ? "" : $", words that begin like one {100.0 * Beginnings.Fired / Beginnings.Words:0} %")}, latency {Percentile(0.5):0.00} / {Percentile(0.95):0.00} s");

    double Percentile(double part) => Latencies.Count == 0 ? 0 : Latencies.Order().ElementAt((int)(part * (Latencies.Count - 1))).TotalSeconds;
}

/// <summary>Counts by the rules of <see cref="EventMatch"/> at any threshold.</summary>
sealed class LookJudge
{
    readonly IReadOnlyList<(LookStream Stream, (float Score, string Label, TimeSpan Time)[] Answers)> _streams;

    /// <param name="streams">The streams, each with the best label of every candidate.</param>
    public LookJudge(IEnumerable<(LookStream Stream, (float Score, string Label, TimeSpan Time)[] Answers)> streams) => _streams = [.. streams];

    /// <param name="streams">The streams.</param>
    /// <param name="head">The head that scores a stream: not always the same, where heads are fitted without the stream's speaker.</param>
    /// <param name="config">Of the first stage.</param>
    public LookJudge(IReadOnlyList<LookStream> streams, Func<LookStream, LookHead> head, SuRnnConfig config) =>
        _streams = [.. streams.Select(stream => (stream, stream.Answers(head(stream), config.Labels, config.Background, config.RequireFrontEnd().SampleRate).ToArray()))];

    public LookPoint At(float threshold)
    {
        var (words, missed, wrong, others, fired) = (0, 0, 0, 0, 0);
        var (begin, beginFired) = (0, 0);
        var (alarms, hours, latencies) = (new int[2], new double[2], new List<TimeSpan>());
        foreach (var (stream, answers) in _streams)
        {
            var detections = answers.Where(answer => answer.Score >= threshold).Select(answer => new Detection(answer.Label, Math.Min(1, answer.Score), answer.Time, answer.Time, answer.Time)).ToArray();
            switch (stream.Kind)
            {
                case LookStreamKind.Words:
                    var match = new EventMatch(stream.Events, detections);
                    words += stream.Events.Count;
                    missed += match.Missed.Count;
                    wrong += stream.Events.Count(one => match.FalseAlarms.Any(alarm => alarm.WrongLabel && EventMatch.Covers(one, alarm.Detection.Time)));
                    latencies.AddRange(match.Hits.Select(hit => hit.Latency));
                    break;
                case LookStreamKind.OtherWords:
                    others += stream.Events.Count;
                    fired += stream.Events.Count(one => detections.Any(detection => EventMatch.Covers(one, detection.Time)));
                    break;
                case LookStreamKind.Beginnings:
                    begin += stream.Events.Count;
                    beginFired += stream.Events.Count(one => detections.Any(detection => EventMatch.Covers(one, detection.Time)));
                    break;
                default:
                    var kind = stream.Kind == LookStreamKind.Read ? 0 : 1;
                    alarms[kind] += new EventMatch([], detections).FalseAlarms.Count;
                    hours[kind] += stream.Length.TotalHours;
                    break;
            }
        }
        return new LookPoint(threshold, words, missed, wrong, others, fired, alarms[0], hours[0], alarms[1], hours[1], latencies) { Beginnings = (begin, beginFired) };
    }

    /// <summary>Why words are missed at a threshold: whether what proposes or what decides loses them.</summary>
    public string WhyMissed(float threshold)
    {
        var (missed, unasked, wrong, below, other) = (0, 0, 0, 0, 0);
        foreach (var (stream, answers) in _streams.Where(one => one.Stream.Kind == LookStreamKind.Words))
        {
            var detections = answers.Where(answer => answer.Score >= threshold).Select(answer => new Detection(answer.Label, Math.Min(1, answer.Score), answer.Time, answer.Time, answer.Time)).ToArray();
            foreach (var one in new EventMatch(stream.Events, detections).Missed)
            {
                var asked = answers.Where(answer => EventMatch.Covers(one, answer.Time)).OrderByDescending(answer => answer.Score).ToArray();
                missed++;
                if (asked.Length == 0) unasked++;
                else if (asked[0].Score >= threshold) wrong++;
                else if (asked[0].Label == one.Label) below++;
                else other++;
            }
        }
        return $"of {missed} missed words {unasked} had no candidate, {wrong} got another label, {below} were told right but below the threshold, {other} wrong and below it";
    }

    /// <summary>The lowest threshold, in steps of 0.005, from which on all speech together stays within this number of false alarms an hour.</summary>
    public LookPoint Within(double alarmsAnHour)
    {
        LookPoint? best = null;
        for (var i = 199; i >= 1; i--)
        {
            var point = At(i / 200f);
            if ((point.Read + point.Other) / Math.Max(1e-9, point.ReadHours + point.OtherHours) > alarmsAnHour) break;
            best = point;
        }
        return best ?? At(0.999f);
    }

    /// <summary>The lowest threshold, in steps of 0.005, from which on both conditions hold: the fewest misses that they allow.</summary>
    /// <param name="alarmsAnHour">False alarms an hour of read speech, and five times as many of other speech.</param>
    /// <param name="otherWords">Part of the other words that may fire.</param>
    public LookPoint Choose(double alarmsAnHour, double otherWords)
    {
        LookPoint? best = null;
        for (var i = 198; i >= 1; i--)
        {
            var point = At(i / 200f);
            if (point.ReadRate > alarmsAnHour || point.OtherRate > 5 * alarmsAnHour || point.OthersRate > otherWords) break;
            best = point;
        }
        return best ?? At(0.995f);
    }
}
