using System.Text;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors;

/// <summary>Recordings in EDF, EDF+ and BDF.</summary>
public sealed class EdfTest : IDisposable
{
    static readonly SensorFrontEndConfig Sensor = new() { Channels = [new() { Name = "ECG II", Unit = "mV" }, new() { Name = "acc x", Unit = "g" }], SampleRate = 4 };
    static readonly EdfSignalToWrite Ecg = new("ECG II", "uV", 4) { Samples = [.. Enumerable.Range(0, 12).Select(i => 100 * i - 500)], Physical = (-1_000, 1_000) };
    static readonly EdfSignalToWrite Acc = new("Acc X", "g", 4) { Samples = [.. Enumerable.Range(0, 12).Select(i => -i)], Physical = (-2, 2), Digital = (-20, 20) };
    static readonly EdfSignalToWrite Slow = new("Temp", "degC", 1) { Samples = [1, 2, 3] };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static float[] Expected(int from, int to) => [.. Enumerable.Range(from, to - from).SelectMany(i => new[] { (float)((100 * i - 500) / 1_000.0), (float)(-i / 10.0) })];

    [Theory]
    [InlineData(false, "", 3)]
    [InlineData(false, "EDF+C", 3)]
    [InlineData(false, "", -1)] // the recorder was switched off before it could write how many there are
    [InlineData(true, "24BIT", 3)]
    public void Signals_AreFoundByName_InTheModelsUnits(bool bdf, string reserved, int saidRecords)
    {
        var path = Write(EdfFiles.Bytes(reserved, 3, [Slow, Acc, Ecg], bdf: bdf, saidRecords: saidRecords), bdf ? "a.bdf" : "a.EDF");
        Assert.Equal(["Temp", "Acc X", "ECG II"], EdfRecord.Open(path).Signals);
        Assert.Equal(Expected(0, 12), Read(SensorFile.Open(path, Sensor), 24));
    }

    [Fact]
    public void Leads_AreChosenByAMap()
    {
        var path = Write(EdfFiles.Bytes("", 3, [Slow, Acc, Ecg]), "a.edf");
        var model = new SensorFrontEndConfig { Channels = [new() { Name = "MLII", Unit = "V" }], SampleRate = 4 };
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (float)((100 * i - 500) / 1e6)), Read(SensorFile.Open(path, SensorMap.Parse("MLII=ECG II").Apply(model)), 12));
    }

    [Fact]
    public void Gaps_OfARecordingThatWasInterrupted_AreLost_AndTakeNoMemory()
    {
        var path = Write(EdfFiles.Bytes("EDF+D", 3, [Ecg, EdfFiles.Times(2, 3, 1e8 + 0.5), Acc]), "a.edf");
        Assert.Equal(["ECG II", "Acc X"], EdfRecord.Open(path).Signals);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var source = Assert.IsAssignableFrom<ILossySource>(SensorFile.Open(path, Sensor));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(Expected(0, 8), Read(source, 16));
        Assert.Equal(0, source.SamplesLost);
        Assert.Equal(Expected(8, 12), Read(source, 8));
        Assert.Equal(2 * (long)((1e8 + 0.5 - 4) * 4), source.SamplesLost); // two channels at 4 Hz
        Assert.Equal(0, source.Read(new float[8]));
    }

    [Theory]
    [InlineData(0, "1       ", "byte 0: this is neither EDF nor BDF")]
    [InlineData(184, "256     ", "byte 184: the header is said to have 256 bytes, but 2 signals make 768")]
    [InlineData(236, "4       ", "there are to be 4 data records, but the file ends after 3")]
    [InlineData(236, "-2      ", "byte 236: there are -2 data records")]
    [InlineData(236, "0       ", "there are no data records")]
    [InlineData(244, "0       ", "byte 244: a data record lasts 0 s")]
    [InlineData(244, "soon    ", "byte 244: 'soon' is no duration of a data record")]
    [InlineData(244, "2       ", "the signal 'ECG II' has 2 Hz, but the model needs 4 Hz; resample it")]
    [InlineData(252, "0   ", "byte 252: there are 0 signals")]
    [InlineData(256, "ECG I ", "there is no channel 'ECG II', only 'ECG I', 'Acc X'; name the channels as the model does, ECG II [mV], acc x [g], or map them")]
    [InlineData(256 + 2 * 96, "K ", "the channel 'ECG II' is in K, but the model needs mV")]
    [InlineData(256 + 2 * 104, "1000 ", "the signal 'ECG II' has no range")]
    [InlineData(256 + 2 * 216, "-4      ", "a data record has -4 samples of a signal")]
    public void Damage_IsSaidWithItsPlace(int at, string text, string says)
    {
        var bytes = EdfFiles.Bytes("", 3, [Ecg, Acc]);
        Encoding.ASCII.GetBytes(text).CopyTo(bytes, at);
        var wrong = Assert.Throws<InvalidSensorDataException>(() => SensorFile.Open(Write(bytes, "a.edf"), Sensor)).Message;
        Assert.StartsWith(_folder.File("a.edf"), wrong);
        Assert.Contains(says, wrong);
    }

    [Theory]
    [InlineData(new[] { 0.0, 1, 1.5 }, "data record 2 begins before the one before it has ended")]
    [InlineData(new[] { 0.0, 1, -1e300 }, "data record 2 begins before the one before it has ended")]
    [InlineData(new[] { 0.0, 1, 1e300 }, "data record 2 begins 1E+300 s after the first one; the file is damaged")]
    public void TimesOfRecords_ThatCannotBe_AreRefused(double[] seconds, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidSensorDataException>(() => SensorFile.Open(Write(EdfFiles.Bytes("EDF+D", 3, [Ecg, Acc, EdfFiles.Times(seconds)]), "a.edf"), Sensor)).Message);

    [Fact]
    public void Header_ThatIsCut_SaysWhere() =>
        Assert.Contains("byte 300: the file ends there", Assert.Throws<InvalidSensorDataException>(() => SensorFile.Open(Write(EdfFiles.Bytes("", 3, [Ecg, Acc])[..300], "a.edf"), Sensor)).Message);

    string Write(byte[] bytes, string name)
    {
        File.WriteAllBytes(_folder.File(name), bytes);
        return _folder.File(name);
    }

    static float[] Read(ISampleSource source, int count)
    {
        var samples = new float[count + 8];
        Assert.Equal(count, source.Read(samples));
        return samples[..count];
    }
}
