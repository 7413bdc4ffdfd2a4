using Xunit;

namespace SuRnnStream.Training.Tests;

public sealed class TimeLeftTest
{
    [Fact]
    public void BeforeTheFirstEpoch_NothingIsSaid() => Assert.Equal((null, ""), (new TimeLeft().For(3), new TimeLeft().Text(3)));

    /// <summary>A machine that is busy every other epoch made minutes of hours: epochs of 20 s and 2 min, by turns.</summary>
    [Fact]
    public void OnABusyMachine_TheEndDoesNotSwing()
    {
        var (left, now, ends) = (new TimeLeft(), TimeSpan.Zero, new List<double>());
        for (var epoch = 1; epoch <= 40; epoch++)
        {
            var took = TimeSpan.FromSeconds(epoch % 2 == 0 ? 120 : 20);
            now += took;
            left.Add(took);
            if (epoch >= 4) ends.Add((now + left.For(40 - epoch)!.Value).TotalMinutes); // when it says that the training ends
        }
        Assert.InRange(ends.Min(), 0.8 * ends[^1], ends[^1]);
        Assert.InRange(ends.Max(), ends[^1], 1.2 * ends[^1]);
        Assert.Equal(70 * 40 / 60.0, ends[^1], 0.01);
    }

    [Fact]
    public void AMachineThatBecomesSlow_IsNoticed()
    {
        var left = new TimeLeft();
        for (var epoch = 0; epoch < 20; epoch++) left.Add(TimeSpan.FromSeconds(10));
        for (var epoch = 0; epoch < 20; epoch++) left.Add(TimeSpan.FromSeconds(40));
        Assert.InRange(left.For(1)!.Value.TotalSeconds, 35, 40);
    }

    [Theory, InlineData(7, 3, "about 20 s left"), InlineData(60, 10, "about 10 min left"), InlineData(600, 30, "about 5.0 h left")]
    public void Text_IsNoMoreExactThanItCanBe(int seconds, int epochs, string says)
    {
        var left = new TimeLeft();
        left.Add(TimeSpan.FromSeconds(seconds));
        Assert.Equal(says, left.Text(epochs));
    }
}
