using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>Writes to many streams at a time wait for one flush, in whichever pools the streams are.</summary>
public sealed class PoolWriterTest
{
    static readonly SuRnnModel Model = ToneModel.Build();

    static DetectorPool NewPool() => new(Model, null, null, null, start: false);

    [Fact]
    public void Streams_AreProcessed_AfterTheFlush_EachOnce()
    {
        var (pool, writer, sound) = (NewPool(), new PoolWriter(), ToneModel.Tones(1));
        var (worker, streams) = (pool.NewWorker(), Enumerable.Range(0, 3).Select(i => pool.Add($"{i}")).ToArray());
        for (var twice = 0; twice < 2; twice++) foreach (var stream in streams) Assert.Equal(1_000, writer.Write(stream, sound.AsSpan(0, 1_000)));
        Assert.False(pool.TryTurn(worker));
        writer.Flush();
        while (pool.TryTurn(worker)) { }
        Assert.All(streams, stream => Assert.Equal((2_000, 2_000), stream.Progress));
        writer.Flush(); // nothing is left
        Assert.False(pool.TryTurn(worker));
    }

    [Fact]
    public void Streams_OfSeveralPools_GoToTheirOwn()
    {
        var (first, second, writer) = (NewPool(), NewPool(), new PoolWriter());
        var (one, two, three) = (first.Add("one"), second.Add("two"), first.Add("three"));
        foreach (var stream in (PooledStream[])[one, two, three]) writer.Write(stream, new float[1_000]);
        writer.Flush();
        foreach (var pool in (DetectorPool[])[first, second]) while (pool.TryTurn(pool.NewWorker())) { }
        Assert.All([one, two, three], stream => Assert.Equal(1_000, stream.Position));
    }

    [Fact]
    public void Write_IsThatOfTheStream_WhereItHasEndedOrIsFull()
    {
        var (pool, writer) = (new DetectorPool(Model, null, new PoolOptions { Overflow = OverflowPolicy.Wait }, null, start: false), new PoolWriter());
        var (full, ended) = (pool.Add("full"), pool.Add("ended"));
        ended.Complete();
        Assert.Equal(4_000, writer.Write(full, new float[5_000]));
        Assert.Equal(0, writer.Write(full, new float[1]));
        Assert.Equal(0, writer.Write(ended, new float[1]));
        Assert.Throws<ArgumentNullException>(() => writer.Write(null!, new float[1]));
    }
}
