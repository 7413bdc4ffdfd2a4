using System.Diagnostics;
using System.Globalization;
using SuRnnStream.Cluster;

namespace SuRnnStream.ClusterSample;

/// <summary>
/// Processor time for a block of 100 ms, live: in the silo process that the streams go through, and in a process that has only the pool. The sender's is not in
/// either. In turns, three times, because a busy machine changes both. The first half of each run is not counted: the runtime still compiles what it runs often, which takes
/// a core half the time for 20 s, and is over in a silo that serves for days.
/// </summary>
static class CostRun
{
    const int Shortest = 12; // seconds

    /// <exception cref="ArgumentException">The runs are too short.</exception>
    public static async Task<int> RunAsync(LoadOptions options)
    {
        if (options.Seconds < Shortest) throw new ArgumentException($"cost takes --seconds={Shortest} at least, of which it counts the second half, but it was given {options.Seconds}.");
        var (through, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round < 3; round++)
        {
            bare.Add(await BareAsync(options));
            through.Add(await ThroughAsync(options));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: bare pool {bare[^1]:F1} us a block, through a silo {through[^1]:F1} us: {bare[^1] / through[^1]:P0}"));
        }
        var (pool, silo) = (bare.Order().ElementAt(1), through.Order().ElementAt(1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Streams} streams, {options.PerCall} a call, {options.Speech:P0} of the time sound, else {(options.Hiss is { } hiss ? $"a hiss of {hiss} dBFS" : "digital silence")}, store {options.Store}: bare pool {pool:F1} us, {1e5 / pool:F0} streams a core; through a silo {silo:F1} us, {1e5 / silo:F0} streams a core: {pool / silo:P0}. Load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));
        return 0;
    }

    static async Task<double> BareAsync(LoadOptions options)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["pool", $"--streams={options.Streams}", $"--seconds={options.Seconds}", FormattableString.Invariant($"--speech={options.Speech}"), .. options.Hiss is { } hiss ? [FormattableString.Invariant($"--hiss={hiss}")] : (string[])[]]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return double.Parse(said, CultureInfo.InvariantCulture);
    }

    /// <exception cref="InvalidOperationException">The silo said too little within the counted half.</exception>
    static async Task<double> ThroughAsync(LoadOptions options)
    {
        options = options with { Silos = 1, Save = options.Save > 0 ? options.Save : 3_600 }; // without saves unless they are asked for
        await using var store = await StoreServer.StartAsync(options.Store);
        var siloClock = Stopwatch.StartNew();
        using var silo = new SiloProcess("silo", options, store, siloClock);
        await silo.ReadyAsync();
        var builder = Host.CreateApplicationBuilder([.. SiloProcess.Settings(options, store), $"--Cluster:GatewayPort={silo.GatewayPort}"]);
        builder.Logging.ClearProviders();
        builder.AddStreamClusterClient();
        using var host = builder.Build();
        await host.StartAsync();
        await using var producer = new ClusterProducer(host.Services.GetRequiredService<IClusterClient>(), new ProducerOptions { Keep = TimeSpan.FromMinutes(1), StreamsPerCall = options.PerCall });
        var sounds = new Sounds(options.Seconds, options.Speech, options.Hiss);
        var streams = Enumerable.Range(0, options.Streams).Select(i => producer.Add($"stream-{i}", new StreamSettings { Model = "commands" })).ToArray();
        while (streams.Any(stream => stream.Silo is null)) await Task.Delay(20);
        var (clock, began) = (Stopwatch.StartNew(), siloClock.Elapsed.TotalSeconds);
        await Task.Factory.StartNew(() =>
        {
            for (var block = 0; block < options.Seconds * 10; block++)
            {
                for (var phase = 0; phase < 5; phase++)
                {
                    for (double wait; (wait = block * 0.1 + phase * 0.02 - clock.Elapsed.TotalSeconds) > 0;) Thread.Sleep(TimeSpan.FromSeconds(wait));
                    for (var i = phase; i < streams.Length; i += 5) streams[i].Write(sounds.Of(i).Slice(block * 1_600, 1_600));
                }
            }
        }, TaskCreationOptions.LongRunning);
        var half = clock.Elapsed / 2;
        var lines = silo.Lines.Where(one => one.At - began >= half.TotalSeconds).Select(one => one.Line).ToArray();
        if (lines is not [var first, .., var last] || last.Figures.SamplesProcessed == first.Figures.SamplesProcessed)
            throw new InvalidOperationException($"The silo said {lines.Length} times what it had done in the last {half.TotalSeconds:F0} s, which is too little to go by: give --seconds a higher number, or --streams a lower one.");
        return (last.CpuSeconds - first.CpuSeconds) * 1e6 / ((last.Figures.SamplesProcessed - first.Figures.SamplesProcessed) / 1_600.0);
    }
}
