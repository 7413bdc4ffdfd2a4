using System.Buffers.Binary;

namespace SuRnnStream;

/// <summary>
/// A recording in PhysioNet's WFDB format: a header (.hea) and samples (.dat, format 212 or 16). Read whole: only at the end do the checksums tell
/// that nothing is wrong.
/// </summary>
public sealed class WfdbRecord
{
    readonly WfdbHeader _header;
    readonly short[][] _steps; // [signals][moments] as the converter gave them

    WfdbRecord(string name, WfdbHeader header, short[][] steps) => (Name, _header, _steps) = (name, header, steps);

    /// <summary>The header, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Moments per second.</summary>
    public double Rate => _header.Rate;

    /// <summary>Samples of each signal.</summary>
    public int Moments => _steps[0].Length;

    /// <summary>Names of the signals.</summary>
    public IReadOnlyList<string> Signals => [.. _header.Signals.Select(signal => signal.Name)];

    /// <summary>Reads a record, of which the header is named, and checks first samples, lengths and checksums.</summary>
    /// <exception cref="InvalidSensorDataException">It is no WFDB record, is damaged, or is one of another format.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file must not be read, or is a directory.</exception>
    public static WfdbRecord Open(string path)
    {
        var header = WfdbHeader.Parse(File.ReadAllLines(path), path);
        var steps = new short[header.Signals.Count][];
        foreach (var file in header.Signals.Select((signal, i) => (signal, i)).GroupBy(place => place.signal.File))
        {
            int[] places = [.. file.Select(place => place.i)];
            var formats = places.Select(i => header.Signals[i].Format).Distinct().ToArray();
            if (formats.Length > 1) throw new InvalidSensorDataException(path, "line 1", $"the file '{file.Key}' has signals of two formats", "get the record again");
            Split(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path) ?? "", file.Key)), formats[0], places, steps);
        }
        Check(path, header, steps);
        return new WfdbRecord(path, header, steps);
    }

    /// <summary>Samples of several signals in turn to those of each.</summary>
    static void Split(byte[] bytes, int format, int[] places, short[][] steps)
    {
        var samples = format == 16 ? bytes.Length / 2 : bytes.Length / 3 * 2 + (bytes.Length % 3 == 2 ? 1 : 0);
        var moments = samples / places.Length;
        foreach (var place in places) steps[place] = new short[moments];
        for (var n = 0; n < moments * places.Length; n++)
            steps[places[n % places.Length]][n / places.Length] = format == 16 ? BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(2 * n)) : Step212(bytes, n);
    }

    /// <summary>Three bytes hold two signed samples of 12 bits: low byte of the first, high halves of second and first, low byte of the second.</summary>
    static short Step212(byte[] bytes, int n)
    {
        var at = n / 2 * 3;
        var step = n % 2 == 0 ? bytes[at] | (bytes[at + 1] & 0x0F) << 8 : bytes[at + 2] | (bytes[at + 1] & 0xF0) << 4;
        return (short)(step << 4 >> 4 << 20 >> 20);
    }

    static void Check(string name, WfdbHeader header, short[][] steps)
    {
        const string Damaged = "the record is damaged, get it again";
        for (var i = 0; i < steps.Length; i++)
        {
            var signal = header.Signals[i];
            InvalidSensorDataException Wrong(string problem) => new(signal.File, $"signal {i}", problem, Damaged);
            if (header.Moments is { } moments && steps[i].Length < moments) throw Wrong($"it has {steps[i].Length} samples, but {name} says {moments}");
            if (steps[i].Length == 0) throw Wrong("it has no samples");
            if (header.Moments is { } whole && steps[i].Length > whole) Array.Resize(ref steps[i], (int)whole); // a last byte is padding
            if (signal.Initial is { } first && steps[i][0] != first) throw Wrong($"it begins with {steps[i][0]}, but {name} says {first}");
            var sum = (short)steps[i].Sum(step => step);
            if (signal.Checksum is { } checksum && sum != checksum) throw Wrong($"its checksum is {sum}, but {name} says {checksum}");
        }
        if (steps.Any(signal => signal.Length != steps[0].Length))
            throw new InvalidSensorDataException(name, "line 1", "the signals are not of the same length", "write their number of samples into the first line");
    }

    /// <summary>One signal in its unit; NaN where the recorder had no sample.</summary>
    /// <param name="signal">Counted from 0.</param>
    public float[] Read(int signal)
    {
        var shape = _header.Signals[signal];
        var none = shape.Format == 16 ? short.MinValue : -2_048;
        return Array.ConvertAll(_steps[signal], step => step == none ? float.NaN : (float)((step - shape.Baseline) / shape.Gain));
    }

    /// <summary>The record as a model hears it: its channels, found by name.</summary>
    /// <exception cref="InvalidSensorDataException">The record lacks a channel, or has it in another unit or at another rate.</exception>
    public ISampleSource ToSource(SensorFrontEndConfig sensor)
    {
        InvalidSensorDataException Wrong(string problem, string remedy) => new(Name, "line 1", problem, remedy);
        if (Rate != sensor.SampleRate)
            throw Wrong(FormattableString.Invariant($"the record has {Rate} Hz, but the model hears {sensor.SampleRate} Hz"), FormattableString.Invariant($"resample it with PhysioNet's xform -n NEW -f {sensor.SampleRate}"));
        var places = SensorColumns.Match([.. _header.Signals.Select(signal => (signal.Name, signal.Unit))], sensor.Channels, Wrong);
        float[][] channels = [.. places.Select(Read)];
        var samples = new float[(long)Moments * channels.Length];
        for (var c = 0; c < channels.Length; c++)
            for (var m = 0; m < Moments; m++) samples[m * channels.Length + c] = channels[c][m];
        return new ArraySource(samples, Rate, channels.Length);
    }
}
