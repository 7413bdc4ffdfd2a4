using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

public class StreamingDetectorGapTest
{
    static readonly SuRnnModel Model = ToneModel.Build();

    [Fact]
    public void Skip_OfFewerThanNoSamples_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingDetector(Model).Skip(-1, _ => { }));

    [Theory, InlineData(0), InlineData(1), InlineData(159), InlineData(5_001)]
    public void Position_AfterSamples_IsTheirNumber(int samples)
    {
        var detector = new StreamingDetector(Model);
        detector.Process(new float[samples], _ => { });
        Assert.Equal(samples, detector.Position);
    }

    [Fact]
    public void Reset_AtAPosition_GivesTheTimesOfTheStream()
    {
        const int Start = 1_234_560; // a whole number of hops and of ticks
        var expected = ToneModel.Detect(Model, ToneModel.Tones(3));
        var detector = new StreamingDetector(Model);
        detector.Process(ToneModel.Tone(ToneModel.High, 0.123), _ => { });
        detector.Reset(Start);
        Assert.Equal(Start, detector.Position);
        var heard = ToneModel.Detect(Model, ToneModel.Tones(3), detector);
        var shift = TimeSpan.FromSeconds((double)Start / ToneModel.Rate);
        Assert.Equal(expected.Select(d => d with { Start = d.Start + shift, End = d.End + shift, Time = d.Time + shift }), heard);
        Assert.Equal(3, heard.Count);
    }

    [Fact]
    public void Skip_BetweenTones_GivesTheTimesOfTheStream()
    {
        var detector = new StreamingDetector(Model);
        var heard = ToneModel.Detect(Model, ToneModel.Tones(1), detector); // 0.8 s
        detector.Skip(16_000);
        Assert.Equal(0.8 + 1, (double)detector.Position / ToneModel.Rate);
        heard.AddRange(ToneModel.Detect(Model, ToneModel.Tones(1), detector));
        Assert.Equal(["low", "low"], heard.Select(d => d.Label));
        Assert.InRange(heard[0].Start.TotalSeconds, 0.3, 0.33);
        Assert.InRange(heard[1].Start.TotalSeconds, 1.8 + 0.3, 1.8 + 0.33);
    }

    [Fact]
    public void Skip_WithinADecision_KeepsTheStartAndDecidesBehindTheGap()
    {
        var detector = new StreamingDetector(Model);
        float[] begin = [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.08)]; // shorter than a decision window
        Assert.Empty(ToneModel.Detect(Model, begin, detector));
        detector.Skip(16_000);
        var heard = Assert.Single(ToneModel.Detect(Model, ToneModel.Tone(ToneModel.Low, 0.1), detector));
        Assert.InRange(heard.Start.TotalSeconds, 0.3, 0.33);
        Assert.InRange(heard.Time.TotalSeconds, 1.38, 1.4);
    }

    [Fact]
    public void Lose_WithinADecision_DecidesBeforeTheGap_AndForgets()
    {
        var detector = new StreamingDetector(Model);
        float[] begin = [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.08)]; // shorter than a decision window
        var heard = ToneModel.Detect(Model, begin, detector);
        Assert.Equal(0, detector.Lose(0, heard.Add).Frames);
        Assert.Empty(heard);
        detector.Lose(800, heard.Add); // 0.05 s
        Assert.Equal(begin.Length + 800, detector.Position);
        Assert.InRange(Assert.Single(heard).Time.TotalSeconds, 0.38, 0.43); // no later than the stream goes on
        heard.Clear();
        detector.Process(ToneModel.Tone(ToneModel.Low, 0.3), heard.Add);
        Assert.InRange(Assert.Single(heard).Start.TotalSeconds, 0.43, 0.46);
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.Lose(-1, heard.Add));
    }

    [Fact]
    public void Skip_KeepsTheNetworksMemory_ResetDoesNot()
    {
        var detector = new StreamingDetector(Model);
        detector.Process(ToneModel.Tone(ToneModel.Low, 0.1), _ => { });
        var before = detector.State.Hidden(0).ToArray();
        detector.Skip(100);
        Assert.Equal(before, detector.State.Hidden(0).ToArray());
        detector.Reset(200);
        Assert.Equal([0, 0], detector.State.Hidden(0).ToArray());
    }

    [Fact]
    public void SaveAndRestore_BehindAGap_KeepThePosition()
    {
        var detector = new StreamingDetector(Model);
        detector.Reset(777);
        detector.Process(ToneModel.Tone(ToneModel.Low, 0.1), _ => { });
        var saved = new MemoryStream();
        detector.Save(saved);
        saved.Position = 0;
        var other = new StreamingDetector(Model);
        other.Restore(saved);
        Assert.Equal(777 + 1_600, other.Position);
    }
}
