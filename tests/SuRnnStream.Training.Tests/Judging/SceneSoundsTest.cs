using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Judging;

public sealed class SceneSoundsTest
{
    const int Rate = TinyJudging.Rate;

    static readonly SpokenWord[] Words = [.. Enumerable.Range(0, 3).Select(i => SpokenWord.Of("s", "yes", [.. new float[4_000], .. Sounds.Tone(4_000, 500, 0.3, Rate), .. new float[8_000]], Rate))];

    [Fact]
    public void Words_StandWhereTheEventsSay_AtTheirLevelOverTheNoise()
    {
        using var tiny = new TinyJudging();
        var scene = new SceneSounds(tiny.Data, Purpose.Reporting, Rate).Words("s", Words, 20);
        for (var i = 0; i < 3; i++) Assert.Equal(2.25 + 3 * i, scene.Stream.Events[i].Start.TotalSeconds, 0.03);
        foreach (var one in scene.Stream.Events)
        {
            Assert.InRange(Level(scene, one.Start.TotalSeconds + 0.05, one.End.TotalSeconds - 0.05), -21, -19);
            Assert.InRange(Level(scene, one.End.TotalSeconds + 0.5, one.End.TotalSeconds + 1), -41.5, -38.5);
        }
    }

    [Fact]
    public void After_LeavesTheGapBetweenWhatIsHeard()
    {
        using var tiny = new TinyJudging();
        var sounds = new SceneSounds(tiny.Data, Purpose.Reporting, Rate);
        var before = Sounds.Tone(8_000, 300, 0.3, Rate);
        var scene = sounds.After("s", Words, [before], 40, 0.5);
        Assert.Equal(3, scene.Stream.Events.Count);
        foreach (var one in scene.Stream.Events)
        {
            Assert.InRange(Level(scene, one.Start.TotalSeconds - 0.5 - 0.45, one.Start.TotalSeconds - 0.5 - 0.05), -21, -19); // half a second of tone
            Assert.InRange(Level(scene, one.Start.TotalSeconds - 0.45, one.Start.TotalSeconds - 0.05), -61.5, -58);           // then the gap
        }
    }

    [Fact]
    public void Chain_HasTheGapBetweenClips()
    {
        using var tiny = new TinyJudging();
        var scene = new SceneSounds(tiny.Data, Purpose.Reporting, Rate).Chain("s", Words, 20, 0.3);
        var starts = scene.Stream.Events.Select(one => one.Start.TotalSeconds).ToArray();
        Assert.Equal(1.3, starts[1] - starts[0], 1e-3);
        Assert.Equal(1.3, starts[2] - starts[1], 1e-3);
    }

    [Fact]
    public void Speech_CountsItsOwnHoursOnly_AndTalkersLieTwentyDecibelsBelow()
    {
        using var tiny = new TinyJudging();
        var sounds = new SceneSounds(tiny.Data, Purpose.Reporting, Rate);
        var speech = sounds.Speech("s", SpeechKind.Read, [Sounds.Tone(Rate, 500, 0.1, Rate), Sounds.Tone(Rate, 500, 0.1, Rate)], null);
        Assert.Equal(2, speech.Stream.Length.TotalSeconds, 1e-6);
        Assert.True(speech.Stream.IsNegative);
        Assert.Equal(3.5 * Rate, speech.Stream.Samples.Length); // three gaps
        var talker = sounds.Words("s", Words, 60, talker: Sounds.Tone(Rate, 700, 0.5, Rate));
        Assert.InRange(Level(talker, 3, 4.9), -41, -39);
    }

    [Fact]
    public void Scenes_AreTheSameEveryTime()
    {
        using var tiny = new TinyJudging();
        float[] Make() => new SceneSounds(tiny.Data, Purpose.Reporting, Rate).Words("s", Words, 20).Stream.Samples;
        Assert.Equal(Make(), Make());
    }

    static double Level(Scene scene, double from, double to) => 20 * Math.Log10(Waveform.Rms(scene.Stream.Samples.AsSpan((int)(from * Rate)..(int)(to * Rate))));
}
