using SuRnnStream.Research.Pictures;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.Pictures;

public class RecordingTest
{
    [Fact]
    public void Of_ASegment_IsWhatTheDetectorAndTheModelDo()
    {
        var (model, from, to) = (Shipped.Commands, 1.0, 9.5);
        var recording = Recording.Of(model, Shipped.Sample, from, to);

        List<Detection> detections = [];
        new StreamingDetector(model).Process(Shipped.Sample.AsSpan(0, (int)(to * 16_000)), detections.Add);
        Assert.Equal(["yes", "no", "up"], recording.Detections.Select(found => found.Label));
        Assert.Equal(detections.Where(found => found.Time.TotalSeconds >= from), recording.Detections);

        var (mel, state, frame, open, shut) = (new MelFrontEnd(model.Config.RequireFrontEnd()), model.NewState(), new float[40], 0L, 0L);
        ReadOnlySpan<float> rest = Shipped.Sample.AsSpan(0, (int)(to * 16_000));
        var all = new Queue<RecordedFrame>(recording.Frames);
        for (var end = 512; mel.TryNext(ref rest, frame); end += 320)
        {
            var step = model.Step(frame, state);
            if (end < from * 16_000) continue;
            var drawn = all.Dequeue();
            (open, shut) = (open + step.SwitchesOpen, shut + step.FramesSkipped);
            Assert.Equal(end / 16_000.0, drawn.Time);
            Assert.Equal(frame, drawn.Bands);
            Assert.Equal(state.Open(0), drawn.Open);
            Assert.Equal(state.Scores.Span, drawn.Scores);
        }
        Assert.Empty(all);
        Assert.Equal((open, shut, recording.Frames.Count), (recording.Stats.SwitchesOpen, recording.Stats.FramesSkipped, recording.Stats.Frames));
    }

    [Fact]
    public void Of_ATimeBeyondTheEnd_EndsThere() => Assert.Equal(60, Recording.Of(Shipped.Commands, Shipped.Sample, 58, 100).To, 3);

    [Theory, InlineData(-1, 2), InlineData(5, 5), InlineData(5, 4), InlineData(60, 70), InlineData(double.NaN, 1), InlineData(1, double.NaN)]
    public void Of_ASegmentThatIsNone_SaysHowLongTheSoundIs(double from, double to) =>
        Assert.Contains("60.0 s long", Assert.Throws<ArgumentException>(() => Recording.Of(Shipped.Commands, Shipped.Sample, from, to)).Message);
}
