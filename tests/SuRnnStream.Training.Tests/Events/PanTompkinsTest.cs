using SuRnnStream.Training.Events;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Events;

public sealed class PanTompkinsTest
{
    [Theory, InlineData(0.0), InlineData(0.02), InlineData(0.1)]
    public void Detect_OfAMadeUpHeart_FindsEveryBeat(double noise)
    {
        var (random, beats) = (new Random(2), new List<(long Moment, int Type)>());
        for (var at = 0.6; at < 119; at += 0.55 + 0.5 * random.NextDouble()) beats.Add(((long)(at * 360), random.Next(8) == 0 ? 5 : 1));
        var ecg = TinyBeats.Ecg(beats, 120 * 360, random, noise);
        var scores = Score(beats, [.. ecg.Select(x => (float)x)]);
        Assert.Equal(new MomentScores(beats.Count, 0, 0), scores);
    }

    [Fact]
    public void Detect_OfAWeakBeatBehindAPause_SearchesBack()
    {
        List<(long Moment, int Type)> beats = [.. Enumerable.Range(1, 60).Select(i => ((long)(i * 0.8 * 360), 1))];
        var ecg = TinyBeats.Ecg(beats, 50 * 360, new Random(3), noise: 0);
        var (weak, size) = ((int)beats[30].Moment, 0.42);
        for (var n = weak - 20; n < weak + 20; n++) ecg[n] *= size; // its slope squared is below the first threshold, above the second
        Assert.Equal(new MomentScores(60, 0, 0), Score(beats, [.. ecg.Select(x => (float)x)]));
    }

    [Fact]
    public void Detect_OfNothing_FindsNothing()
    {
        Assert.Empty(PanTompkins.Detect([], 360));
        Assert.Empty(PanTompkins.Detect(new float[3_600], 360));
        Assert.Empty(PanTompkins.Detect([.. Enumerable.Repeat(float.NaN, 3_600)], 360));
    }

    static MomentScores Score(IEnumerable<(long Moment, int Type)> beats, float[] ecg) =>
        MomentScores.Count([.. beats.Select(beat => beat.Moment / 360.0)], PanTompkins.Detect(ecg, 360), [], 0.08);
}
