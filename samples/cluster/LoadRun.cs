using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using SuRnnStream.Cluster;

namespace SuRnnStream.ClusterSample;

/// <summary>
/// Silos as processes, a store, and live streams from this process; something happens to one of them; in the end every detection of every stream is held against
/// those of one detector, bit for bit.
/// </summary>
sealed class LoadRun(LoadOptions options)
{
    const int Block = Sounds.Rate / 10, Phases = 5;             // 100 ms; streams in five groups, 20 ms apart

    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly Sounds _sounds = new(options.Seconds, options.Speech, options.Hiss);
    readonly List<SiloProcess> _silos = [];
    readonly double[,] _written = new double[Phases, options.Seconds * 10]; // when
    readonly ConcurrentQueue<(double At, double Latency)> _latencies = new();
    readonly List<Detection>[] _heard = [.. Enumerable.Range(0, options.Streams).Select(_ => new List<Detection>())];
    double _began, _faultAt, _faultEnds, _pauseBefore, _pauseAfter;
    int _ofVictim;
    ClusterStream[] _streams = [];

    /// <returns>0: every detection was right, and no sample was lost.</returns>
    public async Task<int> RunAsync()
    {
        var load = ReadLoad();
        await using var store = await StoreServer.StartAsync(options.Store);
        try
        {
            for (var i = 0; i < options.Silos; i++) _silos.Add(new SiloProcess($"silo {i + 1}", options, store, _clock));
            await Task.WhenAll(_silos.Select(silo => silo.ReadyAsync()));
            using var host = await ClientAsync(store);
            await using var producer = new ClusterProducer(host.Services.GetRequiredService<IClusterClient>(), new ProducerOptions { Keep = TimeSpan.FromMinutes(10), StreamsPerCall = options.PerCall }, loggers: host.Services.GetRequiredService<ILoggerFactory>());
            await OpenAsync(producer);
            var ends = await LiveAsync(store);
            var result = Judge(ends, load);
            Console.WriteLine(result.Text());
            if (options.Out is not null) Write(result);
            return result.IsExact ? 0 : 1;
        }
        catch
        {
            foreach (var silo in _silos) Console.Error.WriteLine($"{silo.Name}:{Environment.NewLine}{string.Join(Environment.NewLine, silo.Said.TakeLast(15))}");
            throw;
        }
        finally
        {
            foreach (var silo in _silos) silo.Dispose();
        }
    }

    async Task<IHost> ClientAsync(StoreServer? store)
    {
        var builder = Host.CreateApplicationBuilder([.. SiloProcess.Settings(options, store), $"--Cluster:GatewayPort={_silos[0].GatewayPort}"]);
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        builder.AddStreamClusterClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    async Task OpenAsync(ClusterProducer producer)
    {
        var begin = _clock.Elapsed;
        _streams = [.. Enumerable.Range(0, options.Streams).Select(i => producer.Add($"stream-{i}", new StreamSettings { Model = "commands" }, new ClusterStreamOptions { OnDetection = d => Hear(i, d) }))];
        while (_streams.Any(stream => stream.Silo is null)) await Task.Delay(20);
        Console.WriteLine(FormattableString.Invariant($"{options.Streams} streams opened on {options.Silos} silos in {(_clock.Elapsed - begin).TotalSeconds:F1} s"));
    }

    void Hear(int stream, Detection detection)
    {
        var (now, list) = (_clock.Elapsed.TotalSeconds, _heard[stream]);
        lock (list) list.Add(detection);
        var block = ((long)Math.Round(detection.Time.TotalSeconds * Sounds.Rate) - 1) / Block; // that had the last sample that it needed
        if (block < options.Seconds * 10) _latencies.Enqueue((now, now - _written[stream % Phases, block]));
    }

    async Task<StreamStatus[]> LiveAsync(StoreServer? store)
    {
        _began = _clock.Elapsed.TotalSeconds;
        _faultAt = options.Fault == Fault.None ? double.MaxValue : _began + options.Seconds / 3.0;
        using var done = new CancellationTokenSource();
        var (watch, fault) = (Task.Run(() => WatchAsync(done.Token)), FaultAsync(store));
        var writer = Task.Factory.StartNew(WriteAll, TaskCreationOptions.LongRunning);
        await writer;
        await fault;
        var ends = await Task.WhenAll(_streams.Select(stream => stream.Complete())).WaitAsync(TimeSpan.FromMinutes(5));
        await done.CancelAsync();
        await watch;
        return ends;
    }

    /// <summary>As sound comes: a group of streams every 20 ms, each stream every 100.</summary>
    void WriteAll()
    {
        for (var block = 0; block < options.Seconds * 10; block++)
        {
            for (var phase = 0; phase < Phases; phase++)
            {
                var due = _began + (block + 1) * 0.1 + phase * 0.02;
                for (double wait; (wait = due - _clock.Elapsed.TotalSeconds) > 0;) Thread.Sleep(TimeSpan.FromSeconds(wait));
                _written[phase, block] = _clock.Elapsed.TotalSeconds;
                for (var i = phase; i < _streams.Length; i += Phases) _streams[i].Write(_sounds.Of(i).Slice(block * Block, Block));
            }
        }
    }

    /// <summary>The longest time for which a stream had something to be processed and nothing was.</summary>
    async Task WatchAsync(CancellationToken done)
    {
        var (best, since) = (new long[_streams.Length], Enumerable.Repeat(_began, _streams.Length).ToArray());
        while (!done.IsCancellationRequested)
        {
            var now = _clock.Elapsed.TotalSeconds;
            for (var i = 0; i < _streams.Length; i++)
            {
                var (at, written) = (_streams[i].Processed, _streams[i].Written);
                if (at > best[i] || at == written) (best[i], since[i]) = (Math.Max(at, best[i]), now);
                else if (now < _faultAt) _pauseBefore = Math.Max(_pauseBefore, now - since[i]);
                else _pauseAfter = Math.Max(_pauseAfter, now - since[i]);
            }
            await Task.Delay(10, CancellationToken.None);
        }
    }

    async Task FaultAsync(StoreServer? store)
    {
        if (options.Fault == Fault.None) return;
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, _faultAt - _clock.Elapsed.TotalSeconds)));
        _faultAt = _clock.Elapsed.TotalSeconds;
        var victim = _silos[^1];
        _ofVictim = options.Fault is Fault.Stop or Fault.Kill or Fault.Freeze ? _streams.Count(stream => stream.Silo!.Contains($":{victim.SiloPort}@", StringComparison.Ordinal)) : 0;
        switch (options.Fault)
        {
            case Fault.Add:
                _silos.Add(new SiloProcess($"silo {_silos.Count + 1}", options, store, _clock));
                await _silos[^1].ReadyAsync();
                break;
            case Fault.Stop:
                victim.Signal(Signals.Terminate);
                break;
            case Fault.Kill:
                victim.Signal(Signals.Kill);
                break;
            case Fault.Freeze:
                victim.Signal(Signals.Stop);
                await Task.Delay(TimeSpan.FromSeconds(options.Seconds / 4.0));
                victim.Signal(Signals.Continue);
                break;
            default:
                store!.Freeze(true);
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(10, options.Seconds / 3.0)));
                store.Freeze(false);
                break;
        }
        _faultEnds = _clock.Elapsed.TotalSeconds;
    }

    LoadResult Judge(StreamStatus[] ends, string load)
    {
        var expected = _sounds.Expected(ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "models", "commands.surnn")));
        var (missing, extra, different, right) = (0, 0, 0, 0);
        for (var i = 0; i < _streams.Length; i++)
        {
            var (have, want) = (_heard[i].ToDictionary(d => (d.Label, d.Time)), expected[i % Sounds.Different]);
            foreach (var one in want)
            {
                if (!have.Remove((one.Label, one.Time), out var other)) missing++;
                else if (other != one with { Source = _streams[i].Name }) different++;
                else right++;
            }
            extra += have.Count;
        }
        var sent = (long)options.Seconds * Sounds.Rate * _streams.Length;
        double[] Sorted(Func<(double At, double Latency), bool> which) => [.. _latencies.Where(which).Select(one => one.Latency).Order()];
        var (calm, all) = (Sorted(one => one.At < _faultAt), Sorted(_ => true));
        var lines = _silos.Select(silo => silo.Last).OfType<SiloLine>().ToArray();
        var seconds = options.Seconds * (double)_streams.Length;
        return new LoadResult
        {
            Options = options,
            Load = load,
            LoadAfter = ReadLoad(),
            Right = right,
            Missing = missing,
            Extra = extra,
            Different = different,
            Sent = sent,
            Processed = ends.Sum(end => end.Processed),
            Lost = ends.Sum(end => end.Lost),
            Inexact = ends.Count(end => !end.Exact),
            SentAgain = _streams.Sum(stream => stream.SentAgain),
            MedianBefore = Percentile(calm, 0.5),
            P99Before = Percentile(calm, 0.99),
            Median = Percentile(all, 0.5),
            P99 = Percentile(all, 0.99),
            PauseBefore = _pauseBefore,
            PauseAfter = options.Fault == Fault.None ? 0 : _pauseAfter,
            Saves = lines.Sum(line => line.Figures.Saves),
            SavesFailed = lines.Sum(line => line.Figures.SavesFailed),
            BytesPerSave = lines.Sum(line => line.Figures.BytesSaved) / Math.Max(1.0, lines.Sum(line => line.Figures.Saves)),
            BytesPerStreamSecond = lines.Sum(line => line.Figures.BytesSaved) / seconds,
            StreamsOfTheVictim = _ofVictim,
            Migrations = lines.Sum(line => line.Figures.Migrations),
            SiloCpuPerBlock = CpuPerBlock(),
            StreamsAtTheEnd = string.Join(", ", _silos.Select(silo => $"{silo.Name}: {silo.Lines.LastOrDefault(line => line.Line.Figures.Streams > 0).Line?.Figures.Streams ?? 0}{(silo.HasEnded ? " (ended)" : "")}")),
        };
    }

    /// <summary>Of silos that have run for a while, in microseconds.</summary>
    double CpuPerBlock()
    {
        var (cpu, samples) = (0.0, 0.0);
        foreach (var silo in _silos)
        {
            var lines = silo.Lines.Where(line => line.At > _began + Math.Min(10, options.Seconds / 4.0)).Select(line => line.Line).ToArray();
            if (lines is not [var first, .., var last]) continue;
            (cpu, samples) = (cpu + last.CpuSeconds - first.CpuSeconds, samples + last.Figures.SamplesProcessed - first.Figures.SamplesProcessed);
        }
        return samples > 0 ? cpu * 1e6 / (samples / Block) : 0;
    }

    void Write(LoadResult result)
    {
        Directory.CreateDirectory(options.Out!);
        var name = Path.Combine(options.Out!, FormattableString.Invariant($"{options.Store}-{options.Fault}").ToLowerInvariant());
        File.WriteAllText($"{name}.json", JsonSerializer.Serialize(result, LoadResult.Json));
        var marks = options.Fault == Fault.None ? [] : new[] { _faultAt - _began, _faultEnds - _began };
        File.WriteAllText($"{name}.svg", new Figure(options.Seconds, marks,
        [
            new("streams of each silo", [.. _silos.Select(silo => (silo.Name, silo.Lines.Select(line => (line.At - _began, (double)line.Line.Figures.Streams)).ToArray()))]),
            new("ms from sample to detection", [("median", Latencies(0.5)), ("99 of 100", Latencies(0.99))]),
            new("states saved a second", [.. _silos.Select(silo => (silo.Name, Rates(silo, line => line.Figures.Saves)))]),
            new("% of a core", [.. _silos.Select(silo => (silo.Name, Rates(silo, line => 100 * line.CpuSeconds)))]),
        ]).ToString());
    }

    (double, double)[] Latencies(double part) => [.. _latencies.GroupBy(one => (int)(one.At - _began)).Where(second => second.Key >= 0).OrderBy(second => second.Key).Select(second => (second.Key + 0.5, 1_000 * Percentile([.. second.Select(one => one.Latency).Order()], part)))];

    (double, double)[] Rates(SiloProcess silo, Func<SiloLine, double> value) => [.. silo.Lines.Zip(silo.Lines.Skip(1)).Where(pair => pair.Second.At > _began)
        .Select(pair => (pair.Second.At - _began, (value(pair.Second.Line) - value(pair.First.Line)) / (pair.Second.At - pair.First.At)))];

    static double Percentile(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];

    static string ReadLoad() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(2)) : "unknown";
}
