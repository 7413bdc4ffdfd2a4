using System.Diagnostics;

namespace SuRnnStream.Cli;

/// <summary>Microseconds that one stage takes a frame.</summary>
readonly record struct StageTimes(double Median, double Percentile99, double Largest);

/// <summary>What one sound costs: counts of one pass over it, without times, and the mean over its frames of the three stages together.</summary>
sealed record SoundCost(ComputeStats Stats, double FrameMicroseconds, StageTimes FrontEnd, StageTimes Network, StageTimes EventGate)
{
    /// <summary>Compute time of a second of audio.</summary>
    public double SecondMicroseconds(TimeSpan hop) => FrameMicroseconds / hop.TotalSeconds;

    /// <summary>Live streams that would keep one core busy.</summary>
    public double StreamsPerCore(TimeSpan hop) => 1e6 / SecondMicroseconds(hop);
}

/// <summary>
/// Times every stage of every frame on this thread, as <see cref="StreamingDetector"/> runs them. Rounds take the sounds in turn. A frame is
/// the same work in every round, so its time is the median over the rounds: what else the machine does drops out, what the frame does stays.
/// </summary>
sealed class FrameBench(SuRnnModel model)
{
    public const int Rounds = 11;

    const int Stages = 3; // front end, network, event gate
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1); // until the compiler has seen what is hot

    readonly MelFrontEnd _mel = new(model.Config.RequireDetector());
    readonly float[] _frame = new float[model.Config.FrameLength];
    readonly SuRnnState _state = model.NewState();
    readonly EventGate _gate = new(model.Defaults, model.Config);

    /// <param name="sounds">At the model's rate, each at least one window long.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public SoundCost[] Measure(IReadOnlyList<float[]> sounds, CancellationToken cancellation)
    {
        var frames = sounds.Max(sound => sound.Length) / model.Config.RequireFrontEnd().HopLength + 1;
        var ticks = sounds.Select(_ => new long[Rounds, Stages, frames]).ToArray();
        var stats = new ComputeStats[sounds.Count];
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < WarmUp;) Round(0);
        for (var round = 0; round < Rounds; round++) Round(round);
        return [.. ticks.Zip(stats, Summarise)];

        void Round(int round)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < sounds.Count; i++) stats[i] = Pass(sounds[i], ticks[i], round);
        }
    }

    /// <summary>One stream from its start; notes the stopwatch's ticks of every stage and frame.</summary>
    ComputeStats Pass(ReadOnlySpan<float> samples, long[,,] ticks, int round)
    {
        _mel.Reset();
        _state.Reset();
        _gate.Reset();
        var (stats, last) = (new ComputeStats(), Stopwatch.GetTimestamp());
        for (var frame = 0; _mel.TryNext(ref samples, _frame); frame++)
        {
            ticks[round, 0, frame] = Lap(ref last);
            var step = model.Step(_frame, _state, model.Defaults.Dense);
            ticks[round, 1, frame] = Lap(ref last);
            _gate.TryAdvance(_state.Scores.Span, out _);
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

    static SoundCost Summarise(long[,,] ticks, ComputeStats stats)
    {
        double[] Sorted(int stage) => [.. Enumerable.Range(0, (int)stats.Frames).Select(frame => Median(ticks, stage, frame)).Order()];
        var (frontEnd, network, gate) = (Sorted(0), Sorted(1), Sorted(2));
        return new(stats, frontEnd.Average() + network.Average() + gate.Average(), Times(frontEnd), Times(network), Times(gate));
    }

    /// <summary>Microseconds.</summary>
    static double Median(long[,,] ticks, int stage, int frame)
    {
        Span<long> rounds = stackalloc long[Rounds];
        for (var round = 0; round < Rounds; round++) rounds[round] = ticks[round, stage, frame];
        rounds.Sort();
        return rounds[Rounds / 2] * 1e6 / Stopwatch.Frequency;
    }

    static StageTimes Times(double[] sorted) => new(sorted[sorted.Length / 2], sorted[(int)(0.99 * (sorted.Length - 1))], sorted[^1]);
}
