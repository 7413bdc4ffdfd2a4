using System.Globalization;

namespace SuRnnStream;

/// <summary>
/// A recording of sensors as a table: a header, then a line a moment, with commas, semicolons or tabs between the cells. Columns are found by
/// name, whatever their order, and may have a unit, <c>acc x [g]</c> or <c>acc x (g)</c>, which has to be the model's; others are not read.
/// A column <c>time</c>, <c>t</c> or <c>timestamp</c> in seconds, <c>[ms]</c> or ISO 8601 tells where moments were lost; without it there are no
/// gaps. An empty cell, <c>NaN</c>, <c>NA</c> or <c>null</c> is a missing value.
/// </summary>
public sealed class CsvSource : LineSource
{
    readonly char _separator;
    readonly string[] _heads;
    readonly int[] _channelAt; // [cells] the channel of a column; -1: none
    readonly int _time = -1;   // the column that is the time
    readonly double _unit = 1; // of it, seconds

    /// <summary>Reads the header.</summary>
    /// <param name="text">Stands at the header; closed with the result.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
    /// <exception cref="InvalidSensorDataException">The header lacks a channel, or has it in another unit.</exception>
    public CsvSource(TextReader text, string name, SensorFrontEndConfig sensor) : base(text, name, sensor)
    {
        var header = ReadLine()?.TrimStart('\uFEFF') ?? throw new InvalidSensorDataException(name, "line 1", "the file is empty", "give a header line with the names of the channels");
        _separator = header.Contains('\t') ? '\t' : header.Contains(';') ? ';' : ',';
        _heads = Cells(header).ToArray();
        var columns = _heads.Select(SensorColumns.Parse).ToArray();
        if (columns.All(column => double.TryParse(column.Name, CultureInfo.InvariantCulture, out _)))
            throw Wrong("there is no header, only numbers", $"begin with a line that names the columns: {string.Join(_separator, sensor.Channels)}");
        _channelAt = [.. Enumerable.Repeat(-1, columns.Length)];
        var places = SensorColumns.Match(columns, sensor.Channels, Wrong);
        for (var c = 0; c < places.Length; c++) _channelAt[places[c]] = c;
        _time = Array.FindIndex(columns, column => MomentTime.IsTime(column.Name));
        if (_time < 0) return;
        if (_channelAt[_time] >= 0) _time = -1; // the model hears it
        else _unit = MomentTime.UnitOf(columns[_time].Name, columns[_time].Unit) ?? throw Wrong($"the time is in '{columns[_time].Unit}'", "give it in s, ms or us, or as dates of ISO 8601 without a unit");
    }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidSensorDataException">The header lacks a channel, or has it in another unit.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a directory.</exception>
    public static CsvSource Open(string path, SensorFrontEndConfig sensor)
    {
        var text = new StreamReader(path);
        try
        {
            return new CsvSource(text, path, sensor);
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    private protected override double Parse(string line, Span<float> moment)
    {
        var (cells, seconds) = (0, double.NaN);
        var rest = line.AsSpan();
        while (true)
        {
            var cell = NextCell(ref rest, out var last).Trim();
            if (cells < _heads.Length)
            {
                if (cells == _time) seconds = Time(cell);
                else if (_channelAt[cells] is >= 0 and var channel) moment[channel] = Number(cell, cells);
            }
            cells++;
            if (last) break;
        }
        if (cells != _heads.Length) throw Wrong($"there are {cells} cells, but the header has {_heads.Length}", "complete the line or remove it");
        return seconds;
    }

    float Number(ReadOnlySpan<char> cell, int column)
    {
        if (cell.IsEmpty || cell is "NA" || cell.Equals("nan", StringComparison.OrdinalIgnoreCase) || cell is "null") return float.NaN;
        if (float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return value;
        throw Wrong($"'{cell}' under '{_heads[column]}' is no number", "write numbers with a decimal point, and leave the cell empty where the value is missing");
    }

    double Time(ReadOnlySpan<char> cell) => MomentTime.TryParse(cell, _unit, out var seconds) ? seconds
        : throw Wrong($"'{cell}' under '{_heads[_time]}' is no time", "write seconds, or a date and time of ISO 8601");

    List<string> Cells(string line)
    {
        var cells = new List<string>();
        var rest = line.AsSpan();
        for (var last = false; !last;) cells.Add(NextCell(ref rest, out last).ToString());
        return cells;
    }

    /// <summary>Takes a cell off the front of the line; quotes around it are taken off, those inside stay.</summary>
    ReadOnlySpan<char> NextCell(ref ReadOnlySpan<char> rest, out bool last)
    {
        var from = 0;
        if (rest is ['"', ..])
        {
            var close = rest[1..].IndexOf('"') + 1;
            if (close > 0 && (close + 1 == rest.Length || rest[close + 1] == _separator)) from = close + 1;
        }
        var end = rest[from..].IndexOf(_separator);
        last = end < 0;
        var cell = last ? rest : rest[..(from + end)];
        rest = last ? [] : rest[(from + end + 1)..];
        return from > 0 ? cell[1..^1] : cell;
    }
}
