using System.Globalization;

namespace SuRnnStream.Peers;

/// <summary>One contestant on one sound.</summary>
/// <param name="Name">The contestant.</param>
/// <param name="Job">What it is compared as.</param>
/// <param name="Sound">speech, noise or silence.</param>
/// <param name="StepMicroseconds">Mean over the steps.</param>
/// <param name="StepSeconds">Audio that a step advances over.</param>
/// <param name="OpenRatio">Open switches, 0 to 1; null where there are none.</param>
sealed record PeerRow(string Name, Job Job, string Sound, double StepMicroseconds, double StepSeconds, double? OpenRatio)
{
    public double MicrosecondsPerAudioSecond => StepMicroseconds / StepSeconds;

    /// <summary>Live streams that would keep one core busy.</summary>
    public double StreamsPerCore => 1e6 / MicrosecondsPerAudioSecond;
}

/// <summary>The rows as Markdown: a table a sound and job, each with the times of our own as the measure.</summary>
static class PeerTable
{
    /// <param name="rows">In the order of the table.</param>
    /// <param name="ours">By job, the contestant that the others are compared with.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<PeerRow> rows, IReadOnlyDictionary<Job, string> ours)
    {
        foreach (var table in rows.GroupBy(row => (row.Job, row.Sound)).OrderBy(table => table.Key.Job))
        {
            yield return $"| {(table.Key.Job == Job.Layer ? "recurrent layer" : "detector")}, {table.Key.Sound} | audio a step, ms | µs a step | µs a second of audio | streams a core | times ours |";
            yield return "|---|--:|--:|--:|--:|--:|";
            foreach (var row in table)
            {
                var open = row.OpenRatio is { } part ? Text($" ({100 * part:0.0} % open)") : "";
                var times = Ratio(row, rows, ours);
                yield return Text($"| {row.Name}{open} | {1e3 * row.StepSeconds:0} | {row.StepMicroseconds:N2} | {row.MicrosecondsPerAudioSecond:N0} | {row.StreamsPerCore:N0} | {times:N1} |");
            }
            yield return "";
        }
    }

    /// <summary>How many times as long as ours of the same job it takes for a second of the same sound.</summary>
    public static double Ratio(PeerRow row, IEnumerable<PeerRow> rows, IReadOnlyDictionary<Job, string> ours)
    {
        var own = rows.Single(other => other.Sound == row.Sound && other.Job == row.Job && other.Name == ours[row.Job]);
        return row.MicrosecondsPerAudioSecond / own.MicrosecondsPerAudioSecond;
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
