using System.Globalization;

namespace SuRnnStream.Evaluation;

/// <summary>
/// What happens in a recording, as a file beside it: a table with the columns label, start and end in any order, perhaps speaker and others, between commas,
/// semicolons or tabs; or a label track as Audacity exports it, without a heading: start, end and label between tabs. Times are seconds from the recording's start.
/// </summary>
public static class EventTable
{
    const string Heading = "label,start,end";
    const double LongestSeconds = 1e9;
    static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(10);
    static readonly string[] Endings = [".csv", ".tsv", ".txt"];

    /// <summary>The table beside a recording: the same name, ending in .csv, .tsv or .txt, the first that is there; in .csv if none is.</summary>
    public static string Beside(string recording)
    {
        string[] names = [.. Endings.Select(ending => Path.ChangeExtension(recording, ending))];
        return names.FirstOrDefault(File.Exists) ?? names[0];
    }

    /// <summary>Reads a table or a label track; empty lines are skipped, and the frequencies of a track (lines that begin with a backslash).</summary>
    /// <param name="file">The file; one that ends in .txt and has no heading is a label track. A label without a length there lasts 10 ms.</param>
    /// <param name="length">Length of the recording, which must contain the events; an end up to 10 ms after it is moved there. Null: not checked.</param>
    /// <returns>The events, in the order of the file.</returns>
    /// <exception cref="InvalidEventTableException">A line is none of a table; the message names it.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IReadOnlyList<LabelledEvent> Read(string file, TimeSpan? length = null)
    {
        var events = new List<LabelledEvent>();
        EventColumns? columns = null;
        var number = 0;
        foreach (var line in BoundedLines.Of(file, line => new InvalidEventTableException(file, (int)line, $"the line has more than {BoundedLines.Longest} characters", $"begin the file with {Heading}")))
        {
            number++;
            if (columns is null)
            {
                columns = EventColumns.Of(line) ?? (EventColumns.IsTrack(file, line) ? EventColumns.Track : throw new InvalidEventTableException(file, 1, $"the heading is '{line}'", $"make it {Heading}"));
                if (columns != EventColumns.Track) continue;
            }
            if (line.Trim().Length > 0 && !(columns == EventColumns.Track && line.StartsWith('\\'))) events.Add(Parse(file, number, line, columns, length));
        }
        return number > 0 ? events : throw new InvalidEventTableException(file, 1, "the file is empty", $"begin it with {Heading}");
    }

    /// <summary>Writes a table, replacing any that is there, with times to the millisecond.</summary>
    /// <exception cref="ArgumentException">A label has a comma or a line break.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string file, IEnumerable<LabelledEvent> events)
    {
        static string Line(LabelledEvent one) => one.Label.AsSpan().IndexOfAny(",\r\n") < 0
            ? string.Create(CultureInfo.InvariantCulture, $"{one.Label},{one.Start.TotalSeconds:F3},{one.End.TotalSeconds:F3}")
            : throw new ArgumentException($"A table of events cannot hold the label '{one.Label}': it has a comma or a line break.");
        string[] lines = [Heading, .. events.Select(Line)]; // before an old file is lost
        SafeFile.Replace(file, string.Concat(lines.Select(line => line + Environment.NewLine)));
    }

    /// <summary>A line of a label track for Audacity: start, end and label between tabs, times to the millisecond.</summary>
    public static string TrackLine(LabelledEvent one) =>
        string.Create(CultureInfo.InvariantCulture, $"{one.Start.TotalSeconds:F3}\t{one.End.TotalSeconds:F3}\t{PlainText.Clean(one.Label).Replace('\t', ' ')}");

    /// <summary>Writes a label track for Audacity, replacing any that is there.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteTrack(string file, IEnumerable<LabelledEvent> events) => SafeFile.Replace(file, string.Concat(events.Select(one => TrackLine(one) + "\n")));

    static LabelledEvent Parse(string file, int number, string line, EventColumns columns, TimeSpan? length)
    {
        InvalidEventTableException Wrong(string problem, string remedy) => new(file, number, problem, remedy);
        if (columns.Split(line) is not var (label, from, to, speaker) || label.Length == 0)
            throw Wrong($"'{line}' is not {columns.Names}", "give a label without commas and two times in seconds");
        if (!TrySeconds(from, columns, out var start) || !TrySeconds(to, columns, out var end))
            throw Wrong($"'{line}' has no two times", "give seconds with a decimal point, as 1.25");
        if (columns == EventColumns.Track && end == start) end = start + Rounding;
        if (end <= start) throw Wrong($"the event ends at {to} s and begins at {from} s", "give its start, then its end");
        if (length is { } whole)
        {
            if (end > whole + Rounding)
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"the event ends at {to} s, the recording at {whole.TotalSeconds:F3} s"), "correct the time, or give the recording that the table is of");
            if (end > whole) end = whole;
            if (start >= end) throw Wrong("the event begins at the recording's end", "correct the time, or give the recording that the table is of");
        }
        return new LabelledEvent(label, start, end) { Speaker = speaker };
    }

    static bool TrySeconds(string text, EventColumns columns, out TimeSpan time)
    {
        if (columns.Separator != ',') text = text.Replace(',', '.'); // as spreadsheets of some countries write it
        var good = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < LongestSeconds;
        time = good ? TimeSpan.FromSeconds(seconds) : default;
        return good;
    }
}
