using System.Globalization;

namespace SuRnnStream.Tests.Decisions;

/// <summary>Detections and verdicts as text, so that a case is one line: <c>1.5 stop</c> is a detection at 1.5 s, <c>1.5 stop@hall 0.9</c> one of a source and a score.</summary>
static class Said
{
    public static Detection Detection(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (time, name) = (TimeSpan.FromSeconds(double.Parse(parts[0], CultureInfo.InvariantCulture)), parts[1].Split('@'));
        var score = parts.Length > 2 ? float.Parse(parts[2], CultureInfo.InvariantCulture) : 0.8f;
        return new Detection(name[0], score, time - TimeSpan.FromSeconds(0.3), time - TimeSpan.FromSeconds(0.1), time, name.Length > 1 ? name[1] : null);
    }

    public static string Verdict(DetectionVerdict verdict)
    {
        var said = verdict.Detection;
        var text = Name(said) + (verdict.Outcome == DecisionOutcome.HeldBack ? $" {verdict.Reason}" : said.Phase == EventPhase.Whole ? $" {verdict.Outcome}" : $" {said.Phase}");
        if (said.EndedBy != EventEnd.None) text += $" {said.EndedBy} {Seconds(said.Time)}";
        if (verdict.Winner is { } winner) text += $" by {Name(winner)}";
        return text + $" at {Seconds(verdict.Time)}";
    }

    /// <summary>What a rule makes of detections up to a time, told to it in steps of <paramref name="step"/> seconds, and then of the end of the stream.</summary>
    public static List<string> Verdicts(Decision rule, string detections, double step = 0, double until = 100)
    {
        var chain = new DecisionChain(rule);
        return Verdicts(chain, [.. detections.Split(',').Select(text => Detection(text.Trim()))], step, until);
    }

    public static List<string> Verdicts(DecisionChain chain, IReadOnlyList<Detection> detections, double step, double until)
    {
        var verdicts = new List<string>();
        void Tell(DetectionVerdict verdict) => verdicts.Add(Verdict(verdict));
        var at = 0.0;
        foreach (var detection in detections)
        {
            for (; step > 0 && at + step < detection.Time.TotalSeconds; at += step) chain.Advance(TimeSpan.FromSeconds(at + step), Tell);
            chain.Take(detection, Tell);
        }
        for (; step > 0 && at + step < until; at += step) chain.Advance(TimeSpan.FromSeconds(at + step), Tell);
        chain.Advance(TimeSpan.FromSeconds(until), Tell);
        chain.End(EventEnd.StreamEnded, Tell);
        return verdicts;
    }

    static string Name(Detection detection) => detection.Source is null ? detection.Label : $"{detection.Label}@{detection.Source}";

    static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
