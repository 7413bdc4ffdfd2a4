using System.Globalization;

namespace SuRnnStream.Training.Events;

/// <summary>Writes a stream with events as EventCorpus reads it: NAME.csv, and NAME.labels.csv beside it.</summary>
static class EventTables
{
    /// <param name="file">NAME.csv.</param>
    /// <param name="stream">Channels and events.</param>
    /// <param name="sensor">Names and rate of the channels.</param>
    /// <param name="labels">Names of the events.</param>
    public static void Write(string file, EventStream stream, SensorFrontEndConfig sensor, IReadOnlyList<string> labels)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("0.#####", CultureInfo.InvariantCulture);
        SafeFile.Replace(file, Lines(Enumerable.Range(0, stream.Moments)
            .Select(m => string.Join(',', stream.Channels.Select(channel => (double)channel[m]).Prepend(m / sensor.SampleRate).Select(Cell)))
            .Prepend($"time [s],{string.Join(',', sensor.Channels)}")));
        SafeFile.Replace(Path.ChangeExtension(file, ".labels.csv"), Lines(stream.Events
            .Select(happened => $"{Cell(happened.Moment / sensor.SampleRate)},{labels[happened.Label]}").Prepend("time,label")));
    }

    static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + Environment.NewLine));
}
