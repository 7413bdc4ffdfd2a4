using System.Diagnostics;

namespace SuRnnStream.Cli;

/// <summary>Microseconds that one stage takes a frame.</summary>
readonly record struct StageTimes(double Median, double Percentile99, double Largest);

/// <summary>
/// What one sound costs: counts of one pass over it, without times, a frame's mean from samples to detections, and the stages of single
/// frames, each with the reading of the clock in it.
/// </summary>
sealed record SoundCost(ComputeStats Stats, double FrameMicroseconds, StageTimes FrontEnd, StageTimes Network, StageTimes EventGate)
{
    /// <summary>Managed memory that a pass allocated, detections included.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>The same a frame.</summary>
    public double AllocatedBytesPerFrame => (double)AllocatedBytes / Stats.Frames;

    /// <summary>Bytes of weights that a frame reads.</summary>
    public double WeightBytesPerFrame => (double)Stats.WeightBytes / Stats.Frames;

    /// <summary>The same with every switch open.</summary>
    public double WeightBytesPerFrameDense => (double)Stats.WeightBytesDense / Stats.Frames;

    /// <summary>Compute time of a second of audio.</summary>
    public double SecondMicroseconds(TimeSpan hop) => FrameMicroseconds / hop.TotalSeconds;

    /// <summary>Live streams that would keep one core busy.</summary>
    public double StreamsPerCore(TimeSpan hop) => 1e6 / SecondMicroseconds(hop);
}

/// <summary>
/// Times a <see cref="StreamingDetector"/> on this thread, piece by piece, and then the stages of every frame as it runs them. Rounds take the
/// sounds in turn. A piece or a frame is the same work in every round, so its time is the median over the rounds: what else the machine does
/// drops out, what the work takes stays.
/// </summary>
sealed class FrameBench(SuRnnModel model)
{
    public const int Rounds = 11;

    const int Stages = 3;       // front end, network, event gate
    const int FramesAPiece = 10; // few enough to be undisturbed, and the clock is read once
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1); // of processor time, until the compiler has seen what is hot

    readonly FrontEndConfig _frontEnd = model.Config.RequireFrontEnd();
    readonly StreamingDetector _detector = new(model);
    readonly DetectorStages _stages = new(model);

    /// <param name="sounds">At the model's rate, each at least one window long.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public SoundCost[] Measure(IReadOnlyList<float[]> sounds, CancellationToken cancellation)
    {
        var frames = sounds.Max(sound => sound.Length) / _frontEnd.HopLength + 1;
        var ticks = sounds.Select(_ => new long[Rounds, Stages, frames]).ToArray();
        var pieces = sounds.Select(_ => new long[Rounds, frames / FramesAPiece + 1]).ToArray();
        var (stats, allocated) = (new ComputeStats[sounds.Count], new long[sounds.Count]);
        for (var start = Environment.CpuUsage.TotalTime; Environment.CpuUsage.TotalTime - start < WarmUp;) Round(0);
        for (var round = 0; round < Rounds; round++) Round(round);
        return [.. Enumerable.Range(0, sounds.Count).Select(i => Summarise(ticks[i], pieces[i], stats[i]) with { AllocatedBytes = allocated[i] })];

        void Round(int round)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < sounds.Count; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Detect(sounds[i], pieces[i], round);
                allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
                stats[i] = Pass(sounds[i], ticks[i], round);
            }
        }
    }

    /// <summary>One stream from its start, a piece at a time; notes the stopwatch's ticks.</summary>
    void Detect(ReadOnlySpan<float> samples, long[,] ticks, int round)
    {
        _detector.Reset();
        var last = Stopwatch.GetTimestamp();
        for (var piece = 0; !samples.IsEmpty; piece++)
        {
            var length = Math.Min(samples.Length, FramesAPiece * _frontEnd.HopLength);
            _detector.Process(samples[..length], static _ => { });
            samples = samples[length..];
            ticks[round, piece] = Lap(ref last);
        }
    }

    /// <summary>One stream from its start; notes the stopwatch's ticks of every stage and frame.</summary>
    ComputeStats Pass(ReadOnlySpan<float> samples, long[,,] ticks, int round)
    {
        _stages.Reset();
        var (stats, last) = (new ComputeStats(), Stopwatch.GetTimestamp());
        for (var frame = 0; _stages.TryNextFrame(ref samples); frame++)
        {
            ticks[round, 0, frame] = Lap(ref last);
            var step = _stages.Step();
            ticks[round, 1, frame] = Lap(ref last);
            _stages.TryDetect(out _);
            ticks[round, 2, frame] = Lap(ref last);
            stats += step;
            last = Stopwatch.GetTimestamp(); // adding up is not the detector's time
        }
        return stats;
    }

    static long Lap(ref long last)
    {
        var (now, before) = (Stopwatch.GetTimestamp(), last);
        last = now;
        return now - before;
    }

    static SoundCost Summarise(long[,,] ticks, long[,] pieces, ComputeStats stats)
    {
        StageTimes Times(int stage)
        {
            double[] sorted = [.. Enumerable.Range(0, (int)stats.Frames).Select(frame => Median(round => ticks[round, stage, frame])).Order()];
            return new(sorted[sorted.Length / 2], sorted[(int)(0.99 * (sorted.Length - 1))], sorted[^1]);
        }
        var whole = Enumerable.Range(0, pieces.GetLength(1)).Sum(piece => Median(round => pieces[round, piece]));
        return new(stats, whole / stats.Frames, Times(0), Times(1), Times(2));
    }

    /// <summary>Microseconds.</summary>
    static double Median(Func<int, long> ticksOf)
    {
        Span<long> rounds = stackalloc long[Rounds];
        for (var round = 0; round < Rounds; round++) rounds[round] = ticksOf(round);
        rounds.Sort();
        return rounds[Rounds / 2] * 1e6 / Stopwatch.Frequency;
    }
}
