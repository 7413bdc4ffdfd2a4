using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public sealed class PacedSourceTest
{
    static readonly float[] Sound = SuRnnStream.Tests.Sound.Noise(1000);

    [Theory, InlineData(1, 64), InlineData(4, 1000), InlineData(0.5, 64)]
    public void Read_IsNoFasterThanTheSpeed_AndCatchesUp(double speed, int buffer)
    {
        var time = new JumpingTime();
        var script = new ScriptedSource { SampleRate = 1000 }.Play(Sound[..500]).Do(() => time.Advance(TimeSpan.FromSeconds(0.1))).Lose(7).Play(Sound[500..]);
        var source = new PacedSource(script, speed, time, TestContext.Current.CancellationToken);
        Assert.Equal(Sound, source.ReadAll(buffer));
        Assert.Equal(1 / speed, TimeSpan.FromTicks(time.GetTimestamp()).TotalSeconds, 3);
        Assert.All(time.Waits, wait => Assert.InRange(wait.TotalMilliseconds, 0, 21));
        Assert.Equal(7, source.SamplesLost);
    }

    [Fact]
    public void Read_OfSensors_CountsMoments()
    {
        var time = new JumpingTime();
        Assert.Equal(Sound, new PacedSource(new ArraySource(Sound, 100.0, 2), 1, time, TestContext.Current.CancellationToken).ReadAll(64));
        Assert.Equal(5, TimeSpan.FromTicks(time.GetTimestamp()).TotalSeconds, 3);
    }

    [Fact]
    public void Read_Stopped_Ends()
    {
        using var stop = new CancellationTokenSource();
        var source = new PacedSource(new ArraySource(Sound, 10), stop: stop.Token);
        stop.Cancel();
        Assert.Equal(0, source.Read(new float[10]));
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Speed_NotAboveZero_IsRefused(double speed) =>
        Assert.Contains("0.001 to 1000000", Assert.Throws<ArgumentOutOfRangeException>(() => new PacedSource(new ArraySource(Sound, 10), speed)).Message);
}
