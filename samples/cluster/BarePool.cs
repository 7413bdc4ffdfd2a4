using System.Diagnostics;
using System.Globalization;

namespace SuRnnStream.ClusterSample;

/// <summary>The same streams, as live, in one <see cref="DetectorPool"/> without a cluster: what a block costs at least.</summary>
static class BarePool
{
    public static int Run(LoadOptions options)
    {
        var (sounds, model) = (new Sounds(options.Seconds, options.Speech, options.Hiss), ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "models", "commands.surnn")));
        var floats = Enumerable.Range(0, Sounds.Different).Select(i => sounds.Of(i).ToArray().Select(sample => sample / 32_768f).ToArray()).ToArray();
        var pool = new DetectorPool(model, options: new PoolOptions { Overflow = Overflow.Wait, Backlog = TimeSpan.FromSeconds(10) });
        var streams = Enumerable.Range(0, options.Streams).Select(i => pool.Add($"{i}")).ToArray();
        var clock = Stopwatch.StartNew();
        var (before, after, counted) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        for (var block = 0; block < options.Seconds * 10; block++)
        {
            for (var phase = 0; phase < 5; phase++)
            {
                for (double wait; (wait = block * 0.1 + phase * 0.02 - clock.Elapsed.TotalSeconds) > 0;) Thread.Sleep(TimeSpan.FromSeconds(wait));
                for (var i = phase; i < streams.Length; i += 5) streams[i].Write(floats[i % Sounds.Different].AsSpan(block * 1_600, 1_600));
            }
            if (block == options.Seconds * 5) (before, counted) = (Process.GetCurrentProcess().TotalProcessorTime, pool.Counters.Total.SamplesProcessed);
        }
        while (pool.Counters.Total.SamplesInFlight > 0) Thread.Sleep(10);
        after = Process.GetCurrentProcess().TotalProcessorTime;
        var blocks = (pool.Counters.Total.SamplesProcessed - counted) / 1_600.0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(after - before).TotalMicroseconds / blocks:F2}"));
        return 0;
    }
}
