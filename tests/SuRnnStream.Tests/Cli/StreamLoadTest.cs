using SuRnnStream.Cli;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>The load of many live streams on a machine that the test plays: its clock, and how many turns it has time for.</summary>
public class StreamLoadTest
{
    const int Hop = 160, Count = 20;

    static readonly SuRnnModel Model = ToneModel.Build();
    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10), Length = TimeSpan.FromSeconds(2);

    readonly ManualTime _time = new();
    readonly DetectorPool _pool;
    readonly PoolWorker _worker;
    readonly PooledStream[] _streams;

    public StreamLoadTest()
    {
        _pool = new DetectorPool(Model, null, new PoolOptions { FramesPerTurn = 4 }, _time, start: false);
        _worker = _pool.NewWorker();
        _streams = [.. Enumerable.Range(0, Count).Select(i => _pool.Add($"{i}"))];
    }

    /// <summary>All blocks of <see cref="Length"/>, by one writer. Whenever it pauses time moves on and the machine works.</summary>
    StreamLoad Run(Action work, Func<TimeSpan, TimeSpan>? pause = null)
    {
        float[][] sounds = [.. _streams.Select(_ => ToneModel.Quiet(1))];
        var load = new StreamLoad(_streams, sounds, Hop, Period, _time, time =>
        {
            _time.Advance(pause?.Invoke(time) ?? time);
            work();
        });
        load.Write(0, 1, _time.GetTimestamp(), Length, TestContext.Current.CancellationToken);
        return load;
    }

    /// <summary>As a <see cref="StreamsBench"/> would report it, once the machine has done what was left.</summary>
    StreamsResult Result(StreamLoad load)
    {
        var atTheEnd = _pool.Counters;
        while (_pool.TryTurn(_worker)) { }
        return new StreamsResult
        {
            Mix = new(Count, 0, 0),
            Length = Length,
            Writers = 1,
            Workers = 1,
            Written = load.Written,
            LargestDelay = load.LargestDelay,
            AtTheEnd = atTheEnd,
            Stopped = _pool.Counters,
            Patience = TimeSpan.Zero,
            Starved = _streams.Count(StreamsResult.IsStarved),
            Elapsed = Length,
            CpuTime = TimeSpan.Zero,
            WorkingSetBytes = 0,
            ManagedBytes = 0,
        };
    }

    [Fact]
    public void Write_OnAMachineWithTime_LosesNothing_AndIsOnTime()
    {
        var largest = 0L;
        var load = Run(() =>
        {
            while (_pool.TryTurn(_worker)) { }
            var counts = _streams.Select(stream => stream.Counters.SamplesRead).ToArray();
            largest = Math.Max(largest, counts.Max() - counts.Min());
        });
        var result = Result(load);
        Assert.Equal(Count * 200L * Hop, result.Written);
        Assert.Equal((true, true, 0), (result.Conserved, result.Carried, result.Starved));
        Assert.Equal(Hop, largest); // no stream is more than a block ahead of another: they start one after the other
        Assert.InRange(load.LargestDelay, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        Assert.InRange(result.Stopped.LargestLateness, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Write_OnAMachineWithHalfTheTime_DropsAndSaysSo_ButLosesCountOfNothing()
    {
        var pauses = 0;
        var result = Result(Run(() =>
        {
            if (pauses++ % 4 == 0) _pool.TryTurn(_worker); // four frames in four milliseconds; eight come in
        }));
        Assert.True(result.Conserved);
        Assert.False(result.Carried);
        Assert.InRange(result.Stopped.Total.SamplesDropped, 0.3 * result.Written, 0.6 * result.Written);
        Assert.True(result.AtTheEnd.Total.SamplesInFlight > 0);
        Assert.Contains("NOT CARRIED", StreamsReport.Table("tones.surnn", result).Last());
    }

    [Fact]
    public void Write_WithoutAnyWorker_StarvesEveryStream()
    {
        var load = Run(() => { });
        _time.Advance(TimeSpan.FromSeconds(1));
        var result = Result(load);
        Assert.Equal(Count, result.Starved); // the turns that are taken in the end are more than a second late
        Assert.True(result.Conserved);
    }

    [Fact]
    public void Write_AfterAStandstill_CatchesUp_AndTellsHowLongItWas()
    {
        var stood = false;
        var load = Run(() => { while (_pool.TryTurn(_worker)) { } }, time =>
        {
            if (stood) return time;
            stood = true;
            return TimeSpan.FromMilliseconds(70);
        });
        Assert.Equal(Count * 200L * Hop, load.Written);
        var result = Result(load);
        Assert.True(result.Carried);
        Assert.False((result with { LargestDelay = TimeSpan.FromSeconds(1.1) }).Carried); // that is not real time
        Assert.InRange(load.LargestDelay, TimeSpan.FromMilliseconds(65), TimeSpan.FromMilliseconds(70));
    }

    [Fact]
    public void Conserved_WithASampleUnaccountedFor_IsFalse_AndTheCommandFails()
    {
        var result = Result(Run(() => { while (_pool.TryTurn(_worker)) { } }));
        var broken = result with { Written = result.Written + 1 };
        Assert.Equal((true, false), (result.Conserved, broken.Conserved));
        var output = new StringWriter();
        var command = new BenchCommand(new Terminal(output, TextWriter.Null, () => Stream.Null));
        command.Report("tones.surnn", result, ReportFormat.Table);
        Assert.Contains("carried: nothing dropped", output.ToString());
        Assert.Contains("unaccounted", Assert.Throws<InputException>(() => command.Report("tones.surnn", broken, ReportFormat.Table)).Message);
        Assert.Contains("BROKEN", output.ToString());
    }

    [Fact]
    public void SoundOf_SpreadsTheKindsAsTheSharesSay()
    {
        float[] speech = [1], noise = [2], silence = [3];
        var mix = new StreamMix(1_000, 0.1, 0.4);
        var kinds = Enumerable.Range(0, mix.Streams).Select(i => mix.SoundOf(i, speech, noise, silence)).ToArray();
        Assert.InRange(kinds.Count(kind => kind == speech), 98, 102);
        Assert.InRange(kinds.Count(kind => kind == silence), 398, 402);
        Assert.True(kinds.Chunk(20).All(part => part.Contains(speech) && part.Contains(noise) && part.Contains(silence)));
    }
}
