using System.Diagnostics;

namespace SuRnnStream.Cli;

/// <summary>Microseconds a frame of a stream with two models: each in a pool of its own, and both in one, where equal front ends run once.</summary>
readonly record struct CompanionCost(double Apart, double Beside);

/// <summary>
/// Times two models on one stream, on this thread. Rounds take sounds and arrangements in turn; a second of sound is the same work in every round, so its time is the median
/// over the rounds.
/// </summary>
sealed class CompanionBench(SuRnnModel model, SuRnnModel companion)
{
    public const int Rounds = 11;

    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1), Piece = TimeSpan.FromSeconds(1); // of processor time, until the compiler has seen what is hot; of sound

    readonly FrontEndConfig _frontEnd = model.Config.RequireSoundDetector();

    /// <param name="sounds">At the models' rate, each a second or more.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The models do not take the same sound.</exception>
    public CompanionCost[] Measure(IReadOnlyList<float[]> sounds, CancellationToken cancellation)
    {
        var options = new PoolOptions { Backlog = Piece * 2 };
        // Without workers there is nothing to stop.
        DetectorPool[][] arrangements =
        [
            [DetectorPool.WithoutWorkers(model, options: options), DetectorPool.WithoutWorkers(companion, options: options)],
            [DetectorPool.WithoutWorkers(model, options: options with { Companions = [new CompanionModel { Model = companion }] })],
        ];
        var ticks = new long[sounds.Count, arrangements.Length, Rounds];
        for (var start = Environment.CpuUsage.TotalTime; Environment.CpuUsage.TotalTime - start < WarmUp;) Round(0);
        for (var round = 0; round < Rounds; round++) Round(round);
        return [.. sounds.Select((sound, i) => new CompanionCost(PerFrame(sound, i, 0), PerFrame(sound, i, 1)))];

        void Round(int round)
        {
            for (var i = 0; i < sounds.Count; i++)
            {
                for (var a = 0; a < arrangements.Length; a++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    ticks[i, a, round] = arrangements[a].Sum(pool => Play(pool, sounds[i]));
                }
            }
        }

        double PerFrame(float[] sound, int i, int arrangement)
        {
            var sorted = Enumerable.Range(0, Rounds).Select(round => ticks[i, arrangement, round]).Order().ToArray();
            return sorted[Rounds / 2] * 1e6 / Stopwatch.Frequency / (sound.Length / _frontEnd.HopLength);
        }
    }

    /// <summary>Ticks of the stopwatch that a new stream of this sound takes.</summary>
    long Play(DetectorPool pool, ReadOnlySpan<float> sound)
    {
        using var stream = pool.Add("");
        var (start, piece) = (Stopwatch.GetTimestamp(), (int)(Piece.TotalSeconds * _frontEnd.SampleRate));
        while (!sound.IsEmpty)
        {
            stream.Write(sound[..Math.Min(piece, sound.Length)]);
            sound = sound[Math.Min(piece, sound.Length)..];
            while (pool.TryTurn()) { }
        }
        return Stopwatch.GetTimestamp() - start;
    }
}
