using System.Globalization;

namespace SuRnnStream;

/// <summary>One signal of a WFDB record, as its header describes it.</summary>
/// <param name="File">Where its samples are, beside the header.</param>
/// <param name="Format">212 or 16.</param>
/// <param name="Gain">Steps of the converter in a unit.</param>
/// <param name="Baseline">Step at 0 units.</param>
/// <param name="Unit">mV, unless the header says another.</param>
/// <param name="Initial">Step of the first sample; null: not said.</param>
/// <param name="Checksum">Sum of all steps in 16 bits; null: not said.</param>
/// <param name="Name">The signal's description: MLII.</param>
sealed record WfdbSignal(string File, int Format, double Gain, double Baseline, string Unit, int? Initial, short? Checksum, string Name);

/// <summary>The header (.hea) of a WFDB record with samples in format 212 or 16.</summary>
/// <param name="Rate">Moments per second.</param>
/// <param name="Moments">Null: not said.</param>
/// <param name="Signals">In the order of their samples.</param>
sealed record WfdbHeader(double Rate, long? Moments, IReadOnlyList<WfdbSignal> Signals)
{
    const double DefaultRate = 250, DefaultGain = 200; // WFDB's own

    /// <exception cref="InvalidSensorDataException">It is no such header.</exception>
    public static WfdbHeader Parse(IReadOnlyList<string> lines, string name)
    {
        (string Text, int Number)[] said = [.. lines.Select((text, i) => (text.Trim(), i + 1)).Where(line => line.Item1.Length > 0 && line.Item1[0] != '#')];
        if (said.Length == 0) throw new InvalidSensorDataException(name, "line 1", "the header is empty", "get the record again");
        Exception Wrong(int line, string problem, string remedy = "get the record again, or convert it with PhysioNet's xform") =>
            new InvalidSensorDataException(name, $"line {said[line].Number}", problem, remedy);

        var record = said[0].Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (record[0].Contains('/')) throw Wrong(0, "the record has several segments", "give the header of one of them");
        if (record.Length < 2 || !int.TryParse(record[1], NumberStyles.None, CultureInfo.InvariantCulture, out var signals) || signals is < 1 or > 256)
            throw Wrong(0, $"'{said[0].Text}' does not say how many signals there are (1 to 256)");
        var rate = DefaultRate;
        if (record.Length > 2 && !(TryNumber(record[2].Split('/', '(')[0], out rate) && rate > 0)) throw Wrong(0, $"'{record[2]}' is no sample rate");
        long moments = 0;
        if (record.Length > 3 && !long.TryParse(record[3], NumberStyles.None, CultureInfo.InvariantCulture, out moments)) throw Wrong(0, $"'{record[3]}' is no number of samples");
        if (said.Length <= signals) throw Wrong(said.Length - 1, $"there should be {signals} signals, but only {said.Length - 1} are described");
        return new WfdbHeader(rate, moments == 0 ? null : moments, [.. Enumerable.Range(1, signals).Select(i => Signal(said[i].Text, (problem, remedy) => Wrong(i, problem, remedy)))]);
    }

    static WfdbSignal Signal(string line, Func<string, string, Exception> wrong)
    {
        const string Again = "get the record again";
        var fields = line.Split((char[]?)null, 9, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 2) throw wrong($"'{line}' names no file and format", Again);
        if (fields[1] is not ("212" or "16")) throw wrong($"the format is '{fields[1]}'", "convert the record to format 16 or 212 with PhysioNet's xform");
        if (Path.GetFileName(fields[0]) != fields[0]) throw wrong($"the file '{fields[0]}' is in another folder", "put it beside the header and name it there without one");
        int? Whole(int field)
        {
            if (fields.Length <= field) return null;
            return int.TryParse(fields[field], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw wrong($"'{fields[field]}' is no whole number", Again);
        }
        var zero = Whole(4) ?? 0;
        var (gain, baseline, unit) = (DefaultGain, (double)zero, "mV");
        if (fields.Length > 2)
        {
            var slash = fields[2].IndexOf('/');
            if (slash >= 0) unit = fields[2][(slash + 1)..];
            var steps = slash >= 0 ? fields[2][..slash] : fields[2];
            if (steps.IndexOf('(') is > 0 and var open && steps[^1] == ')')
            {
                if (!TryNumber(steps[(open + 1)..^1], out baseline)) throw wrong($"'{fields[2]}' has no baseline", Again);
                steps = steps[..open];
            }
            if (!TryNumber(steps, out gain) || gain < 0) throw wrong($"'{fields[2]}' is no gain", Again);
            if (gain == 0) gain = DefaultGain; // the signal is not calibrated
        }
        return new WfdbSignal(fields[0], fields[1] == "16" ? 16 : 212, gain, baseline, unit, Whole(5), (short?)Whole(6), fields.Length > 8 ? fields[8].Trim() : "");
    }

    static bool TryNumber(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
