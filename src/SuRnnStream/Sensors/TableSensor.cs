namespace SuRnnStream;

/// <summary>The front end that reads every column of a table but the time: for recordings that no model is there for yet.</summary>
static class TableSensor
{
    const int Steps = 400;          // lines from which the rate is told
    const double Whole = 0.03;      // a rate this near to a whole number is that number

    /// <param name="path">The table.</param>
    /// <exception cref="InvalidSensorDataException">It has no header, no channel, or no time to tell its rate by.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SensorFrontEndConfig Of(string path)
    {
        var (header, first) = ("", 0);
        var lines = new List<string>();
        foreach (var (i, line) in File.ReadLines(path).Index())
        {
            if (TableCell.IsSilent(line) || TableCell.SeparatorIn(line) is not null) continue;
            if (header.Length == 0) (header, first) = (line.TrimStart('\uFEFF'), i + 1);
            else lines.Add(line);
            if (lines.Count > Steps) break;
        }
        if (header.Length == 0) throw new InvalidSensorDataException(path, "line 1", "the file is empty", "give a header line with the names of the channels");
        InvalidSensorDataException Wrong(string problem, string remedy) => new(path, $"line {first}", problem, remedy);
        var columns = CsvTable.Heads(header).Select(SensorColumns.Parse).ToArray();
        if (columns.All(column => double.TryParse(column.Name, System.Globalization.CultureInfo.InvariantCulture, out _))) throw Wrong("there is no header, only numbers", "begin with a line that names the columns: time [s],acc x [g],...");
        var channels = columns.Where(column => !MomentTime.IsTime(column.Name) && column.Name.Length > 0).Select(column => new SensorChannel { Name = column.Name, Unit = column.Unit }).ToArray();
        if (channels.Length == 0) throw Wrong("there is no column but the time", "give a column for each channel");
        if (channels.Length == columns.Length) throw Wrong("there is no column of times, so the rate is not known", "add a column 'time [s]', or 'time [ms]'");
        var sensor = new SensorFrontEndConfig { Channels = channels, SampleRate = 1 };
        var (table, moment, times) = (new CsvTable(header, sensor, Wrong), new float[channels.Length], new List<double>());
        foreach (var line in lines) if (table.Read(line, moment) is var seconds && double.IsFinite(seconds)) times.Add(seconds);
        double[] steps = [.. times.Zip(times.Skip(1), (a, b) => b - a).Where(step => step > 0).Order()];
        if (steps.Length < 2) throw Wrong("there are too few times to tell the rate by", "record more, with a time in every line");
        var rate = 1 / steps[steps.Length / 2];
        return (sensor with { SampleRate = Math.Abs(rate / Math.Round(rate) - 1) < Whole ? Math.Round(rate) : rate }).Validate();
    }
}
