using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public sealed class CaptureClockTest
{
    const int Rate = 16_000;

    /// <summary>A device whose clock is a little off, read after delays that are not the same, for an hour; then a loss.</summary>
    [Theory, InlineData(0), InlineData(150), InlineData(-150)]
    public void Missing_AfterAnHour_IsRightToAFewMilliseconds(double partsPerMillion)
    {
        var (time, random) = (new JumpingTime(), new Random(4));
        var clock = new CaptureClock(time, Rate);
        var (sounded, delay) = (0.0, 0.0);
        for (var period = 0; period < 180_000; period++) // of 320 samples
        {
            sounded += 320 / (Rate * (1 + partsPerMillion / 1e6));
            delay = 0.001 + 0.03 * random.NextDouble() * random.NextDouble();
            time.Advance(TimeSpan.FromSeconds(sounded + delay) - Now());
            clock.Came(320);
        }
        time.Advance(TimeSpan.FromSeconds(sounded + 2.5) - Now());
        Assert.InRange(clock.Missing(), 2.5 * Rate - 0.005 * Rate, 2.5 * Rate + 0.001 * Rate); // the least delay is never seen

        TimeSpan Now() => TimeSpan.FromTicks(time.GetTimestamp());
    }

    [Fact]
    public void Missing_OfABacklogThatCameLate_CountsNothingTwice()
    {
        var time = new JumpingTime();
        var clock = new CaptureClock(time, Rate);
        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            clock.Came(320);
        }
        time.Advance(TimeSpan.FromMilliseconds(400)); // not read for a while, and nothing lost
        clock.Came(320);
        Assert.InRange(clock.Missing(), 19 * 320 - 2, 19 * 320); // it might have been drift
        for (var i = 0; i < 19; i++) clock.Came(320);
        Assert.Equal(0, clock.Missing());
    }

    [Fact]
    public void Missing_OfADeviceFasterThanTime_IsNotBelowZero()
    {
        var time = new JumpingTime();
        var clock = new CaptureClock(time, Rate);
        clock.Came(100_000);
        Assert.Equal(0, clock.Missing());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Rate, clock.Missing());
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void ARateThatIsNone_IsRefused(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new CaptureClock(TimeProvider.System, rate));

    [Fact]
    public void Came_OfFewerThanNone_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new CaptureClock(new JumpingTime(), Rate).Came(-1));

    [Fact]
    public void Missing_AfterSleep_CountsItWhereTheMachineMayHaveSlept()
    {
        var time = new JumpingTime();
        var clock = new CaptureClock(time, Rate);
        time.Advance(TimeSpan.FromSeconds(1));
        time.Sleep(TimeSpan.FromHours(1));
        Assert.Equal(Rate, clock.Missing());
        Assert.Equal(3601L * Rate, clock.Missing(slept: true));
    }
}
