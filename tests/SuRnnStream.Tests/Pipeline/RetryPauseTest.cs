using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>The pauses of everything that opens or sends again: microphones, hosted sources, live sensors, sinks.</summary>
public class RetryPauseTest
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(100), Last = TimeSpan.FromSeconds(1);

    [Fact]
    public void Pauses_Double_UpToTheLast_LessUpToHalf_AndWhatIsAnnouncedComes()
    {
        var pause = new RetryPause(First, Last, new Random(1));
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 7; i++)
        {
            var coming = pause.Coming;
            pauses.Add(pause.Next());
            Assert.Equal(coming, pauses[^1]);
        }
        Pauses.Are([100, 200, 400, 800, 1000, 1000, 1000], pauses);
        pause.Reset();
        Pauses.Are([100], [pause.Next()]);
    }

    [Fact]
    public void TwoThatLostTheSamePeer_DoNotComeBackTogether()
    {
        var (one, other) = (new RetryPause(First, Last), new RetryPause(First, Last));
        var apart = Enumerable.Range(0, 20).Select(_ => one.Next() - other.Next()).ToList();
        Assert.Contains(apart, difference => difference.Duration() > TimeSpan.FromMilliseconds(20)); // 1 in 10^20 that it fails by chance
    }
}
