namespace SuRnnStream;

/// <summary>
/// A recording in PhysioNet's WFDB format: a header (.hea) and samples in format 16, 24, 32, 61, 80, 160, 212, 310 or 311, of one segment or several.
/// Read whole: only at the end do the checksums say that nothing is wrong. A signal with several samples in a moment is read as their mean.
/// </summary>
public sealed class WfdbRecord
{
    const string Damaged = "the record is damaged, get it again";
    const long MostMoments = 1L << 30;

    readonly IReadOnlyList<(string Name, string Unit)> _signals;
    readonly float[][] _values; // [signals][moments] in their units, NaN where there was no sample

    WfdbRecord(string name, double rate, IReadOnlyList<(string Name, string Unit)> signals, float[][] values) =>
        (Name, Rate, _signals, _values) = (name, rate, signals, values);

    /// <summary>The header, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Moments per second.</summary>
    public double Rate { get; }

    /// <summary>Samples of each signal.</summary>
    public int Moments => _values[0].Length;

    /// <summary>Names of the signals.</summary>
    public IReadOnlyList<string> Signals => [.. _signals.Select(signal => signal.Name)];

    /// <summary>Reads a record, of which the header is named, and checks first samples, lengths and checksums.</summary>
    /// <exception cref="InvalidSensorDataException">It is no WFDB record, is damaged, is one of another format, or a file that its header names is not there.</exception>
    /// <exception cref="IOException">The header is missing, or a file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file must not be read, or is a directory.</exception>
    public static WfdbRecord Open(string path)
    {
        var header = ReadHeader(path);
        return header.Segments.Count > 0 ? Join(path, header) : OpenOne(path, header);
    }

    internal static WfdbHeader ReadHeader(string path)
    {
        Exception TooLong(long line) => new InvalidSensorDataException(path, $"line {line}", "this is no text", "give the header (.hea) of a WFDB record");
        return WfdbHeader.Parse(BoundedLines.Of(path, TooLong).Take(200_000), path);
    }

    static WfdbRecord OpenOne(string path, WfdbHeader header)
    {
        var values = new float[header.Signals.Count][];
        foreach (var file in header.Signals.Select((signal, i) => (signal, i)).GroupBy(place => place.signal.File))
        {
            int[] places = [.. file.Select(place => place.i)];
            var first = header.Signals[places[0]];
            if (places.Any(i => header.Signals[i].Format != first.Format || header.Signals[i].Offset != first.Offset))
                throw new InvalidSensorDataException(path, $"line {first.Line}", $"the file '{file.Key}' has signals of two formats", "get the record again");
            Split(path, header, ReadSamples(path, first), places, values);
        }
        if (values.Any(signal => signal.Length != values[0].Length))
            throw new InvalidSensorDataException(path, "line 1", "the signals are not of the same length", "write their number of samples into the first line");
        return new WfdbRecord(path, header.Rate, [.. header.Signals.Select(signal => (signal.Name, signal.Unit))], values);
    }

    static byte[] ReadSamples(string path, WfdbSignal signal)
    {
        InvalidSensorDataException Wrong(string problem, string remedy) => new(path, $"line {signal.Line}", problem, remedy);
        if (signal.File == "~") throw Wrong("the header is the layout of a record of several segments", "give the header that lists the segments");
        var file = Path.Combine(Path.GetDirectoryName(path) ?? "", signal.File);
        if (!File.Exists(file))
        {
            throw File.Exists(file + ".gz") ? Wrong($"the samples are compressed: there is '{signal.File}.gz' only", "unpack it with gunzip")
                : Wrong($"the samples are missing: there is no file '{signal.File}' beside the header", "put it there");
        }
        var length = new FileInfo(file).Length;
        if (length > Array.MaxLength) throw Wrong($"'{signal.File}' has {length} bytes, more than can be read at once", "cut the record with PhysioNet's xform");
        var bytes = File.ReadAllBytes(file);
        if (bytes is [0x1F, 0x8B, ..]) throw Wrong($"'{signal.File}' is compressed with gzip", "unpack it with gunzip");
        return signal.Offset <= bytes.Length ? bytes[(int)signal.Offset..] : throw Wrong($"'{signal.File}' has {bytes.Length} bytes, but its samples are to begin at byte {signal.Offset}", Damaged);
    }

    /// <summary>Samples of several signals in turn, those of a moment one after another, to the values of each.</summary>
    static void Split(string path, WfdbHeader header, byte[] bytes, int[] places, float[][] values)
    {
        var format = header.Signals[places[0]].Format;
        var perFrame = places.Sum(i => header.Signals[i].PerFrame);
        var moments = WfdbFormat.SamplesIn(bytes.Length, format) / perFrame;
        if (header.Moments is { } said && moments > said) moments = said; // a last byte is padding
        var before = 0;
        foreach (var place in places)
        {
            var signal = header.Signals[place];
            InvalidSensorDataException Wrong(string problem) => new(signal.File, $"signal {place}", problem, Damaged);
            if (header.Moments is { } whole && moments < whole) throw Wrong($"it has {moments * signal.PerFrame} samples, but {path} says {whole * signal.PerFrame}");
            if (moments == 0) throw Wrong("it has no samples");
            if (moments > MostMoments) throw Wrong($"it has {moments} samples, more than can be read at once");
            if (signal.Initial is { } initial && WfdbFormat.Step(bytes, format, before) is var begins && begins != initial) throw Wrong($"it begins with {begins}, but {path} says {initial}");
            values[place] = Values(bytes, signal, before, perFrame, (int)moments, out var sum);
            if (signal.Checksum is { } checksum && (short)checksum != sum) throw Wrong($"its checksum is {sum}, but {path} says {(short)checksum}");
            before += signal.PerFrame;
        }
    }

    static float[] Values(byte[] bytes, WfdbSignal signal, int before, int perFrame, int moments, out short checksum)
    {
        var (values, none, all) = (new float[moments], WfdbFormat.None(signal.Format), 0);
        for (var moment = 0; moment < moments; moment++)
        {
            var (sum, count) = (0L, 0);
            for (var n = 0; n < signal.PerFrame; n++)
            {
                var step = WfdbFormat.Step(bytes, signal.Format, (long)moment * perFrame + before + n);
                all = unchecked(all + step);
                if (step == none) continue;
                sum += step;
                count++;
            }
            values[moment] = count == 0 ? float.NaN : count == 1 ? (float)((sum - signal.Baseline) / signal.Gain) : (float)(((double)sum / count - signal.Baseline) / signal.Gain);
        }
        checksum = unchecked((short)all);
        if (signal.Skew == 0) return values;
        var shifted = new float[moments];
        Array.Fill(shifted, float.NaN);
        if (signal.Skew < moments) values.AsSpan(signal.Skew).CopyTo(shifted);
        return shifted;
    }

    /// <summary>Segments one after the other, signals by their names; what a segment does not have is missing in it.</summary>
    static WfdbRecord Join(string path, WfdbHeader header)
    {
        InvalidSensorDataException Wrong(int line, string problem, string remedy) => new(path, $"line {line}", problem, remedy);
        var folder = Path.GetDirectoryName(path) ?? "";
        string HeaderOf(WfdbSegment segment) => Path.Combine(folder, segment.Name + ".hea");
        WfdbHeader Describe(WfdbSegment segment)
        {
            if (!File.Exists(HeaderOf(segment))) throw Wrong(segment.Line, $"the segment '{segment.Name}' is missing: there is no '{segment.Name}.hea' beside the header", "put it there");
            var described = ReadHeader(HeaderOf(segment));
            if (described.Segments.Count > 0) throw Wrong(segment.Line, $"the segment '{segment.Name}' has segments itself", "get the record again");
            return described.Rate == header.Rate ? described : throw Wrong(segment.Line, FormattableString.Invariant($"the segment '{segment.Name}' has {described.Rate} Hz, but the record {header.Rate} Hz"), "get the record again");
        }
        var whole = header.Segments.Sum(segment => Math.Min(segment.Moments, MostMoments));
        if (whole > MostMoments || (header.Moments is { } said && said != whole)) throw Wrong(1, $"the segments have {whole} samples, but the first line says {header.Moments}", "get the record again");
        if (header.Segments.FirstOrDefault(segment => segment.Name != "~") is not { } first || whole == 0) throw Wrong(1, "there is no segment with samples", "get the record again");
        (string Name, string Unit)[] signals = [.. Describe(first).Signals.Select(signal => (signal.Name, signal.Unit))];
        var values = signals.Select(_ => new float[whole]).ToArray();
        foreach (var signal in values) Array.Fill(signal, float.NaN);
        var at = 0L;
        foreach (var segment in header.Segments)
        {
            if (segment.Name != "~" && segment.Moments > 0)
            {
                var piece = OpenOne(HeaderOf(segment), Describe(segment));
                if (piece.Moments != segment.Moments) throw Wrong(segment.Line, $"the segment '{segment.Name}' has {piece.Moments} samples, but should have {segment.Moments}", "get the record again");
                for (var i = 0; i < piece._signals.Count; i++)
                {
                    var place = Array.FindIndex(signals, signal => signal.Name == piece._signals[i].Name);
                    if (place < 0) throw Wrong(segment.Line, $"the segment '{segment.Name}' has a signal '{piece._signals[i].Name}' that the first one has not", "get the record again");
                    if (!SensorUnit.Same(piece._signals[i].Unit, signals[place].Unit)) throw Wrong(segment.Line, $"the signal '{signals[place].Name}' is in {piece._signals[i].Unit} in the segment '{segment.Name}', but in {signals[place].Unit} in the first", "get the record again");
                    piece._values[i].CopyTo(values[place].AsSpan((int)at));
                }
            }
            at += segment.Moments;
        }
        return new WfdbRecord(path, header.Rate, signals, values);
    }

    /// <summary>One signal in its unit; NaN where the recorder had no sample.</summary>
    /// <param name="signal">Counted from 0.</param>
    public float[] Read(int signal) => [.. _values[signal]];

    /// <summary>The record as a source for a model: its channels, found by name.</summary>
    /// <exception cref="InvalidSensorDataException">The record lacks a channel, has it in a unit that cannot be converted, or at another rate.</exception>
    public ISampleSource ToSource(SensorFrontEndConfig sensor)
    {
        InvalidSensorDataException Wrong(string problem, string remedy) => new(Name, "line 1", problem, remedy);
        if (Rate != sensor.SampleRate)
            throw Wrong(FormattableString.Invariant($"the record has {Rate} Hz, but the model takes {sensor.SampleRate} Hz"), FormattableString.Invariant($"resample it with PhysioNet's xform -n NEW -f {sensor.SampleRate}"));
        var places = SensorColumns.Match(_signals, sensor.Channels, Wrong);
        if ((long)Moments * places.Length > Array.MaxLength) throw Wrong($"{Moments} moments of {places.Length} channels are more than can be read at once", "cut the record with PhysioNet's xform");
        var samples = new float[(long)Moments * places.Length];
        for (var c = 0; c < places.Length; c++)
        {
            var (column, conversion) = places[c];
            for (var m = 0; m < Moments; m++) samples[m * places.Length + c] = conversion.IsNone ? _values[column][m] : conversion.Single(_values[column][m]);
        }
        return new ArraySource(samples, Rate, places.Length);
    }
}
