using System.Globalization;

namespace SuRnnStream.Evaluation;

/// <summary>What happens in a recording, as a CSV file: a heading label,start,end, then an event a line, times in seconds from the recording's start.</summary>
public static class EventTable
{
    const string Heading = "label,start,end";
    const double LongestSeconds = 1e9;
    static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(10);

    /// <summary>The table beside a recording: the same name, ending in .csv.</summary>
    public static string Beside(string recording) => Path.ChangeExtension(recording, ".csv");

    /// <summary>Reads a table; empty lines are skipped.</summary>
    /// <param name="file">The CSV file.</param>
    /// <param name="length">Length of the recording, which must contain the events; an end up to 10 ms after it is moved there. Null: not checked.</param>
    /// <returns>The events, in the order of the file.</returns>
    /// <exception cref="InvalidEventTableException">A line is none of a table; the message names it.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IReadOnlyList<LabelledEvent> Read(string file, TimeSpan? length = null)
    {
        var events = new List<LabelledEvent>();
        var number = 0;
        foreach (var line in BoundedLines.Of(file, line => new InvalidEventTableException(file, (int)line, $"the line has more than {BoundedLines.Longest} characters", $"begin the file with {Heading}")))
        {
            if (++number == 1)
            {
                if (line.Trim() != Heading) throw new InvalidEventTableException(file, 1, $"the heading is '{line}'", $"make it {Heading}");
            }
            else if (line.Trim().Length > 0) events.Add(Parse(file, number, line, length));
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

    static LabelledEvent Parse(string file, int number, string line, TimeSpan? length)
    {
        InvalidEventTableException Wrong(string problem, string remedy) => new(file, number, problem, remedy);
        if (line.Split(',') is not [var label, var from, var to] || label.Trim().Length == 0)
            throw Wrong($"'{line}' is not {Heading}", "give a label without commas and two times in seconds");
        if (!TrySeconds(from, out var start) || !TrySeconds(to, out var end))
            throw Wrong($"'{line}' has no two times", "give seconds with a decimal point, as 1.25");
        if (end <= start) throw Wrong($"the event ends at {to.Trim()} s and begins at {from.Trim()} s", "give its start, then its end");
        if (length is { } whole)
        {
            if (end > whole + Rounding)
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"the event ends at {to.Trim()} s, the recording at {whole.TotalSeconds:F3} s"), "correct the time, or give the recording that the table is of");
            if (end > whole) end = whole;
            if (start >= end) throw Wrong("the event begins at the recording's end", "correct the time, or give the recording that the table is of");
        }
        return new LabelledEvent(label.Trim(), start, end);
    }

    static bool TrySeconds(string text, out TimeSpan time)
    {
        var good = double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < LongestSeconds;
        time = good ? TimeSpan.FromSeconds(seconds) : default;
        return good;
    }
}
