using System.Globalization;
using System.Text;

namespace SuRnnStream;

/// <summary>
/// A recording in EDF, EDF+ or BDF, the formats of hospitals and sleep laboratories (https://www.edfplus.info/specs/edf.html). Annotations are not read, but for
/// the times of the records of an interrupted recording (EDF+D), whose gaps are lost samples (<see cref="ILossySource"/>).
/// </summary>
public sealed class EdfRecord
{
    const string Damaged = "the file is damaged, get it again";
    const long MostSamples = 1L << 30;
    const double LongestSeconds = 1e9; // 31 years

    readonly EdfHeader _header;

    EdfRecord(string name, EdfHeader header) => (Name, _header) = (name, header);

    /// <summary>The file, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Names of the signals, without those of annotations.</summary>
    public IReadOnlyList<string> Signals => [.. _header.Signals.Where(signal => !signal.IsAnnotations).Select(signal => signal.Name)];

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidSensorDataException">It is no EDF or BDF file, or its header is damaged.</exception>
    /// <exception cref="IOException">The file is missing, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a directory.</exception>
    public static EdfRecord Open(string path)
    {
        using var file = File.OpenRead(path);
        return new EdfRecord(path, EdfHeader.Read(file, path));
    }

    /// <summary>The samples for a model: its channels, found by name, in its units. Read whole.</summary>
    /// <exception cref="InvalidSensorDataException">The file lacks a channel, has it in a unit that cannot be converted, or at another rate, or is cut short.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ISampleSource ToSource(SensorFrontEndConfig sensor)
    {
        InvalidSensorDataException Wrong(string problem, string remedy) => new(Name, "header", problem, remedy);
        EdfSignal[] signals = [.. _header.Signals.Where(signal => !signal.IsAnnotations)];
        var places = SensorColumns.Match([.. signals.Select(signal => (signal.Name, signal.Unit))], sensor.Channels, Wrong);
        foreach (var (column, _) in places)
        {
            var rate = signals[column].PerRecord / _header.RecordSeconds;
            if (Math.Abs(rate / sensor.SampleRate - 1) > 1e-6)
                throw Wrong(FormattableString.Invariant($"the signal '{signals[column].Name}' has {rate:0.###} Hz, but the model needs {sensor.SampleRate} Hz"), "resample it, as edfbrowser and pyedflib can");
        }
        var perRecord = signals[places[0].Column].PerRecord;
        if (perRecord == 0) throw Wrong($"the signal '{signals[places[0].Column].Name}' has no samples", Damaged);
        using var file = File.OpenRead(Name);
        file.Position = _header.Length;
        if (_header.RecordBytes > Array.MaxLength) throw Wrong($"a data record has {_header.RecordBytes} bytes, more than can be read at once", "write shorter data records, of a second as is usual");
        var there = (file.Length - _header.Length) / _header.RecordBytes;
        var records = _header.Records < 0 ? there : _header.Records;
        if (there < records) throw Wrong($"there are to be {records} data records, but the file ends after {there}", Damaged);
        if (records == 0) throw Wrong("there are no data records", Damaged);
        var gaps = new List<(int, long)>();
        return new GappedSource(Samples(file, records, perRecord, signals, places, gaps, Wrong), gaps, sensor.SampleRate, places.Length);
    }

    float[] Samples(FileStream file, long records, int perRecord, EdfSignal[] signals, (int Column, UnitConversion Conversion)[] places, List<(int At, long Lost)> gaps, Func<string, string, Exception> wrong)
    {
        var (samples, passed) = (new List<float>(), 0L); // moments, lost ones among them
        var first = double.NaN; // when the first record began
        for (var record = 0L; record < records; record++)
        {
            var bytes = EdfHeader.ReadExactly(file, (int)_header.RecordBytes, Name, _header.Length + record * _header.RecordBytes);
            if (_header.HasGaps)
            {
                var begins = Begin(bytes) ?? throw wrong($"data record {record} does not say when it begins, but the recording has gaps", Damaged);
                if (double.IsNaN(first)) first = begins;
                if (begins - first > LongestSeconds) throw wrong(FormattableString.Invariant($"data record {record} begins {begins - first} s after the first one"), Damaged);
                var missing = Math.Round((begins - first) * perRecord / _header.RecordSeconds) - passed;
                if (missing < 0) throw wrong($"data record {record} begins before the one before it has ended", Damaged);
                if (missing > 0) gaps.Add((samples.Count, (long)missing * places.Length));
                passed += (long)missing;
            }
            if (samples.Count + (long)perRecord * places.Length > MostSamples) throw wrong($"there are more than {MostSamples} samples", "cut the recording");
            passed += perRecord;
            for (var moment = 0; moment < perRecord; moment++)
                foreach (var (column, conversion) in places)
                {
                    var value = signals[column].Value(Sample(bytes, signals[column].At + moment));
                    samples.Add(conversion.IsNone ? value : conversion.Single(value));
                }
        }
        return [.. samples];
    }

    int Sample(byte[] record, long index)
    {
        var at = (int)(index * _header.SampleBytes);
        return _header.SampleBytes == 2 ? (short)(record[at] | record[at + 1] << 8) : (record[at] | record[at + 1] << 8 | (sbyte)record[at + 2] << 16);
    }

    /// <summary>Seconds at which a data record begins: the first text of its first annotations. Null: it does not say.</summary>
    double? Begin(byte[] record)
    {
        if (_header.Signals.FirstOrDefault(signal => signal.IsAnnotations) is not { Name: not null } signal) return null;
        var text = record.AsSpan((int)signal.At * _header.SampleBytes, signal.PerRecord * _header.SampleBytes);
        var end = text.IndexOf((byte)0x14);
        return end > 0 && double.TryParse(Encoding.ASCII.GetString(text[..end]), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) ? seconds : null;
    }
}
