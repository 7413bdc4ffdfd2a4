using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Events;

public sealed class EventCorpusTest : IDisposable
{
    readonly TinyBeats _beats = new(records: 2);

    public void Dispose() => _beats.Dispose();

    [Fact]
    public void Load_OfRecords_GivesBeatsAndHoldsBack()
    {
        var written = _beats.Write("9", 60, seed: 9, flutter: true);
        var corpus = TinyBeats.Load(_beats.Folder, "9", "1");
        Assert.Equal(["2"], corpus.Training.Select(stream => stream.Name));
        Assert.Equal(["1", "9"], corpus.HeldBack.Select(stream => stream.Name));
        var stream = corpus.HeldBack[1];
        var expected = written.Where(beat => beat.Type < 32).Select(beat => new StreamEvent(beat.Moment, beat.Type == 5 ? 2 : 1, beat.Type == 1 ? 1 : 2)); // a fusion may be either
        Assert.Equal(expected, stream.Events);
        Assert.Equal([((long)(20.1 * 360), (long)(30.1 * 360))], stream.Excluded);
        Assert.True(stream.IsExcluded(25 * 360, 26 * 360) && stream.IsExcluded(0, 21 * 360) && !stream.IsExcluded(0, 20 * 360) && !stream.IsExcluded(31 * 360, 32 * 360));
        Assert.Equal((1, 1, 60 * 360), (stream.Channels.Length, stream.Others.Length, stream.Moments));
        Assert.Equal(-0.5, stream.Others[0].Zip(stream.Channels[0]).Where(pair => Math.Abs(pair.Second) > 0.3).Average(pair => pair.First / pair.Second), 0.05);
    }

    [Fact]
    public void Load_OfATable_TakesItsLabelsAndGaps()
    {
        var lines = Enumerable.Range(0, 1_000).Where(i => i is < 400 or >= 410).Select(i => FormattableString.Invariant($"{i / 360.0:F6},{i}"));
        File.WriteAllLines(_beats.File("x.csv"), lines.Prepend("time,MLII [mV]"));
        File.WriteAllText(_beats.File("x.labels.csv"), "time,label\n1.5,tap\n0.5,tap\n1,noise\n");
        File.WriteAllText(_beats.File("unlabelled.csv"), "MLII\n1\n");
        var stream = EventCorpus.Load(_beats.Folder, TinyBeats.Sensor, new EventLabels("knock=tap"), ["x"]).HeldBack.Single();
        Assert.Equal([new(180, 1, 1), new StreamEvent(540, 1, 1)], stream.Events);
        Assert.Equal(1_000, stream.Moments);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => i is < 400 or >= 410 ? i : float.NaN), stream.Channels[0]);
    }

    [Fact]
    public void Load_HoldsBackByPatterns()
    {
        _beats.Write("13", 30, seed: 13);
        var corpus = TinyBeats.Load(_beats.Folder, "1*");
        Assert.Equal(["1", "13"], corpus.HeldBack.Select(stream => stream.Name));
        Assert.Equal(["2"], corpus.Training.Select(stream => stream.Name));
        Assert.Contains("no recording '*9'", Assert.Throws<IOException>(() => TinyBeats.Load(_beats.Folder, "*9")).Message);
    }

    [Fact]
    public void Load_OfWhatIsNotThere_SaysSo()
    {
        Assert.Contains("no recording '7' that could be held back, only 1, 2", Assert.Throws<IOException>(() => TinyBeats.Load(_beats.Folder, "7")).Message);
        File.WriteAllText(_beats.File("x.csv"), "MLII\n1\n");
        File.WriteAllText(_beats.File("x.labels.csv"), "time,label\n1.5;tap\n");
        Assert.Contains("x.labels.csv: line 2: '1.5;tap' is no time and label; write lines as 12.34,LABEL", Assert.Throws<InvalidSensorDataException>(() => TinyBeats.Load(_beats.Folder)).Message);
        Assert.Contains("has no .hea file", Assert.Throws<IOException>(() => TinyBeats.Load(Directory.CreateDirectory(_beats.File("empty")).FullName)).Message);
    }

    [Fact]
    public void Labels_OfHeartBeats_AreThoseOfTheStandard()
    {
        var labels = new EventLabels(EventLabels.HeartBeats);
        Assert.Equal(["background", "beat", "ventricular"], labels.Labels);
        (int, int)? Of(string code) => labels.TryGet(code, 0, out var happened) ? (happened.Label, happened.OrLabel) : null;
        Assert.All("N L R e j n A a J S / f Q B r".Split(' '), code => Assert.Equal((1, 1), Of(code)));
        Assert.All(new[] { "V", "E" }, code => Assert.Equal((2, 2), Of(code)));
        Assert.Equal((1, 2), Of("F"));
        Assert.All(new[] { "+", "~", "|", "x", "!", "[", "]", "\"" }, code => Assert.Null(Of(code)));
        Assert.Contains("'beat' does not say which codes", Assert.Throws<ArgumentException>(() => new EventLabels("beat")).Message);
        Assert.Contains("no label", Assert.Throws<ArgumentException>(() => new EventLabels(" ")).Message);
    }
}
