using SuRnnStream.Cli;
using SuRnnStream.Tests.Pipeline;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class ListenSourcesTest
{
    static readonly float[] Sound = SuRnnStream.Tests.Sound.Noise(1000);

    [Theory, InlineData(300, 0, 300), InlineData(500, 0, 500), InlineData(650, 100, 550), InlineData(550, 50, 500), InlineData(2000, 100, 1000)]
    public void Limited_CountsWhatIsLostToo(int limit, int lost, int read)
    {
        var script = new ScriptedSource { LargestRead = 70 }.Play(Sound[..500]).Lose(100).Play(Sound[500..]);
        var source = new LimitedSource(new WatchedSource(script, (_, _) => { }), limit);
        Assert.Equal(Sound[..read], source.ReadAll(64));
        Assert.Equal(lost, source.SamplesLost);
        Assert.Equal(Math.Min(limit, 1100), read + source.SamplesLost);
    }

    [Fact]
    public void Watched_ShowsEverySampleAndLoss()
    {
        var (samples, losses) = (new List<float>(), new List<(int, long)>());
        var script = new ScriptedSource { LargestRead = 70 }.Play(Sound[..500]).Lose(100).Play(Sound[500..]);
        var source = new WatchedSource(script, (piece, lost) =>
        {
            if (lost > 0) losses.Add((samples.Count, lost));
            samples.AddRange(piece);
        });
        Assert.Equal(Sound, source.ReadAll(64));
        Assert.Equal(Sound, samples);
        Assert.Equal([(500, 100L)], losses);
    }

    [Fact]
    public void Level_IsInDecibelsBelowFullScale()
    {
        var level = new LevelMeter();
        Assert.Null(level.Take());
        level.Add([0.1f, -0.1f]);
        level.Add([0.1f, -0.1f]);
        var (mean, peak) = level.Take()!.Value;
        Assert.Equal((-20, -20), (Math.Round(mean, 2), Math.Round(peak, 2)));
        Assert.Null(level.Take());
    }
}
