using System.Diagnostics;
using System.Globalization;
using SuRnnStream.Cluster;

namespace SuRnnStream.ClusterSample;

/// <summary>
/// Processor time for a block of 100 ms, live: in the silo process that the streams go through, and in a process that has only the pool. The sender's is not in
/// either. Both run all the time and are fed in turns, so that the machine's other load is the same for both, after they were fed together for a while: until then the runtime still compiles what it runs often,
/// which is over in a silo that serves for days.
/// </summary>
sealed class CostRun(LoadOptions options)
{
    public const int Length = 60; // seconds of each sound

    readonly Sounds _sounds = new(Length, options.Speech, options.Hiss);
    int _played;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        // without saves unless they are asked for
        await new CostRun(options with { Silos = 1, Save = options.Save > 0 ? options.Save : 3_600 }).RunAsync();
        return 0;
    }

    async Task RunAsync()
    {
        using var pool = StartPool();
        try
        {
            await DoneAsync(pool);
            await using var store = await StoreServer.StartAsync(options.Store);
            using var silo = new SiloProcess("silo", options, store, Stopwatch.StartNew());
            await silo.ReadyAsync();
            var builder = Host.CreateApplicationBuilder([.. SiloProcess.Settings(options, store), $"--Cluster:GatewayPort={silo.GatewayPort}"]);
            builder.Logging.ClearProviders();
            builder.AddStreamClusterClient();
            using var host = builder.Build();
            await host.StartAsync();
            await using var producer = new ClusterProducer(host.Services.GetRequiredService<IClusterClient>(), new ProducerOptions { Keep = TimeSpan.FromMinutes(10), StreamsPerCall = options.PerCall });
            var streams = Enumerable.Range(0, options.Streams).Select(i => producer.Add($"stream-{i}", new StreamSettings { Model = "commands" })).ToArray();
            while (streams.Any(stream => stream.Silo is null)) await Task.Delay(20);
            await Task.WhenAll(ThroughPoolAsync(pool, options.Warm), ThroughSiloAsync(streams, options.Warm));
            await MeasureAsync(pool, silo, streams);
        }
        finally
        {
            pool.Kill();
        }
    }

    async Task MeasureAsync(Process pool, SiloProcess silo, ClusterStream[] streams)
    {
        var (bare, through, blocks) = (new List<double>(), new List<double>(), options.Streams * options.Seconds * 10.0);
        async Task TimeAsync(List<double> to, Func<TimeSpan> processor, Func<Task> play)
        {
            var before = processor();
            await play();
            to.Add((processor() - before).TotalMicroseconds / blocks);
        }
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var turn = round; turn < round + 2; turn++)
                await (turn % 2 == 0 ? TimeAsync(bare, () => Used(pool), () => ThroughPoolAsync(pool, options.Seconds)) : TimeAsync(through, () => silo.Used, () => ThroughSiloAsync(streams, options.Seconds)));
            Say($"round {round + 1}: bare pool {bare[^1]:F1} us a block, through a silo {through[^1]:F1} us: {bare[^1] / through[^1]:P0}");
        }
        var parts = bare.Zip(through, (one, other) => one / other).Order().ToArray();
        var (low, high) = (Middle(bare), Middle(through));
        Say($"{options.Streams} streams, {options.PerCall} a call, {options.Speech:P0} of the time sound, else {(options.Hiss is { } hiss ? $"a hiss of {hiss} dBFS" : "digital silence")}, store {options.Store}, {streams.Sum(stream => stream.SentAgain)} samples sent again, load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        Say($"middle of {parts.Length} rounds: bare pool {low:F1} us, {1e5 / low:F0} streams a core; through a silo {high:F1} us, {1e5 / high:F0} streams a core: {Middle(parts):P0} ({parts[0]:P0} to {parts[^1]:P0})");
    }

    Process StartPool()
    {
        string[] arguments = ["pool", $"--streams={options.Streams}", FormattableString.Invariant($"--speech={options.Speech}"), .. options.Hiss is { } hiss ? [FormattableString.Invariant($"--hiss={hiss}")] : (string[])[]];
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    static async Task ThroughPoolAsync(Process pool, int seconds)
    {
        await pool.StandardInput.WriteLineAsync(seconds.ToString(CultureInfo.InvariantCulture));
        await pool.StandardInput.FlushAsync();
        await DoneAsync(pool);
    }

    /// <exception cref="InvalidOperationException">The process has ended.</exception>
    static async Task DoneAsync(Process pool)
    {
        if (await pool.StandardOutput.ReadLineAsync() != BarePool.Done) throw new InvalidOperationException("The process with the bare pool has ended; its error output says why.");
    }

    async Task ThroughSiloAsync(ClusterStream[] streams, int seconds)
    {
        var from = _played;
        _played += seconds;
        await Task.Factory.StartNew(() => Pace.Play(streams.Length, from, seconds, Length, (i, part) => streams[i].Write(_sounds.Of(i)[part])), TaskCreationOptions.LongRunning);
        while (streams.Any(stream => stream.Processed < stream.Written)) await Task.Delay(10);
    }

    static TimeSpan Used(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
