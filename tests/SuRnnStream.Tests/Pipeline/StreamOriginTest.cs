using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public sealed class StreamOriginTest
{
    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void At_IsNothing_BeforeSamplesHaveCome() => Assert.Null(new StreamOrigin(new LeapingTime()).At(TimeSpan.Zero));

    [Fact]
    public void At_GoesByTheEarliestThatSamplesCame()
    {
        var time = new LeapingTime();
        var (origin, begin) = (new StreamOrigin(time), time.GetUtcNow());
        for (var second = 1; second <= 100; second++)
        {
            time.Advance(Seconds(1));
            origin.Arrived(Seconds(second - (second % 3 == 0 ? 0.5 : 0.02))); // every third piece is late
        }
        Assert.Equal(begin + Seconds(50.02), origin.At(Seconds(50)));
    }

    /// <summary>Someone sets the clock: from then on it is the right one, at once, and nothing is lost or twice.</summary>
    [Theory, InlineData(3_600), InlineData(-3_600), InlineData(86_400 * 400), InlineData(-86_400 * 400)]
    public void At_FollowsAWallClockThatIsSet_AtOnce(double leap)
    {
        var time = new LeapingTime();
        var origin = new StreamOrigin(time);
        for (var second = 1; second <= 20; second++)
        {
            time.Advance(Seconds(1));
            origin.Arrived(Seconds(second));
            if (second == 10) time.Leap(Seconds(leap));
            Assert.Equal(time.GetUtcNow(), origin.At(Seconds(second)));
        }
    }
}
