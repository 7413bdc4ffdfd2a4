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
    public void APictureOfSensors_ShowsWhereEachChannelStands()
    {
        // Twelve moments of 10 ms a column: 64 columns are the last 7.68 s.
        var sensor = new SensorFrontEndConfig { Channels = [new() { Name = "a" }, new() { Name = "b", Scale = 2 }], SampleRate = 100, HopLength = 4, Derivatives = true };
        var model = TinyModels.Build(SensorModels.Config() with { Sensor = sensor });
        var history = new FrameHistory(model.Config);
        float[] samples = [.. Enumerable.Range(0, 1_200).SelectMany(m => new[] { m < 1_080 ? 0f : 2, m < 1_140 ? -20f : 4 })];
        new StreamingDetector(model) { OnFrame = history.Add }.Process(samples, _ => { });
        var bands = new byte[FrameHistory.Columns * FrameHistory.Rows];
        history.CopyTo(bands, new float[FrameHistory.Columns], new float[model.Config.Labels.Count]);
        byte[] Row(int row) => [.. Enumerable.Range(0, FrameHistory.Columns).Select(column => bands[column * FrameHistory.Rows + row])];
        Assert.Equal([.. Enumerable.Repeat((byte)4, 54), .. Enumerable.Repeat((byte)6, 10)], Row(0));
        Assert.Equal([.. Enumerable.Repeat((byte)0, 59), .. Enumerable.Repeat((byte)6, 5)], Row(1));
        Assert.All(Row(2), level => Assert.Equal(0, level));
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
