using System.Globalization;
using System.Text;

namespace SuRnnStream;

/// <summary>One signal of an EDF header. <paramref name="At"/>: samples of a data record before its own.</summary>
readonly record struct EdfSignal(string Name, string Unit, double PhysicalMin, double PhysicalMax, double DigitalMin, double DigitalMax, int PerRecord, long At)
{
    /// <summary>Holds texts instead of samples: the times of records and annotations.</summary>
    public bool IsAnnotations => Name is "EDF Annotations" or "BDF Annotations";

    /// <summary>A sample in the signal's unit: linear between two points (B. Kemp et al., "A simple format for exchange of digitized polygraphic recordings", 1992).</summary>
    public float Value(int sample) => (float)(PhysicalMin + (sample - DigitalMin) * (PhysicalMax - PhysicalMin) / (DigitalMax - DigitalMin));
}

/// <summary>The header of an EDF, EDF+ or BDF file: fixed fields of ASCII, then each field of all signals in turn.</summary>
sealed class EdfHeader
{
    const int Fixed = 256, PerSignal = 256, MostSignals = 4_096;
    const string Damaged = "the file is damaged, get it again";

    /// <summary>Bytes of a sample: 2 (EDF) or 3 (BDF), little-endian.</summary>
    public int SampleBytes { get; private init; }

    /// <summary>Records may have time between them (EDF+D).</summary>
    public bool HasGaps { get; private init; }

    /// <summary>Bytes before the first data record.</summary>
    public int Length { get; private init; }

    /// <summary>Data records; -1: the file does not say.</summary>
    public long Records { get; private init; }

    /// <summary>Seconds of a data record.</summary>
    public double RecordSeconds { get; private init; }

    /// <summary>All signals in their order, annotations among them.</summary>
    public required IReadOnlyList<EdfSignal> Signals { get; init; }

    /// <summary>Bytes of a data record.</summary>
    public long RecordBytes => SampleBytes * Signals.Sum(signal => (long)signal.PerRecord);

    /// <param name="stream">At the file's first byte.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidSensorDataException">This is no header of EDF or BDF.</exception>
    public static EdfHeader Read(Stream stream, string name)
    {
        var start = ReadExactly(stream, Fixed, name, 0);
        var bdf = start[0] == 0xFF && Encoding.ASCII.GetString(start, 1, 7) == "BIOSEMI";
        if (!bdf && Field(start, 0, 8) != "0") throw Wrong(name, 0, "this is neither EDF nor BDF", "give a file that begins with the version 0 of EDF");
        var count = Whole(start, 252, 4, "number of signals", name);
        if (count is < 1 or > MostSignals) throw Wrong(name, 252, $"there are {count} signals, but must be 1 to {MostSignals}", Damaged);
        var length = Fixed + (int)count * PerSignal;
        if (Whole(start, 184, 8, "length of the header", name) is var said && said != length) throw Wrong(name, 184, $"the header is said to have {said} bytes, but {count} signals make {length}", Damaged);
        var seconds = Number(start, 244, 8, "duration of a data record", name);
        if (seconds is not (> 0 and <= 86_400)) throw Wrong(name, 244, FormattableString.Invariant($"a data record lasts {seconds} s, but must be above 0 and at most a day"), seconds == 0 ? "it holds annotations alone, give the recording" : Damaged);
        var records = Whole(start, 236, 8, "number of data records", name);
        if (records < -1) throw Wrong(name, 236, $"there are {records} data records", Damaged);
        return new EdfHeader
        {
            SampleBytes = bdf ? 3 : 2,
            HasGaps = Field(start, 192, 44).StartsWith("EDF+D", StringComparison.Ordinal) || Field(start, 192, 44).StartsWith("BDF+D", StringComparison.Ordinal),
            Length = length,
            Records = records,
            RecordSeconds = seconds,
            Signals = SignalsOf(ReadExactly(stream, length - Fixed, name, Fixed), (int)count, name),
        };
    }

    static EdfSignal[] SignalsOf(byte[] bytes, int count, string name)
    {
        var (signals, before) = (new EdfSignal[count], 0L);
        for (var i = 0; i < count; i++)
        {
            // Of every field all signals' values follow each other: 16 characters of label, 80 of transducer, and so on.
            int At(int offset, int width) => offset * count + i * width;
            double Of(int offset, string what) => Number(bytes, At(offset, 8), 8, what, name, Fixed);
            var perRecord = Whole(bytes, At(216, 8), 8, "number of samples in a data record", name, Fixed);
            if (perRecord is < 0 or > 10_000_000) throw Wrong(name, Fixed + At(216, 8), $"a data record has {perRecord} samples of a signal", Damaged);
            var signal = new EdfSignal(Field(bytes, At(0, 16), 16), Field(bytes, At(96, 8), 8), Of(104, "physical minimum"), Of(112, "physical maximum"), Of(120, "digital minimum"), Of(128, "digital maximum"), (int)perRecord, before);
            if (!signal.IsAnnotations && (signal.DigitalMin == signal.DigitalMax || signal.PhysicalMin == signal.PhysicalMax))
                throw Wrong(name, Fixed + At(104, 8), $"the signal '{signal.Name}' has no range: its minimum is its maximum", Damaged);
            signals[i] = signal;
            before += perRecord;
        }
        return signals;
    }

    internal static byte[] ReadExactly(Stream stream, int count, string name, long at)
    {
        var bytes = new byte[count];
        var got = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return got == count ? bytes : throw Wrong(name, at + got, "the file ends there, in the middle of it", Damaged);
    }

    static string Field(byte[] bytes, int at, int width) => Encoding.ASCII.GetString(bytes, at, width).TrimEnd(' ', '\0').TrimStart();

    static long Whole(byte[] bytes, int at, int width, string what, string name, int before = 0) =>
        long.TryParse(Field(bytes, at, width), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
            : throw Wrong(name, before + at, $"'{Field(bytes, at, width)}' is no {what}", Damaged);

    static double Number(byte[] bytes, int at, int width, string what, string name, int before = 0) =>
        double.TryParse(Field(bytes, at, width), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value
            : throw Wrong(name, before + at, $"'{Field(bytes, at, width)}' is no {what}", Damaged);

    static InvalidSensorDataException Wrong(string name, long at, string problem, string remedy) => new(name, $"byte {at}", problem, remedy);
}
