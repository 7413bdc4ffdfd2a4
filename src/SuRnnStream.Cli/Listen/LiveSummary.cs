using System.Text.Json;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>What a live stream lost, and what it nearly detected.</summary>
sealed record LiveSummary(PipelineCounters Counters, CaptureStatus? Capture, IReadOnlyList<LabelCandidates> Candidates)
{
    /// <summary>What happened to the device, after other counts of a line.</summary>
    public static string Text(CaptureStatus status) => status.Malformed is { } malformed
        ? $"; lost {Count(status.Losses, "time")}, back {Count(status.Reopenings, "time")}, {malformed:N0} malformed"
        : $"; {Count(status.Overruns, "overrun")}, {Count(status.Suspensions, "suspension")}, lost {Count(status.Losses, "time")}, back {Count(status.Reopenings, "time")}";

    public IEnumerable<string> Lines()
    {
        foreach (var line in CandidateSummary.Lines(Candidates)) yield return line;
        if (Counters.Gaps > 0 || Counters.SamplesLost > 0)
            yield return Words.Text($"{Count(Counters.Gaps, "gap")}, {Count(Counters.SamplesLost, "sample")} lost before they reached the program");
        if (Capture is { } capture && capture.Overruns + capture.Suspensions + capture.Losses + (capture.Malformed ?? 0) > 0) yield return "device" + Text(capture)[1..];
    }

    /// <summary>Members of the summary's object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("lost", Counters.SamplesLost);
        json.WriteNumber("gaps", Counters.Gaps);
        CandidateSummary.Write(json, Candidates);
        if (Capture is not { } capture) return;
        json.Object("device", () =>
        {
            json.WriteNumber("overruns", capture.Overruns);
            json.WriteNumber("suspensions", capture.Suspensions);
            json.WriteNumber("losses", capture.Losses);
            json.WriteNumber("reopenings", capture.Reopenings);
            if (capture.Malformed is { } malformed) json.WriteNumber("malformed", malformed);
        });
    }
}
