using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Judging;
using Xunit;

namespace SuRnnStream.Training.Tests.Judging;

/// <summary>Sounds that last, judged as events with a begin and an end.</summary>
public sealed class SoundJudgeTest
{
    static SoundTruth Truth(string label, double from, double to) => new(label, from, to);

    static List<SoundEpisode> Heard(params (string Label, double From, double To)[] episodes) => [.. episodes.Select(one => new SoundEpisode(one.Label, one.From, one.To))];

    [Fact]
    public void Sound_IsFound_WhereAnEventOfItsLabelLiesOverIt()
    {
        var bark = Truth("bark", 3, 5);
        Assert.True(SoundJudge.Finds(Heard(("bark", 5.9, 7)), bark));  // a second late
        Assert.True(SoundJudge.Finds(Heard(("bark", 1, 3.2)), bark));
        Assert.False(SoundJudge.Finds(Heard(("bark", 6.1, 7), ("bark", 0, 2.9), ("cry", 3, 5)), bark));
        Assert.Equal(2, SoundJudge.Count(Heard(("bark", 3, 3.5), ("bark", 4, 5), ("cry", 4, 5)), bark));
    }

    /// <summary>Tones half a second apart are one event of their label, those ten seconds apart are two.</summary>
    [Fact]
    public void Events_GoOnOverPauses()
    {
        var judge = new SoundJudge(ToneModel.Build());
        var tones = ToneModel.Tones(4);
        var together = judge.Hear(tones);
        Assert.Equal(together.Count, together.Select(one => one.Label).Distinct().Count());
        Assert.All(together, one => Assert.True(one.To >= one.From));
        var apart = judge.Hear([.. tones, .. new float[10 * ToneModel.Rate], .. tones]);
        Assert.Equal(2 * together.Count, apart.Count);
        Assert.True(judge.Cost.Frames > 0);
    }

    [Fact]
    public void Scene_HasTheSoundWhereItSays_AndTheOtherAtItsLevel()
    {
        var judge = new SoundJudge(ToneModel.Build());
        var sound = PinkNoise.Make(2 * ToneModel.Rate, -30, 1);
        var (samples, truth) = judge.Scene("high", sound, PinkNoise.Make(ToneModel.Rate, -10, 2), 20, new Random(1));
        Assert.Equal(("high", 3, 5), (truth.Label, Math.Round(truth.From, 1), Math.Round(truth.To, 1)));
        double Level(double from, double to) => 20 * Math.Log10(Waveform.Rms(samples.AsSpan((int)(from * ToneModel.Rate)..(int)(to * ToneModel.Rate))));
        Assert.Equal(20, Level(3.1, 4.9) - Level(0.5, 2.5), 1.0);
    }

    /// <summary>With the budget no label may fire in its own tones taken for negatives; with a large one all may.</summary>
    [Fact]
    public void Threshold_KeepsToTheBudget()
    {
        var judge = new SoundJudge(ToneModel.Build());
        float[][] sounds = [ToneModel.Tones(4), new float[ToneModel.Rate]];
        var (strict, loose) = (judge.Choose(sounds, 0, 0.3f, [], 0), judge.Choose(sounds, 1e6, 0.3f, [], 0));
        Assert.All(loose.Values, threshold => Assert.Equal(0.3f, threshold, 3));
        Assert.All(strict.Values, threshold => Assert.True(threshold > 0.3f));
        Assert.DoesNotContain(strict.Keys, label => label is "silence" or "unknown");
    }

    /// <summary>Sounds that are nearly one have a budget of their own, by sound: of two with tones and two without, half may fire.</summary>
    [Fact]
    public void Threshold_KeepsToTheBudgetOfLikelySounds()
    {
        var judge = new SoundJudge(ToneModel.Build());
        float[][] likely = [ToneModel.Tones(4), new float[ToneModel.Rate], ToneModel.Tones(2), new float[ToneModel.Rate]];
        Assert.All(judge.Choose([], 1, 0.3f, likely, 0.5).Values, threshold => Assert.Equal(0.3f, threshold, 3));
        Assert.All(judge.Choose([], 1, 0.3f, likely, 0.49).Values, threshold => Assert.True(threshold > 0.3f));
    }
}
