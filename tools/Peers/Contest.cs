using System.Diagnostics;

namespace SuRnnStream.Peers;

/// <summary>
/// Times every contestant on this thread, a few steps between two looks at the clock. A round takes all sounds and, for each, all contestants
/// in turn, so that whatever else the machine does hits them alike; a piece's time is the median over the rounds.
/// </summary>
sealed class Contest(IReadOnlyList<Contestant> contestants, IReadOnlyList<(string Name, float[] Samples)> sounds)
{
    public const int Rounds = 11;

    const double PieceSeconds = 0.2; // of audio

    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1); // of each, at least one pass: until compilers and caches have seen it all

    /// <summary>Part of the rounds' time in which this process had a core, 0 to 1. Well below 1 the medians of long steps are too high.</summary>
    public double ProcessorShare { get; private set; }

    public List<PeerRow> Run(Action<int> onRound)
    {
        var ticks = new long[contestants.Count, sounds.Count, Rounds][];
        var open = new double?[contestants.Count, sounds.Count];
        foreach (var contestant in contestants)
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < WarmUp;)
                for (var s = 0; s < sounds.Count; s++) Pass(contestant, s);
        var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        for (var round = 0; round < Rounds; round++)
        {
            for (var s = 0; s < sounds.Count; s++)
            {
                for (var c = 0; c < contestants.Count; c++)
                {
                    ticks[c, s, round] = Pass(contestants[c], s);
                    open[c, s] = contestants[c].OpenRatio;
                }
            }
            onRound(round + 1);
        }
        ProcessorShare = Math.Min(1, (Environment.CpuUsage.TotalTime - cpu) / Stopwatch.GetElapsedTime(start));
        return [.. from s in Enumerable.Range(0, sounds.Count)
                   from c in Enumerable.Range(0, contestants.Count)
                   let rounds = Enumerable.Range(0, Rounds).Select(round => ticks[c, s, round]).ToArray()
                   let who = contestants[c]
                   select new PeerRow(who.Name, who.Job, sounds[s].Name, SumOfMedians(rounds) / who.Begin(s, sounds[s].Samples), (double)who.SamplesPerStep / Contestant.Rate, open[c, s])];
    }

    /// <summary>Ticks of each piece.</summary>
    long[] Pass(Contestant contestant, int sound)
    {
        var steps = contestant.Begin(sound, sounds[sound].Samples);
        var stepsAPiece = Math.Max(1, (int)(PieceSeconds * Contestant.Rate / contestant.SamplesPerStep));
        var times = new long[(steps + stepsAPiece - 1) / stepsAPiece];
        for (var piece = 0; piece < times.Length; piece++)
        {
            var (first, end) = (piece * stepsAPiece, Math.Min(steps, (piece + 1) * stepsAPiece));
            times[piece] = ThreadClock.Time(() =>
            {
                for (var i = first; i < end; i++) contestant.Step(i);
            });
        }
        return times;
    }

    /// <summary>Microseconds of all steps.</summary>
    static double SumOfMedians(long[][] rounds)
    {
        var piece = new long[rounds.Length];
        var sum = 0.0;
        for (var i = 0; i < rounds[0].Length; i++)
        {
            for (var round = 0; round < rounds.Length; round++) piece[round] = rounds[round][i];
            Array.Sort(piece);
            sum += piece[piece.Length / 2];
        }
        return sum * 1e6 / Stopwatch.Frequency;
    }
}
