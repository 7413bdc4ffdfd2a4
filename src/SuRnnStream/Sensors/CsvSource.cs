namespace SuRnnStream;

/// <summary>
/// A recording of sensors as a table: a header, then a line a moment, with commas, semicolons or tabs between the cells. Columns are found by
/// name, whatever their order, and may have a unit, <c>acc x [g]</c> or <c>acc x (g)</c>, which is converted to the model's; others are not read.
/// A column <c>time</c>, <c>time_ms</c>, <c>timestamp</c> and the like, in seconds, <c>[ms]</c> or ISO 8601, says where moments were lost; without
/// it there are no gaps. An empty cell, <c>NaN</c>, <c>NA</c> or <c>null</c> is a missing value. TABLES.md has the whole rule.
/// </summary>
public sealed class CsvSource : LineSource
{
    readonly CsvTable _table;

    /// <summary>Reads the header.</summary>
    /// <param name="text">At the header; closed with the result.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
    /// <exception cref="InvalidSensorDataException">The header lacks a channel, or has it in a unit that cannot be converted.</exception>
    public CsvSource(TextReader text, string name, SensorFrontEndConfig sensor) : base(text, name, sensor)
    {
        char? separator = null;
        string? header;
        while ((header = ReadLine()) is not null)
        {
            header = header.TrimStart('\uFEFF');
            if (TableCell.SeparatorIn(header) is { } named) separator = named;
            else if (!TableCell.IsSilent(header)) break;
        }
        if (header is null) throw new InvalidSensorDataException(name, "line 1", "the file is empty", "give a header line with the names of the channels");
        _table = new CsvTable(header, sensor, Wrong, separator);
        if (_table.Remark is { } remark) Note(remark);
    }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidSensorDataException">The header lacks a channel, or has it in a unit that cannot be converted.</exception>
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

    private protected override double Parse(string line, Span<float> moment) => _table.Read(line, moment);
}
