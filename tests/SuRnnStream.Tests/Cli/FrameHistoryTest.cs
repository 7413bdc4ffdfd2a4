using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class FrameHistoryTest
{
    [Fact]
    public void APictureOfTones_IsLitWhereTheySound_AndScrolls()
    {
        var model = ToneModel.Build();
        var history = new FrameHistory(model.Config);
        var detector = new StreamingDetector(model) { OnFrame = history.Add };
        // 100 ms a column is 30 ms: 64 columns are the last 1.92 s.
        float[] sound = [.. ToneModel.Loud(2), .. new float[16_000], .. ToneModel.Tone(ToneModel.Low, 0.3), .. new float[8_000]];
        detector.Process(sound, _ => { });
        var bands = new byte[FrameHistory.Columns * FrameHistory.Rows];
        var (open, scores) = (new float[FrameHistory.Columns], new float[4]);
        history.CopyTo(bands, open, scores);
        Assert.True(history.TakeBusy());
        Assert.False(history.TakeBusy());

        // From the right: 0.5 s of nothing are 16 columns, the tone 10, then a second of nothing.
        Assert.All(open[49..^1], part => Assert.Equal(0, part));
        Assert.All(open[39..47], part => Assert.Equal(1, part));
        Assert.All(open[10..36], part => Assert.Equal(0, part));
        var column = bands.AsSpan(43 * FrameHistory.Rows, FrameHistory.Rows).ToArray();
        Assert.True(column.Max() >= 6);
        Assert.True(Array.IndexOf(column, column.Max()) < 4); // a low tone
        Assert.Equal(detector.State.Scores.ToArray(), scores);
    }

    [Fact]
    public void Cost_IsThatOfTheLastTenSeconds()
    {
        var window = new CostWindow();
        window.Add(default);
        Assert.Equal("", window.Text);
        for (var second = 1; second <= 30; second++) // dear for twenty seconds, then cheap
            window.Add(new ComputeStats
            {
                Frames = 50 * second,
                FramesSkipped = second <= 20 ? 0 : 50 * (second - 20),
                MultiplyAdds = 1000 * Math.Min(second, 20),
                MultiplyAddsDense = 1000 * second,
                NetworkTime = TimeSpan.FromMilliseconds(2 * second),
                StreamTime = TimeSpan.FromSeconds(second),
            });
        Assert.Equal("40 us a frame, 0.20 % of a core; 100 % of the frames skipped, 100.0 % of the work saved", window.Text);
    }
}
