using System.Diagnostics;

namespace SuRnnStream.ClusterSample;

/// <summary>Live sound of many streams: each has a block of 100 ms when it is due, a fifth of them every 20 ms.</summary>
static class Pace
{
    const int Block = Sounds.Rate / 10, Phases = 5;

    /// <summary>Plays some seconds on this thread, and returns when the last block has been written.</summary>
    /// <param name="streams">How many.</param>
    /// <param name="from">Seconds that were played before; sounds begin again at their end.</param>
    /// <param name="seconds">To be played.</param>
    /// <param name="length">Of every sound, in seconds.</param>
    /// <param name="write">Gets the number of a stream and which samples of its sound are due.</param>
    public static void Play(int streams, int from, int seconds, int length, Action<int, Range> write)
    {
        var clock = Stopwatch.StartNew();
        for (var block = 0; block < seconds * 10; block++)
        {
            for (var phase = 0; phase < Phases; phase++)
            {
                for (double wait; (wait = block * 0.1 + phase * 0.02 - clock.Elapsed.TotalSeconds) > 0;) Thread.Sleep(TimeSpan.FromSeconds(wait));
                var at = (from * 10 + block) % (length * 10) * Block;
                for (var i = phase; i < streams; i += Phases) write(i, at..(at + Block));
            }
        }
    }
}
