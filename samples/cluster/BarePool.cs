namespace SuRnnStream.ClusterSample;

/// <summary>
/// The same streams, as live, in one <see cref="DetectorPool"/> without a cluster: what a block costs at least. Each line of standard input is a number of seconds to be played; when all of it has been processed it
/// answers with a line.
/// </summary>
static class BarePool
{
    public const string Done = "done";

    public static int Run(LoadOptions options)
    {
        var (sounds, model) = (new Sounds(CostRun.Length, options.Speech, options.Hiss), ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "models", "commands.surnn")));
        var floats = Enumerable.Range(0, Sounds.Different).Select(i => sounds.Of(i).ToArray().Select(sample => sample / 32_768f).ToArray()).ToArray();
        var pool = new DetectorPool(model, options: new PoolOptions { Overflow = OverflowPolicy.Wait, Backlog = TimeSpan.FromSeconds(10) });
        var streams = Enumerable.Range(0, options.Streams).Select(i => pool.Add($"{i}")).ToArray();
        Console.WriteLine(Done);
        for (var played = 0; Console.ReadLine() is { } line && int.TryParse(line, out var seconds); played += seconds)
        {
            Pace.Play(streams.Length, played, seconds, CostRun.Length, (i, part) => streams[i].Write(floats[i % Sounds.Different].AsSpan(part)));
            while (pool.Counters.Total.SamplesInFlight > 0) Thread.Sleep(10);
            Console.WriteLine(Done);
        }
        return 0;
    }
}
