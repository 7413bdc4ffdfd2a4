using System.Globalization;

namespace SuRnnStream;

/// <summary>One signal of a WFDB record, as its header describes it.</summary>
/// <param name="File">Where its samples are, beside the header. <c>~</c>: nowhere, the header is a layout.</param>
/// <param name="Format">A number that <see cref="WfdbFormat.IsKnown"/>.</param>
/// <param name="PerFrame">Samples in a moment, from 1.</param>
/// <param name="Skew">Moments by which its samples come late, from 0.</param>
/// <param name="Offset">Bytes of its file before the samples.</param>
/// <param name="Gain">Steps of the converter in a unit; below zero where the signal is upside down, never zero.</param>
/// <param name="Baseline">Step at 0 units.</param>
/// <param name="Unit">mV, unless the header says another.</param>
/// <param name="Initial">Step of the first sample; null: not said.</param>
/// <param name="Checksum">Sum of all steps, of which the low 16 bits count; null: not said.</param>
/// <param name="Name">The signal's description: MLII.</param>
/// <param name="Line">Of the header, for messages.</param>
sealed record WfdbSignal(
    string File, int Format, int PerFrame, int Skew, long Offset, double Gain, double Baseline, string Unit, int? Initial, int? Checksum, string Name, int Line);

/// <summary>A piece of a record of several: another record beside this one, or a pause.</summary>
/// <param name="Name">Of its header, without .hea; <c>~</c>: a pause.</param>
/// <param name="Moments">Its length; 0: the layout, which has no samples.</param>
/// <param name="Line">Of the header, for messages.</param>
sealed record WfdbSegment(string Name, long Moments, int Line);

/// <summary>The header (.hea) of a WFDB record (https://physionet.org/physiotools/wag/header-5.htm).</summary>
/// <param name="Rate">Moments per second.</param>
/// <param name="Moments">Null: not said.</param>
/// <param name="Signals">In the order of their samples; none where there are segments.</param>
/// <param name="Segments">In the order of time; none where there are signals.</param>
/// <param name="SignalCount">As the first line says.</param>
sealed record WfdbHeader(double Rate, long? Moments, IReadOnlyList<WfdbSignal> Signals, IReadOnlyList<WfdbSegment> Segments, int SignalCount)
{
    const double DefaultRate = 250, DefaultGain = 200; // WFDB's own
    const int MostSegments = 100_000, MostPerFrame = 1_024;
    const string Again = "get the record again";

    /// <exception cref="InvalidSensorDataException">It is no such header.</exception>
    public static WfdbHeader Parse(IEnumerable<string> lines, string name)
    {
        (string Text, int Number)[] said = [.. lines.Select((text, i) => (text.Trim('\uFEFF', ' ', '\t'), i + 1)).Where(line => line.Item1.Length > 0 && line.Item1[0] != '#')];
        if (said.Length == 0) throw new InvalidSensorDataException(name, "line 1", "the header is empty", Again);
        Exception Wrong(int line, string problem, string remedy = "get the record again, or convert it with PhysioNet's xform") =>
            new InvalidSensorDataException(name, $"line {said[line].Number}", problem, remedy);
        if (said[0].Text[0] == '\u001F') throw Wrong(0, "the header is compressed with gzip", "unpack it, and its .dat files, with gunzip");

        var record = said[0].Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (record.Length < 2 || !TryWhole(record[1], out var signals) || signals is < 1 or > 256)
            throw Wrong(0, $"'{said[0].Text}' does not say how many signals there are (1 to 256)");
        var rate = DefaultRate;
        if (record.Length > 2 && !(TryNumber(record[2].Split('/', '(')[0], out rate) && rate > 0)) throw Wrong(0, $"'{record[2]}' is no sample rate");
        long moments = 0;
        if (record.Length > 3 && !long.TryParse(record[3], NumberStyles.None, CultureInfo.InvariantCulture, out moments)) throw Wrong(0, $"'{record[3]}' is no number of samples");

        var slash = record[0].IndexOf('/');
        var pieces = 0;
        if (slash >= 0 && (!TryWhole(record[0][(slash + 1)..], out pieces) || pieces is < 1 or > MostSegments)) throw Wrong(0, $"'{record[0]}' does not say how many segments there are");
        var needed = pieces > 0 ? pieces : signals;
        if (said.Length <= needed) throw Wrong(said.Length - 1, $"there should be {needed} {(pieces > 0 ? "segments" : "signals")}, but only {said.Length - 1} are described");
        return new WfdbHeader(rate, moments == 0 ? null : moments,
            pieces > 0 ? [] : [.. Enumerable.Range(1, signals).Select(i => Signal(said[i].Text, said[i].Number, (problem, remedy) => Wrong(i, problem, remedy)))],
            [.. Enumerable.Range(1, pieces).Select(i => Segment(said[i].Text, said[i].Number, (problem, remedy) => Wrong(i, problem, remedy)))],
            signals);
    }

    static WfdbSegment Segment(string line, int number, Func<string, string, Exception> wrong)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 2 || !long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var moments)) throw wrong($"'{line}' names no segment and its number of samples", Again);
        RequireBeside(fields[0], wrong);
        return new WfdbSegment(fields[0], moments, number);
    }

    static WfdbSignal Signal(string line, int number, Func<string, string, Exception> wrong)
    {
        var fields = line.Split((char[]?)null, 9, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 2) throw wrong($"'{line}' names no file and format", Again);
        RequireBeside(fields[0], wrong);
        var (format, perFrame, skew, offset) = Format(fields[1], wrong);
        if (fields[0] != "~" && !WfdbFormat.IsKnown(format))
            throw wrong($"the format is '{fields[1]}'{WfdbFormat.NameOf(format)}", "convert the record to format 16 or 212 with PhysioNet's xform");
        int? Whole(int field)
        {
            if (fields.Length <= field) return null;
            return long.TryParse(fields[field], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value is >= int.MinValue and <= uint.MaxValue
                ? unchecked((int)value) : throw wrong($"'{fields[field]}' is no whole number", Again);
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
            if (!TryNumber(steps, out gain)) throw wrong($"'{fields[2]}' is no gain", Again);
            if (gain == 0) gain = DefaultGain; // the signal is not calibrated
        }
        // Writers that do not know the first sample and the sum write 0, and so do right ones now and then.
        var (initial, checksum) = (Whole(5), Whole(6));
        return new WfdbSignal(fields[0], format, perFrame, skew, offset, gain, baseline, unit, initial == 0 ? null : initial, checksum == 0 ? null : checksum, fields.Length > 8 ? fields[8].Trim() : "", number);
    }

    /// <summary><c>212x4:3+24</c>: the format, samples in a moment, skew and offset, each but the first with a default.</summary>
    static (int Format, int PerFrame, int Skew, long Offset) Format(string text, Func<string, string, Exception> wrong)
    {
        var (perFrame, skew, offset) = (1, 0, 0);
        var rest = text;
        bool Take(char mark, ref int value, int least, int most)
        {
            var at = rest.IndexOf(mark);
            if (at < 0) return true;
            var good = TryWhole(rest[(at + 1)..], out value) && value >= least && value <= most;
            rest = rest[..at];
            return good;
        }
        if (!Take('+', ref offset, 0, int.MaxValue) || !Take(':', ref skew, 0, 1 << 24) || !Take('x', ref perFrame, 1, MostPerFrame) || !TryWhole(rest, out var format))
            throw wrong($"the format is '{text}'", "convert the record to format 16 or 212 with PhysioNet's xform");
        return (format, perFrame, skew, offset);
    }

    /// <summary>A header names files beside it, and nothing else of this machine.</summary>
    static void RequireBeside(string file, Func<string, string, Exception> wrong)
    {
        if (Path.GetFileName(file) != file || file.Contains('\\') || file is "." or "..") throw wrong($"the file '{file}' is in another folder", "put it beside the header and name it there without one");
        if (file.Any(char.IsControl)) throw wrong($"the file '{file}' has a character in its name that no file has", Again);
        if (file == "-") throw wrong("the samples are to come from standard input", "put them into a file beside the header");
    }

    static bool TryWhole(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    static bool TryNumber(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
