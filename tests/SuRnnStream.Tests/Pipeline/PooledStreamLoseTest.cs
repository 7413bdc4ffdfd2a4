using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>Gaps that the sender of a pooled stream knows of.</summary>
public class PooledStreamLoseTest
{
    static readonly SuRnnModel Model = ToneModel.Build();

    readonly List<TimeSpan> _ends = []; // of the frames that the detector made
    readonly List<Detection> _heard = [];

    (DetectorPool Pool, PoolWorker Worker, PooledStream Stream) Open(PoolOptions? options = null)
    {
        var pool = new DetectorPool(Model, null, options ?? new() { Backlog = TimeSpan.FromSeconds(4) }, null, start: false);
        pool.Detections.Subscribe(_heard.Add);
        return (pool, pool.NewWorker(), pool.Add("door", (in FrameView frame) => _ends.Add(frame.End)));
    }

    [Theory, InlineData(GapPolicy.Reset, true), InlineData(GapPolicy.Hold, true), InlineData(GapPolicy.Reset, false), InlineData(GapPolicy.Hold, false)]
    public void Lose_BetweenWrites_IsAGapToTheDetector_WhetherSamplesWaitOrNot(GapPolicy policy, bool waiting)
    {
        const long Lost = 12_345;
        var (pool, worker, stream) = Open(new() { Backlog = TimeSpan.FromSeconds(4), Gap = policy });
        var (before, behind) = (ToneModel.Tones(1), ToneModel.Tones(2));
        stream.Write(before);
        if (!waiting) while (pool.TryTurn(worker)) { }
        stream.Lose(Lost);
        stream.Write(behind);
        while (pool.TryTurn(worker)) { }

        var direct = new StreamingDetector(Model);
        var expected = ToneModel.Detect(Model, before, direct);
        if (policy == GapPolicy.Reset) direct.Reset(before.Length + Lost);
        else direct.Skip(Lost);
        expected.AddRange(ToneModel.Detect(Model, behind, direct));
        Assert.Equal(expected.Select(d => d with { Source = "door" }), _heard);
        Assert.Equal(3, _heard.Count);
        var counters = stream.Counters;
        Assert.Equal((before.Length + behind.Length, 0, 1), (counters.SamplesProcessed, counters.SamplesDropped, counters.Gaps));
    }

    [Fact]
    public void Lose_AtTheStart_DatesWhatFollows()
    {
        var (pool, worker, stream) = Open();
        stream.Lose(16_000);
        stream.Lose(0);
        stream.Write(new float[256]);
        while (pool.TryTurn(worker)) { }
        Assert.Equal(1.016, Assert.Single(_ends).TotalSeconds, 1e-9);
    }

    [Fact]
    public void Lose_TwiceWithNothingBetween_IsOneGap()
    {
        var (pool, worker, stream) = Open();
        stream.Write(new float[256]);
        stream.Lose(100);
        stream.Lose(200);
        stream.Write(new float[256]);
        while (pool.TryTurn(worker)) { }
        Assert.Equal([0.016, 812 / 16_000.0], _ends.Select(end => end.TotalSeconds));
        Assert.Equal(1, stream.Counters.Gaps);
    }

    [Fact]
    public void Lose_MoreOftenThanCanWait_LosesTheSamplesBetween_AndCountsThem()
    {
        var (pool, worker, stream) = Open();
        for (var i = 0; i < PooledStream.Gaps + 3; i++)
        {
            stream.Write(new float[256]);
            stream.Lose(744);
        }
        stream.Write(new float[256]);
        Assert.Equal(3 * 256, stream.Counters.SamplesDropped);
        while (pool.TryTurn(worker)) { }
        var kept = Enumerable.Range(0, PooledStream.Gaps).Append(PooledStream.Gaps + 3);
        Assert.Equal(kept.Select(i => (1_000 * i + 256) / 16_000.0), _ends.Select(end => end.TotalSeconds));
        var counters = stream.Counters;
        Assert.Equal(((PooledStream.Gaps + 1) * 256, 0, PooledStream.Gaps), (counters.SamplesProcessed, counters.SamplesInFlight, counters.Gaps));
    }

    [Fact]
    public void Write_ThatPushesOldSamplesOutOverAGap_KeepsThePlaces()
    {
        var (pool, worker, stream) = Open(new() { Backlog = TimeSpan.FromMilliseconds(64) }); // 1,024 samples
        stream.Write(new float[500]);
        stream.Lose(1_000);
        stream.Write(new float[400]);
        stream.Write(new float[900]); // drops the 500, and 276 behind the gap
        Assert.Equal(776, stream.Counters.SamplesDropped);
        while (pool.TryTurn(worker)) { }
        Assert.Equal((1_776 + 256) / 16_000.0, _ends[0].TotalSeconds);

        stream.Write(new float[100]);
        stream.Lose(1_000);
        stream.Write(new float[2_000]); // more than the backlog: 976 of it are never kept
        _ends.Clear();
        while (pool.TryTurn(worker)) { }
        Assert.Equal((1_500 + 1_300 + 100 + 1_000 + 976 + 256) / 16_000.0, _ends[0].TotalSeconds);
    }

    [Fact]
    public void Lose_OutOfRange_IsRefused_AndAfterTheEndIgnored()
    {
        var (pool, _, stream) = Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Lose(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Lose(long.MaxValue));
        stream.Complete();
        stream.Lose(5);
        Assert.Equal(0, pool.Counters.Streams);
    }
}
