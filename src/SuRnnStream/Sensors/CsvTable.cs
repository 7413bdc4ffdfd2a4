using System.Globalization;

namespace SuRnnStream;

/// <summary>
/// A table's lines to moments, by the columns that its header names. Without a header the columns are the model's channels in their order,
/// with or without the time in front.
/// </summary>
sealed class CsvTable
{
    readonly Func<string, string, Exception> _wrong;
    readonly char _separator;
    readonly string[] _heads;
    readonly int[] _channelAt; // [cells] the channel of a column; -1: none
    readonly UnitConversion[] _conversions; // [channels] to the model's units
    readonly int _time = -1;   // the column that is the time
    readonly double _unit = 1; // of it, seconds
    readonly string _expected;

    /// <param name="header">The line that names the columns.</param>
    /// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
    /// <param name="wrong">Makes the exception of a problem and its remedy.</param>
    /// <param name="separator">Between cells; null: as the header shows.</param>
    public CsvTable(string header, SensorFrontEndConfig sensor, Func<string, string, Exception> wrong, char? separator = null)
    {
        _wrong = wrong;
        _separator = separator ?? SeparatorOf(header);
        _heads = [.. Cells(header, _separator)];
        _expected = $"the header has {_heads.Length}";
        var columns = _heads.Select(SensorColumns.Parse).ToArray();
        if (HasOnlyNumbers(header))
            throw wrong("there is no header, only numbers", $"begin with a line that names the columns: {string.Join(_separator, sensor.Channels)}");
        _channelAt = [.. Enumerable.Repeat(-1, columns.Length)];
        var places = SensorColumns.Match(columns, sensor.Channels, wrong);
        for (var c = 0; c < places.Length; c++) _channelAt[places[c].Column] = c;
        _conversions = [.. places.Select(place => place.Conversion)];
        int[] free = [.. Enumerable.Range(0, columns.Length).Where(i => _channelAt[i] < 0)]; // the model may have a channel of this name
        if (sensor.MappedTime.Name.Length > 0)
        {
            _time = free.FirstOrDefault(i => columns[i].Name.Equals(sensor.MappedTime.Name, StringComparison.OrdinalIgnoreCase), -1);
            if (_time < 0) throw wrong($"there is no column '{sensor.MappedTime.Name}' for the time, only {string.Join(", ", columns.Select(column => $"'{column.Name}'"))}", "correct what the map says of 'time': time=COLUMN [UNIT]");
            _unit = MomentTime.MappedUnit(columns[_time].Name, columns[_time].Unit, sensor.MappedTime.Unit) ?? throw UnknownUnit(columns[_time].Unit);
            return;
        }
        _time = free.Where(i => MomentTime.IsTime(columns[i].Name)).OrderBy(i => MomentTime.RankOf(columns[i].Name)).FirstOrDefault(-1);
        if (_time < 0)
        {
            if (free.FirstOrDefault(i => MomentTime.LooksLikeTime(columns[i].Name), -1) is >= 0 and var unused)
                Remark = $"the column '{_heads[unused]}' looks like a time, but is not read, so gaps are not seen: call it time, time_ms or timestamp, with its unit";
            return;
        }
        _unit = MomentTime.UnitOf(columns[_time].Name, columns[_time].Unit) ?? throw UnknownUnit(columns[_time].Unit);
    }

    Exception UnknownUnit(string unit) => _wrong($"the time is in '{unit}'", "give it in s, ms or us (or ns), once, or as dates of ISO 8601 without a unit");

    CsvTable(IEnumerable<string> heads, char separator, int time, UnitConversion[] conversions, Func<string, string, Exception> wrong)
    {
        _conversions = conversions;
        (_wrong, _separator, _heads, _time) = (wrong, separator, [.. heads], time);
        _channelAt = [.. Enumerable.Range(0, _heads.Length).Select(i => time < 0 ? i : i - 1)];
        _expected = $"there is no header, so they have to be {string.Join(", ", _heads)}";
    }

    /// <summary>What the header is likely to be misunderstood in, without a full stop. Null: nothing.</summary>
    public string? Remark { get; }

    /// <summary>A table without a header, as the cells of its line number one say.</summary>
    public static CsvTable Headless(string line, SensorFrontEndConfig sensor, Func<string, string, Exception> wrong)
    {
        var (separator, names) = (SeparatorOf(line), sensor.Channels.Select(channel => channel.Name));
        var timed = Cells(line, separator).Count == sensor.Channels.Count + 1;
        return new CsvTable(timed ? names.Prepend("time") : names, separator, timed ? 0 : -1, [.. sensor.Channels.Select(channel => SensorColumns.ConversionOf("", channel, wrong))], wrong);
    }

    /// <summary>A column is named as one of the channels.</summary>
    public static bool NamesAChannel(string line, SensorFrontEndConfig sensor) =>
        Cells(line, SeparatorOf(line)).Any(cell => sensor.Channels.Any(channel => SensorColumns.IsNamed(SensorColumns.Parse(cell).Name, channel)));

    /// <summary>Every cell is a number.</summary>
    static bool HasOnlyNumbers(string line) => Cells(line, SeparatorOf(line)).All(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out _));

    /// <summary>The channels of a line. Seconds: when it was; NaN: it does not say.</summary>
    public double Read(ReadOnlySpan<char> line, Span<float> moment)
    {
        var (cells, seconds) = (0, double.NaN);
        var rest = line;
        while (true)
        {
            var cell = NextCell(ref rest, _separator, out var last).Trim();
            if (cells < _heads.Length)
            {
                if (cells == _time) seconds = Time(cell);
                else if (_channelAt[cells] is >= 0 and var channel) moment[channel] = Number(cell, cells, channel);
            }
            cells++;
            if (last) break;
        }
        if (cells != _heads.Length) throw _wrong($"there are {cells} cells, but {_expected}", "complete the line or remove it");
        return seconds;
    }

    float Number(ReadOnlySpan<char> cell, int column, int channel)
    {
        if (TableCell.IsMissing(cell)) return float.NaN;
        if (TableCell.TryNumber(cell, _separator, out var value)) return _conversions[channel].Single(value);
        throw _wrong($"'{cell}' under '{_heads[column]}' is no number", "write numbers with a decimal point, and leave the cell empty where the value is missing");
    }

    double Time(ReadOnlySpan<char> cell) => TableCell.TryTime(cell, _separator, _unit, out var seconds) ? seconds
        : throw _wrong($"'{cell}' under '{_heads[_time]}' is no time", "write seconds, or a date and time of ISO 8601 as 2026-11-29T12:34:56.789Z");

    static char SeparatorOf(string line) => line.Contains('\t') ? '\t' : line.Contains(';') ? ';' : ',';

    /// <summary>The cells of a header.</summary>
    public static IReadOnlyList<string> Heads(string header) => Cells(header, SeparatorOf(header));

    static List<string> Cells(string line, char separator)
    {
        var cells = new List<string>();
        var rest = line.AsSpan();
        for (var last = false; !last;) cells.Add(NextCell(ref rest, separator, out last).ToString());
        return cells;
    }

    /// <summary>Takes a cell off the front of the line; quotes around it are taken off, those inside stay.</summary>
    static ReadOnlySpan<char> NextCell(ref ReadOnlySpan<char> rest, char separator, out bool last)
    {
        var from = 0;
        if (rest is ['"', ..])
        {
            var close = rest[1..].IndexOf('"') + 1;
            if (close > 0 && (close + 1 == rest.Length || rest[close + 1] == separator)) from = close + 1;
        }
        var end = rest[from..].IndexOf(separator);
        last = end < 0;
        var cell = last ? rest : rest[..(from + end)];
        rest = last ? [] : rest[(from + end + 1)..];
        return from > 0 ? cell[1..^1] : cell;
    }
}
