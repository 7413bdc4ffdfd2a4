using System.Diagnostics;

namespace SuRnnStream.Cli;

/// <summary>What many live streams are made of: parts of all streams that get speech or digital silence all the time; the others get noise.</summary>
/// <param name="Streams">1 to 1,000,000.</param>
/// <param name="SpeechShare">0 to 1.</param>
/// <param name="SilenceShare">0 to 1, both together at most 1.</param>
sealed record StreamMix(int Streams, double SpeechShare, double SilenceShare)
{
    /// <exception cref="UsageException">A number lies outside its range.</exception>
    public StreamMix Validate()
    {
        if (Streams is < 1 or > 1_000_000) throw new UsageException($"--streams is 1 to 1000000, not {Streams}");
        if (SpeechShare is not (>= 0 and <= 1)) throw new UsageException(Words.Text($"--speech-share is 0 to 1, not {SpeechShare}"));
        if (SilenceShare is not (>= 0 and <= 1)) throw new UsageException(Words.Text($"--silence-share is 0 to 1, not {SilenceShare}"));
        if (SpeechShare + SilenceShare > 1) throw new UsageException(Words.Text($"--speech-share {SpeechShare} and --silence-share {SilenceShare} are more than all streams"));
        return this;
    }

    /// <summary>The sound that a stream gets. The kinds are spread evenly over the numbers.</summary>
    public float[] SoundOf(int stream, float[] speech, float[] noise, float[] silence)
    {
        var place = 0.6180339887498949 * stream % 1; // the golden ratio's multiples cover [0, 1) evenly, whatever their count
        return place < SpeechShare ? speech : place < SpeechShare + SilenceShare ? silence : noise;
    }
}

/// <summary>What became of many live streams.</summary>
sealed record StreamsResult
{
    static readonly TimeSpan Starvation = TimeSpan.FromSeconds(1);

    public required StreamMix Mix { get; init; }
    public required TimeSpan Length { get; init; }
    public required int Writers { get; init; }
    public required int Workers { get; init; }

    /// <summary>How long samples may wait for more of their stream.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Samples that the writers handed over, by their own count.</summary>
    public required long Written { get; init; }

    /// <summary>The longest that a block was written after it was due: the machine had no time for the sources.</summary>
    public required TimeSpan LargestDelay { get; init; }

    /// <summary>When the last block was written, and when the pool had stopped.</summary>
    public required PoolCounters AtTheEnd { get; init; }
    public required PoolCounters Stopped { get; init; }

    /// <summary>Streams of which nothing was processed, or a write more than a second after it arrived.</summary>
    public required int Starved { get; init; }

    /// <summary>What the writers took: more than <see cref="Length"/> if they could not keep up.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Of all cores together, while the writers wrote.</summary>
    public required TimeSpan CpuTime { get; init; }

    /// <summary>Of all streams together.</summary>
    public required long WorkingSetBytes { get; init; }
    public required long ManagedBytes { get; init; }

    /// <summary>Processor time, of one core.</summary>
    public double CoresUsed => CpuTime / Elapsed;

    /// <summary>Every sample that was written is accounted for, at either moment.</summary>
    public bool Conserved => Adds(AtTheEnd.Total) && Adds(Stopped.Total) && Stopped.Total.SamplesInFlight == 0;

    /// <summary>Nothing was dropped, no stream was starved, and the writers kept up with the time.</summary>
    public bool Carried => Stopped.Total.SamplesDropped == 0 && Starved == 0 && LargestDelay <= Starvation;

    bool Adds(PipelineCounters counters) =>
        counters.SamplesRead == Written && counters.SamplesInFlight >= 0
        && counters.SamplesProcessed + counters.SamplesDropped + counters.SamplesInFlight == Written;

    public static bool IsStarved(PooledStream stream) => stream.Counters.SamplesProcessed == 0 || stream.LargestLateness > Starvation;
}

/// <summary>Live streams in real time through one <see cref="DetectorPool"/>: does this machine carry them?</summary>
/// <param name="model">Of the pool.</param>
/// <param name="companion">Runs beside it on every stream; null: none.</param>
/// <param name="speech">One sound.</param>
/// <param name="noise">Another one.</param>
/// <param name="silence">The third.</param>
/// <param name="patience">How long samples may wait for more of their stream.</param>
sealed class StreamsBench(SuRnnModel model, SuRnnModel? companion, float[] speech, float[] noise, float[] silence, TimeSpan patience)
{
    const int WarmUpStreams = 100;
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2); // until the compiler has seen what is hot

    readonly FrontEndConfig _frontEnd = model.Config.RequireSoundDetector();

    public async Task<StreamsResult> RunAsync(StreamMix mix, TimeSpan length, CancellationToken cancellation)
    {
        await RunOnceAsync(mix with { Streams = Math.Min(mix.Streams, WarmUpStreams) }, length < WarmUp ? length : WarmUp, cancellation);
        return await RunOnceAsync(mix, length, cancellation);
    }

    async Task<StreamsResult> RunOnceAsync(StreamMix mix, TimeSpan length, CancellationToken cancellation)
    {
        var options = new PoolOptions { Patience = patience, Companions = companion is null ? [] : [new CompanionModel { Model = companion }] };
        var (managed, workingSet) = (GC.GetTotalMemory(forceFullCollection: true), WorkingSet());
        await using var pool = new DetectorPool(model, options: options);
        PooledStream[] streams = [.. Enumerable.Range(0, mix.Streams).Select(i => pool.Add($"{i}"))];
        float[][] sounds = [.. Enumerable.Range(0, mix.Streams).Select(i => mix.SoundOf(i, speech, noise, silence))];
#pragma warning disable RS0030 // the writers play sound in real time, on threads of their own
        var load = new StreamLoad(streams, sounds, _frontEnd.HopLength, _frontEnd.Hop, TimeProvider.System, Thread.Sleep);
#pragma warning restore RS0030

        var writers = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);
        var (start, cpu) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => // threads of their own: they sleep most of the time
            Task.Factory.StartNew(() => load.Write(writer, writers, start, length, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var (atTheEnd, elapsed) = (pool.Counters, TimeProvider.System.GetElapsedTime(start));
        (cpu, workingSet) = (Environment.CpuUsage.TotalTime - cpu, WorkingSet() - workingSet);
        managed = GC.GetTotalMemory(forceFullCollection: true) - managed;
        await pool.StopAsync(drain: true);
        return new StreamsResult
        {
            Mix = mix,
            Length = length,
            Writers = writers,
            Workers = options.Workers,
            Patience = patience,
            Written = load.Written,
            LargestDelay = load.LargestDelay,
            AtTheEnd = atTheEnd,
            Stopped = pool.Counters,
            Starved = streams.Count(StreamsResult.IsStarved),
            Elapsed = elapsed,
            CpuTime = cpu,
            WorkingSetBytes = workingSet,
            ManagedBytes = managed,
        };
    }

    static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
