using System.Text.Json;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>Why it did not fire: what became of a live stream's candidates.</summary>
static class CandidateSummary
{
    /// <summary>Of each label that was not detected although its score had risen: how often, why, and the last time.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<LabelCandidates> labels)
    {
        foreach (var (label, counts, last) in labels)
        {
            if (counts.Missed == counts.OtherLabel) continue; // what another label explains is no question
            var reasons = from outcome in Enum.GetValues<CandidateOutcome>()
                          where outcome != CandidateOutcome.Detected && counts.Of(outcome) > 0
                          select Text($"{counts.Of(outcome):N0} {outcome.Text()}");
            var ended = last.Outcome == CandidateOutcome.Detected ? "" : $"; the last: {Of(last)}";
            yield return Text($"{label}: {counts.Detected:N0} of {Count(counts.All, "candidate")} detected, {string.Join(", ", reasons)}{ended}");
        }
    }

    /// <summary>One that was not detected, in a few words.</summary>
    public static string Of(in Candidate candidate) => Text($"{candidate.Score:0.00} of {candidate.Threshold:0.00} at {candidate.Time.TotalSeconds:0.0} s, {candidate.Outcome.Text()}");

    /// <summary>A member of the summary's object: label, then outcome, then how many.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<LabelCandidates> labels) => json.Object("candidates", () =>
    {
        foreach (var (label, counts, last) in labels)
        {
            json.Object(label, () =>
            {
                foreach (var outcome in Enum.GetValues<CandidateOutcome>())
                    if (counts.Of(outcome) > 0) json.WriteNumber(outcome.Text(), counts.Of(outcome));
                json.Object("last", () =>
                {
                    json.WriteString("outcome", last.Outcome.Text());
                    json.WriteNumber("score", Math.Round(last.Score, 4));
                    json.WriteNumber("threshold", Math.Round(last.Threshold, 4));
                    json.WriteNumber("time", Math.Round(last.Time.TotalSeconds, 3));
                });
            });
        }
    });
}
