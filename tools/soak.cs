// A soak: 24 streams of one pool get an hour of sound each, as fast as it goes, with gaps, streams that leave and come again and a pipeline whose model is swapped;
// beside it a server of its own process under hostile clients. Prints tables of what grew, what was counted and whether scores drift.
//
//   dotnet build src/SuRnnStream.Server -c Release
//   dotnet run -c Release tools/soak.cs [-- CYCLES [SERVER]]
//
// A cycle is 150 s of sound for each stream, so one stream-hour for all 24: the shipped minute (samples/audio/commands.wav), 45 s of pink noise at -40 dBFS from a
// fixed seed and 45 s of digital silence, in three orders. 24 cycles if not given, at least 4. SERVER is the folder with the server's program, by default
// .artifacts/bin/SuRnnStream.Server/release. Only the loopback is used. The exit code is 1 where a promise is broken: a counter does not balance, a score differs
// after a reset, a session's place is not given back, or a client that behaves does not get its ten words.
//
// Scores of every frame are compared with those of the same place in the stream's first whole cycle, and the largest difference is shown:
//   streams 0 to 7    4 s are lost before every cycle, the network is reset: 0 is promised
//   streams 8 to 15   sound without a gap, compared with the second cycle: what a network that remembers makes of the same sound again
//   streams 16, 17    leave after every cycle and come again: 0
//   streams 18, 19    are moved within every cycle, by a snapshot and a new stream that goes on from it: as those without a gap, bit for bit
//   streams 20, 21    are thrown out within every other cycle with samples that wait, and come again: 0 in whole cycles
//   streams 22, 23    hold their memory over bursts of 12 short losses: not compared, for what waits between too many losses is dropped

#:project ../src/SuRnnStream.Pipeline/SuRnnStream.Pipeline.csproj

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SuRnnStream;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["hostile", var hostilePort]) return await Hostile.RunAsync(int.Parse(hostilePort));

var cycles = 24;
var serverFolder = args.Length == 2 ? args[1] : Path.Combine(".artifacts", "bin", "SuRnnStream.Server", "release");
if (args.Length > 2 || (args.Length > 0 && !(int.TryParse(args[0], out cycles) && cycles is >= 4 and <= 10_000)))
{
    Console.Error.WriteLine("usage: dotnet run -c Release tools/soak.cs [-- CYCLES [SERVER]]");
    return 1;
}
if (!File.Exists(Path.Combine(serverFolder, "SuRnnStream.Server.dll")) || !File.Exists("samples/audio/commands.wav"))
{
    Console.Error.WriteLine($"soak: run it in the repository's root, after dotnet build src/SuRnnStream.Server -c Release ({serverFolder} has no server)");
    return 1;
}

var model = ModelFile.Load("models/commands.surnn");
var other = ModelFile.Load("models/commands-float32.surnn");
var timing = model.Config.RequireFrontEnd();
var sounds = Sounds.Make(timing.SampleRate);
var length = sounds[0].Length;
var clock = Stopwatch.StartNew();

await using var server = await Server.StartAsync(serverFolder);
using var hostile = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["hostile", $"{server.Port}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
var good = new List<int> { await GoodClient.WordsAsync(server.Port) };

await using var pool = new DetectorPool(model, options: new PoolOptions { Backlog = TimeSpan.FromSeconds(2), Overflow = OverflowPolicy.Wait });
var tracks = Enumerable.Range(0, 24).Select(i => new Track(i, pool, sounds[i % sounds.Length], timing, model.Config.Labels.Count, cycles)).ToArray();

var swapped = new SwappedSource(sounds[0], timing.SampleRate, cycles);
var pipeline = new DetectorPipeline(swapped, model);
swapped.Swap = turn => pipeline.Swap(turn % 2 == 0 ? model : other);
var piping = pipeline.RunAsync();

var (unbalanced, rows) = (0, new List<(double Pool, double Server, double Heap, long Allocated, long Frames)>());
Task<int>? behaving = null;
for (var cycle = 0; cycle < cycles; cycle++)
{
    swapped.Allow(cycle);
    foreach (var track in tracks) await track.BeginAsync(cycle);
    while (true)
    {
        var (moved, left) = (false, false);
        foreach (var track in tracks)
        {
            if (track.IsDone) continue;
            moved |= await track.FeedAsync();
            left |= !track.IsDone;
        }
        if (!left) break;
        if (!moved) await Task.Delay(1);
        if (!Balanced(pool.Counters.Total)) unbalanced++;
    }
    if (!Balanced(pipeline.Counters)) unbalanced++;
    rows.Add((Memory.Resident(Environment.ProcessId), Memory.Resident(server.Id), GC.GetTotalMemory(forceFullCollection: false) / 1e6, Track.Allocated, Track.Frames));
    Console.Error.WriteLine($"{cycle + 1} stream-hours after {clock.Elapsed.TotalSeconds:0} s, resident {rows[^1].Pool:0.0} MB, the server's {rows[^1].Server:0.0} MB");
    if (behaving is { IsCompleted: true })
    {
        good.Add(await behaving);
        behaving = null;
    }
    if (cycle % 6 == 5) behaving ??= GoodClient.WordsAsync(server.Port);
}
foreach (var track in tracks) track.End();
await pool.StopAsync();
await piping;
var took = clock.Elapsed;
if (behaving is not null) good.Add(await behaving);
var last = await GoodClient.WordsAsync(server.Port); // while the hostile ones are still there
hostile.StandardInput.Close();
var attacks = (await hostile.StandardOutput.ReadToEndAsync()).Trim();
await hostile.WaitForExitAsync();
var alone = await GoodClient.WordsAsync(server.Port);
var open = await server.SettledAsync();
var metrics = await server.ScrapeAsync();

var (total, pipe) = (pool.Counters.Total, pipeline.Counters);
var written = tracks.Sum(track => track.Written);
Console.WriteLine($"{cycles} stream-hours of a pool and {cycles * 150 / 3_600.0:0.##} h of a pipeline in {took.TotalSeconds:0} s, {Environment.ProcessorCount} cores, load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, .NET {Environment.Version}");
Console.WriteLine();
Console.WriteLine("| stream-hours | resident, MB | managed heap, MB | server resident, MB | bytes allocated a frame |");
Console.WriteLine("|--:|--:|--:|--:|--:|");
var step = Math.Max(1, cycles / 24);
for (var i = step - 1; i < rows.Count; i += step)
{
    var before = i < step ? (Allocated: 0L, Frames: 0L) : (rows[i - step].Allocated, rows[i - step].Frames);
    Console.WriteLine($"| {i + 1} | {rows[i].Pool:0.0} | {rows[i].Heap:0.0} | {rows[i].Server:0.0} | {(rows[i].Allocated - before.Allocated) / (double)(rows[i].Frames - before.Frames):0.000} |");
}
Console.WriteLine();
var settled = cycles / 4;
Console.WriteLine($"Slope from stream-hour {settled + 1} on, least squares, kB a stream-hour: resident {1_000 * Memory.Slope([.. rows.Skip(settled).Select(row => row.Pool)]):0.0}, server {1_000 * Memory.Slope([.. rows.Skip(settled).Select(row => row.Server)]):0.0}");
Console.WriteLine();
Console.WriteLine("| streams | largest difference of a score | frames compared | detections an hour, first quarter | last quarter |");
Console.WriteLine("|---|--:|--:|--:|--:|");
(string Name, Range Of, bool Exact)[] kinds =
[
    ("reset at a gap before each cycle", ..8, true), ("without a gap", 8..16, false), ("leave and come again each cycle", 16..18, true),
    ("moved by a snapshot each cycle", 18..20, false), ("thrown out in every other cycle", 20..22, true), ("bursts of losses, memory held", 22..24, false),
];
var drifted = false;
foreach (var (name, of, exact) in kinds)
{
    var some = tracks[of];
    var drift = some.Max(track => track.Drift);
    drifted |= exact && drift > 0;
    var compared = some.Sum(track => track.Compared);
    Console.WriteLine($"| {name} ({of.Start.Value} to {of.End.Value - 1}) | {(compared == 0 ? "" : $"{drift:g3}")} | {compared:N0} | {some.Average(track => track.DetectionsAnHour(first: true)):0.0} | {some.Average(track => track.DetectionsAnHour(first: false)):0.0} |");
}
var same = tracks[18].Hash == tracks[9].Hash && tracks[19].Hash == tracks[10].Hash; // the same sounds in the same order
Console.WriteLine();
Console.WriteLine($"Scores of the moved streams are those of streams that were not moved, bit for bit: {(same ? "yes" : "no")}");
Console.WriteLine();
Console.WriteLine($"Pool: read {total.SamplesRead:N0} = processed {total.SamplesProcessed:N0} + dropped {total.SamplesDropped:N0} + in flight {total.SamplesInFlight}; written {written:N0}; gaps {total.Gaps:N0}; {total.Detections:N0} detections; observer errors {total.ObserverErrors}; {unbalanced} snapshots of counters did not add up");
Console.WriteLine($"Pipeline with {swapped.Swaps} swaps: read {pipe.SamplesRead:N0} = processed {pipe.SamplesProcessed:N0} + dropped {pipe.SamplesDropped:N0} + in flight {pipe.SamplesInFlight}; {pipe.Detections} detections of {10 * cycles} words; observer errors {pipe.ObserverErrors}");
Console.WriteLine($"Hostile clients: {attacks}");
Console.WriteLine($"Server: {string.Join("; ", Server.Figures(metrics))}; sessions still open {open}; resident {Memory.Resident(server.Id):0.0} MB, of it managed {Server.Heap(metrics) / 1e6:0.0} MB after its last collection; log {server.LogBytes:N0} bytes in {server.LogLines:N0} lines");
Console.WriteLine($"A client that behaves got its words {string.Join(", ", good.GroupBy(words => words).Select(some => $"{some.Key} in {some.Count()} sessions"))} of 10, {last} beside the hostile ones at the end and {alone} after them");

(bool Broken, string What)[] promises =
[
    (unbalanced > 0 || !Balanced(total) || !Balanced(pipe) || total.SamplesInFlight != 0 || pipe.SamplesInFlight != 0 || total.SamplesRead != written, "a counter does not balance"),
    (drifted, "scores differ after a reset"), (!same, "scores of a moved stream differ"), (open != 0, "sessions are still open"), (total.ObserverErrors + pipe.ObserverErrors > 0, "a callback threw"),
    (good.Concat([last, alone]).Any(words => words != 10), "a client that behaves did not get its ten words"), (server.HasExited, "the server ended"),
];
foreach (var (_, what) in promises.Where(promise => promise.Broken)) Console.Error.WriteLine($"soak: {what}");
return promises.Any(promise => promise.Broken) ? 1 : 0;

static bool Balanced(PipelineCounters counters) => counters.SamplesRead == counters.SamplesProcessed + counters.SamplesDropped + counters.SamplesInFlight;

// The cycle in its three orders.
static class Sounds
{
    public static float[][] Make(int rate)
    {
        var minute = new float[60 * rate];
        using (var file = WavFile.Open("samples/audio/commands.wav"))
        {
            if (file.SampleRate != rate) throw new InvalidOperationException($"commands.wav has {file.SampleRate} Hz, the model {rate}.");
            for (int at = 0, read; at < minute.Length && (read = file.Read(minute.AsSpan(at))) > 0; at += read) { }
        }
        float[] pink = Pink(45 * rate), silence = new float[45 * rate];
        return [[.. minute, .. pink, .. silence], [.. pink, .. silence, .. minute], [.. silence, .. minute, .. pink]];
    }

    // Paul Kellet's filter over white noise, at -40 dBFS.
    static float[] Pink(int samples)
    {
        var (random, noise) = (new Random(29), new double[samples]);
        double a = 0, b = 0, c = 0;
        for (var i = 0; i < samples; i++)
        {
            var white = 2 * random.NextDouble() - 1;
            (a, b, c) = (0.99765 * a + 0.0990460 * white, 0.96300 * b + 0.2965164 * white, 0.57000 * c + 1.0526913 * white);
            noise[i] = a + b + c + 0.1848 * white;
        }
        var scale = 0.01 / Math.Sqrt(noise.Average(x => x * x));
        return Array.ConvertAll(noise, x => (float)(scale * x));
    }
}

// One stream of the pool: what is written to it, and what its frames say.
sealed class Track
{
    [ThreadStatic] static long _before; // bytes that this worker's thread had allocated at its last frame
    static long _allocated, _frames;

    readonly int _index, _labels, _hop, _rate, _cycles;
    readonly DetectorPool _pool;
    readonly float[] _sound, _reference;
    readonly long[] _starts;     // place in the present stream of each cycle's first sample
    readonly bool[] _compare;
    readonly int[] _detections;  // of each cycle
    readonly int _referenceCycle;
    ulong _hash = 14_695_981_039_346_656_037; // FNV-1a of all scores' bits
    PooledStream _stream;
    int _at, _cycle, _seen;      // place in the cycle; cycle that is written; cycle that is processed
    bool _disturbed;

    public Track(int index, DetectorPool pool, float[] sound, FrontEndConfig timing, int labels, int cycles)
    {
        (_index, _pool, _sound, _labels, _hop, _rate, _cycles) = (index, pool, sound, labels, timing.HopLength, timing.SampleRate, cycles);
        _reference = new float[(sound.Length / _hop + 1) * labels];
        (_starts, _compare, _detections) = (new long[cycles + 1], new bool[cycles], new int[cycles]);
        Array.Fill(_starts, long.MaxValue);
        _referenceCycle = index is >= 8 and < 16 or 18 or 19 ? 1 : 0;
        _at = sound.Length;
        _stream = New(default);
    }

    public static long Allocated => Volatile.Read(ref _allocated);
    public static long Frames => Volatile.Read(ref _frames);
    public float Drift { get; private set; }
    public long Compared { get; private set; }
    public ulong Hash => _hash;
    public long Written { get; private set; }
    public bool IsDone => _at == _sound.Length;

    public double DetectionsAnHour(bool first)
    {
        var quarter = _cycles / 4;
        return (first ? _detections.Take(quarter) : _detections.TakeLast(quarter)).Sum() * 3_600 / (150.0 * quarter);
    }

    PooledStream New(ReadOnlyMemory<byte> state) => _pool.Add($"stream {_index}", new PooledStreamOptions
    {
        State = state,
        Gap = _index >= 22 ? GapPolicy.Hold : GapPolicy.Reset,
        OnFrame = OnFrame,
        OnDetection = _ => _detections[_seen]++,
    });

    public async Task BeginAsync(int cycle)
    {
        if (cycle > 0 && _index < 8) _stream.Lose(4 * _rate);
        if (cycle > 0 && _index is (16 or 17 or 20 or 21))
        {
            _stream.Complete();
            await _stream.Completion; // after it no frame comes: what OnFrame works with can be changed
            _stream = New(default);
            _seen = cycle;
        }
        (_at, _cycle, _disturbed) = (0, cycle, false);
        _compare[cycle] = _index < 22 && !(_index is 20 or 21 && cycle % 2 == 1);
        Volatile.Write(ref _starts[cycle], _stream.Written);
    }

    public async Task<bool> FeedAsync()
    {
        if (!_disturbed && _at >= _sound.Length / 2)
        {
            _disturbed = true;
            await DisturbAsync();
        }
        var taken = _stream.Write(_sound.AsSpan(_at, Math.Min(_rate, _sound.Length - _at)));
        (_at, Written) = (_at + taken, Written + taken);
        return taken > 0;
    }

    async Task DisturbAsync()
    {
        if (_index is 18 or 19)
        {
            var snapshot = await _stream.SnapshotAsync(drained: true);
            _stream.Dispose();
            await _stream.Completion;
            _stream = New(snapshot.State);
        }
        else if (_index is 20 or 21 && _cycle % 2 == 1)
        {
            _stream.Dispose();
            await _stream.Completion;
            _stream = New(default);
        }
        else if (_index >= 22)
        {
            for (var burst = 0; burst < 12; burst++)
            {
                for (var rest = 100; rest > 0; await _stream.RoomAsync())
                {
                    var taken = _stream.Write(_sound.AsSpan(_at, rest));
                    (rest, Written) = (rest - taken, Written + taken);
                }
                _stream.Lose(500);
            }
        }
    }

    public void End() => _stream.Complete();

    // On a worker's thread; of one stream, one at a time.
    void OnFrame(in FrameView frame)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        if (_before > 0)
        {
            Interlocked.Add(ref _allocated, bytes - _before);
            Interlocked.Increment(ref _frames);
        }
        _before = bytes;

        var end = (long)Math.Round(frame.End.TotalSeconds * _rate);
        while (end > Volatile.Read(ref _starts[_seen + 1])) _seen++;
        var start = _starts[_seen];
        if (!_compare[_seen] || end <= start || end > start + _sound.Length) return; // the second: frames that are filled up with silence at a gap
        foreach (var score in frame.Scores) _hash = (_hash ^ BitConverter.SingleToUInt32Bits(score)) * 1_099_511_628_211;
        var place = (int)((end - start) / _hop) * _labels;
        var reference = _reference.AsSpan(place, _labels);
        if (_seen == _referenceCycle) frame.Scores.CopyTo(reference);
        if (_seen <= _referenceCycle) return;
        Compared++;
        for (var i = 0; i < _labels; i++) Drift = Math.Max(Drift, Math.Abs(frame.Scores[i] - reference[i]));
    }
}

// The pipeline's hour of sound, which keeps step with the pool; a model is swapped every ten seconds of it.
sealed class SwappedSource(float[] sound, int rate, int cycles) : ISampleSource
{
    long _at;
    int _allowed = -1;

    public Action<int> Swap { get; set; } = _ => { };
    public int Swaps { get; private set; }
    public int SampleRate => rate;

    public void Allow(int cycle) => Volatile.Write(ref _allowed, cycle);

    public int Read(Span<float> samples)
    {
        if (_at == (long)cycles * sound.Length) return 0;
        while (_at / sound.Length > Volatile.Read(ref _allowed)) Thread.Sleep(2);
        if (_at / (10 * rate) > Swaps) Swap(Swaps++);
        var place = (int)(_at % sound.Length);
        var count = Math.Min(samples.Length, sound.Length - place);
        sound.AsSpan(place, count).CopyTo(samples);
        _at += count;
        return count;
    }
}

static class Memory
{
    // MB
    public static double Resident(int process) => File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => double.Parse(Regex.Match(line, "[0-9]+").Value) / 1_000).FirstOrDefault();

    // Per step.
    public static double Slope(double[] values)
    {
        var (middle, mean) = ((values.Length - 1) / 2.0, values.Average());
        return values.Select((value, i) => (i - middle) * (value - mean)).Sum() / values.Select((_, i) => (i - middle) * (i - middle)).Sum();
    }
}

// The server in a process of its own, with the shipped models and one that detects twenty times a second, whatever it gets.
sealed class Server : IAsyncDisposable
{
    readonly Process _process;
    readonly HttpClient _http = new();
    readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("soak-");
    readonly int _metricsPort;
    long _logBytes, _logLines;

    Server(string folder)
    {
        foreach (var file in Directory.EnumerateFiles("models", "*.surnn")) File.Copy(file, Path.Combine(_models.FullName, Path.GetFileName(file)));
        ModelFile.Save(Path.Combine(_models.FullName, "busy.surnn"), Busy());
        (Port, _metricsPort) = (FreePort(), FreePort());
        _process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(folder, "SuRnnStream.Server.dll"), $"--urls=http://127.0.0.1:{Port}",
            $"--Surnn:MetricsUrl=http://127.0.0.1:{_metricsPort}", $"--Surnn:Models={_models.FullName}", "--Surnn:HelloTimeout=00:00:02", "--Surnn:IdleTimeout=00:00:03",
            "--Surnn:SendTimeout=00:00:03"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += Count;
        _process.ErrorDataReceived += Count;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }
    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public long LogBytes => Volatile.Read(ref _logBytes);
    public long LogLines => Volatile.Read(ref _logLines);

    public static async Task<Server> StartAsync(string folder)
    {
        var server = new Server(folder);
        for (var i = 0; i < 300 && !server.HasExited; i++, await Task.Delay(200))
        {
            try
            {
                if ((await server._http.GetAsync($"http://127.0.0.1:{server.Port}/healthz")).IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException)
            {
                // not yet
            }
        }
        throw new InvalidOperationException("The server does not answer.");
    }

    public Task<string> ScrapeAsync() => _http.GetStringAsync($"http://127.0.0.1:{_metricsPort}/metrics");

    // Sessions that are open when all clients have gone, after half a minute at most.
    public async Task<int> SettledAsync()
    {
        for (var i = 0; ; i++, await Task.Delay(500))
        {
            var open = (int)Regex.Matches(await ScrapeAsync(), @"^surnn_server_sessions(?:\{[^}]*\})? ([0-9]+)", RegexOptions.Multiline).Sum(match => double.Parse(match.Groups[1].Value));
            if (open == 0 || i == 60) return open;
        }
    }

    public static IEnumerable<string> Figures(string metrics) => Regex
        .Matches(metrics, @"^surnn_server_(sessions_cut_off|sessions_closed|sessions_refused|messages)_total\{([^}]*)\} ([0-9]+)", RegexOptions.Multiline)
        .Select(match => $"{match.Groups[1].Value} {Regex.Match(match.Groups[2].Value, @"(?:code|reason)=""([^""]*)""").Groups[1].Value} {match.Groups[3].Value}".Replace("  ", " "));

    // Bytes of all generations.
    public static double Heap(string metrics) => Regex.Matches(metrics, @"^dotnet_gc_last_collection_heap_size_bytes\{[^}]*\} ([0-9.e+]+)", RegexOptions.Multiline).Sum(match => double.Parse(match.Groups[1].Value));

    void Count(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        Interlocked.Add(ref _logBytes, line.Data.Length + 1);
        if (Interlocked.Increment(ref _logLines) <= 60) Console.Error.WriteLine($"server: {line.Data}");
    }

    static SuRnnModel Busy()
    {
        var config = new SuRnnConfig
        {
            FrontEnd = null,
            Sensor = new() { Channels = [new() { Name = "x" }], SampleRate = 1_000 },
            Layers = [new(CellKind.Rnn, 1, SwitchKind.None)],
            Labels = ["low", "high"],
            Background = ["low"],
        };
        var weights = SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Item1, tensor => new float[tensor.Item2.Aggregate((a, b) => a * b)]);
        Array.Fill(weights["layer.0.input"], 10);
        Array.Fill(weights["layer.0.bias"], -5);
        weights["head.weight"][1] = 10;
        return new SuRnnModel(config, new SuRnnWeights(config, weights), new DetectorOptions { Smoothing = 0, Refractory = TimeSpan.Zero, DecisionWindow = TimeSpan.Zero });
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _models.Delete(recursive: true);
    }
}

// Sends the shipped minute as a page would, in messages of 100 ms.
static class GoodClient
{
    // How many of its ten words it got, in their order and at their times; -1: the session failed.
    public static async Task<int> WordsAsync(int port)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/stream"), limit.Token);
            await socket.SendAsync("""{"type": "hello", "version": 1, "model": "commands", "rate": 16000, "format": "f32"}"""u8.ToArray(), WebSocketMessageType.Text, true, limit.Token);
            var detections = HearAsync(socket, limit.Token);
            using (var file = WavFile.Open("samples/audio/commands.wav"))
            {
                var samples = new float[1_600];
                for (long at = 0, read; (read = file.Read(samples)) > 0; at += read)
                    await socket.SendAsync((byte[])[.. BitConverter.GetBytes(at), .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan(0, (int)read))], WebSocketMessageType.Binary, true, limit.Token);
            }
            await socket.SendAsync("""{"type": "end"}"""u8.ToArray(), WebSocketMessageType.Text, true, limit.Token);
            var got = await detections;
            return File.ReadLines("samples/audio/commands.csv").Skip(1).Select(line => line.Split(',')).Count(word =>
                got.Any(one => one.Label == word[0] && one.Time >= double.Parse(word[1]) && one.Time <= double.Parse(word[2]) + 1));
        }
        catch (Exception broken) when (broken is WebSocketException or OperationCanceledException or HttpRequestException)
        {
            Console.Error.WriteLine($"a client that behaves: {broken.Message}");
            return -1;
        }
    }

    static async Task<List<(string Label, double Time)>> HearAsync(ClientWebSocket socket, CancellationToken stop)
    {
        var (heard, buffer, length) = (new List<(string, double)>(), new byte[65_536], 0);
        while (await socket.ReceiveAsync(buffer.AsMemory(length), stop) is var part)
        {
            if (part.MessageType == WebSocketMessageType.Close) break;
            length += part.Count;
            if (!part.EndOfMessage) continue;
            if (part.MessageType == WebSocketMessageType.Text)
            {
                using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
                if (json.RootElement.GetProperty("type").GetString() == "detection") heard.Add((json.RootElement.GetProperty("label").GetString()!, json.RootElement.GetProperty("time").GetDouble()));
            }
            length = 0;
        }
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", stop);
        return heard;
    }
}

// Clients that mean ill, in a process of their own so that nothing of theirs is measured, from other addresses of the loopback than the one that behaves.
static class Hostile
{
    const int Most = 20_000; // clients in all

    static readonly ConcurrentDictionary<string, int> _done = new();
    static int _started;

    public static async Task<int> RunAsync(int port)
    {
        using var stop = new CancellationTokenSource();
        _ = Task.Run(() =>
        {
            while (Console.In.Read() >= 0) { }
            stop.Cancel();
        });
        (string Name, int Loops, Func<NetworkStream, int, CancellationToken, Task> Attack)[] attacks =
        [
            ("silent", 40, SilentAsync), ("half request", 4, HalfRequestAsync), ("half frame", 6, HalfFrameAsync), ("malformed hello", 4, MalformedAsync),
            ("bad audio", 4, BadAudioAsync), ("never reads frames", 1, (stream, _, token) => NeverReadsAsync(stream, "commands", 16_000, 1_600, token)),
            ("never reads detections", 1, (stream, _, token) => NeverReadsAsync(stream, "busy", 1_000, 1_000, token)), ("resets", 4, ResetAsync), ("holds a place", 20, HoldAsync),
        ];
        await Task.WhenAll(attacks.SelectMany((attack, kind) => Enumerable.Range(0, attack.Loops).Select(loop => LoopAsync(attack.Name, attack.Attack, port, 2 + (kind + loop) % 5, stop.Token))));
        Console.WriteLine(string.Join(", ", _done.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value:N0}")));
        return 0;
    }

    static async Task LoopAsync(string name, Func<NetworkStream, int, CancellationToken, Task> attack, int port, int address, CancellationToken stop)
    {
        for (var turn = 0; !stop.IsCancellationRequested && Interlocked.Increment(ref _started) <= Most; turn++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(TimeSpan.FromSeconds(30));
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096, LingerState = new LingerOption(name == "resets", 0) };
                socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.0.{address}"), 0));
                await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                using var stream = new NetworkStream(socket);
                await attack(stream, turn, limit.Token);
            }
            catch (Exception end) when (end is IOException or SocketException or OperationCanceledException)
            {
                // it was cut off, turned away, or its time is over
            }
            _done.AddOrUpdate(name, 1, (_, count) => count + 1);
            await Task.Delay(100, CancellationToken.None);
        }
    }

    static Task SilentAsync(NetworkStream stream, int turn, CancellationToken stop) => ReadOutAsync(stream, stop);

    static async Task HalfRequestAsync(NetworkStream stream, int turn, CancellationToken stop)
    {
        await stream.WriteAsync("GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpg"u8.ToArray(), stop);
        await ReadOutAsync(stream, stop);
    }

    static async Task HalfFrameAsync(NetworkStream stream, int turn, CancellationToken stop)
    {
        await OpenAsync(stream, stop);
        if (turn % 2 == 1) await stream.WriteAsync(Frame(1, Hello("commands", 16_000)), stop);
        await stream.WriteAsync(Frame(2, new byte[6_408])[..(turn % 7 + 1)], stop); // of the frame's head or of its samples
        await ReadOutAsync(stream, stop);
    }

    static async Task MalformedAsync(NetworkStream stream, int turn, CancellationToken stop)
    {
        byte[][] hellos =
        [
            [.. """{"\ud800":1}"""u8], [.. """{"type":"hello","version":1e999}"""u8], [.. "no JSON"u8], [], [0xC3, 0x28], [.. Enumerable.Repeat((byte)'[', 60_000)],
            [.. """{"type":"hello","version":1,"rate":-1,"format":"s16"}"""u8], [.. """{"type":"hello","version":1,"model":"../../etc/passwd","rate":16000,"format":"s16"}"""u8],
            [.. """{"type":"hello","version":1,"model":"\u001b]52;c;x\u0007","rate":16000,"format":"s16"}"""u8], new byte[200_000], [.. """{"type":"end"}"""u8],
        ];
        await OpenAsync(stream, stop);
        await stream.WriteAsync(Frame(turn % 12 == 11 ? 2 : 1, hellos[turn % hellos.Length]), stop);
        await PartAsync(stream, turn, stop);
    }

    static async Task BadAudioAsync(NetworkStream stream, int turn, CancellationToken stop)
    {
        await OpenAsync(stream, stop);
        await stream.WriteAsync(Frame(1, Hello("commands", 16_000)), stop);
        byte[] Audio(long counter, byte[] samples) => Frame(2, [.. BitConverter.GetBytes(counter), .. samples]);
        byte[] wild = [.. Enumerable.Repeat(new byte[] { 0, 0, 0xC0, 0x7F, 0xFF, 0xFF, 0x7F, 0x7F }, 400).SelectMany(one => one)]; // NaN and the largest float
        byte[][] messages = (turn % 5) switch
        {
            0 => [Audio(0, new byte[6_400]), Audio(100, new byte[6_400])], // a counter that falls
            1 => [Audio(long.MinValue, new byte[400])],
            2 => [Audio(0, new byte[401])],
            3 => [Audio(0, wild), Audio(1L << 47, wild)],
            _ => [Frame(2, [1, 2, 3])],
        };
        foreach (var message in messages) await stream.WriteAsync(message, stop);
        await PartAsync(stream, turn, stop);
    }

    static async Task NeverReadsAsync(NetworkStream stream, string model, int rate, int samples, CancellationToken stop)
    {
        await OpenAsync(stream, stop);
        await stream.WriteAsync(Frame(1, Hello(model, rate)), stop);
        var square = new float[samples];
        for (var i = 0; i < samples; i++) square[i] = i / 20 % 2;
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(square.AsSpan()).ToArray();
        for (var counter = 0L; !stop.IsCancellationRequested; counter += samples)
        {
            await stream.WriteAsync(Frame(2, [.. BitConverter.GetBytes(counter), .. bytes]), stop);
            await Task.Delay(2, stop);
        }
    }

    static async Task ResetAsync(NetworkStream stream, int turn, CancellationToken stop)
    {
        await OpenAsync(stream, stop);
        await stream.WriteAsync(Frame(1, Hello("commands", 16_000)), stop);
        for (var i = 0; i < turn % 20; i++) await stream.WriteAsync(Frame(2, [.. BitConverter.GetBytes(1_600L * i), .. new byte[6_400]]), stop);
    }

    // One sample now and then, to keep everybody else out.
    static async Task HoldAsync(NetworkStream stream, int turn, CancellationToken stop)
    {
        await OpenAsync(stream, stop);
        await stream.WriteAsync(Frame(1, Hello("commands", 16_000)), stop);
        var reading = ReadOutAsync(stream, stop);
        for (var counter = 0L; !reading.IsCompleted; counter++)
        {
            await stream.WriteAsync(Frame(2, [.. BitConverter.GetBytes(counter), .. new byte[4]]), stop);
            await Task.Delay(1_000, stop);
        }
    }

    static byte[] Hello(string model, int rate) => Encoding.ASCII.GetBytes($$"""{"type": "hello", "version": 1, "model": "{{model}}", "rate": {{rate}}, "format": "f32"}""");

    static async Task OpenAsync(NetworkStream stream, CancellationToken stop)
    {
        await stream.WriteAsync("GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"u8.ToArray(), stop);
        var answer = new byte[1_024];
        if (await stream.ReadAsync(answer, stop) == 0) throw new IOException("turned away");
    }

    // Answers the server's close as a client should, or two times in five lets it wait.
    static async Task PartAsync(NetworkStream stream, int turn, CancellationToken stop)
    {
        if (turn % 5 < 3) await stream.WriteAsync(Frame(8, [0x03, 0xE8]), stop);
        await ReadOutAsync(stream, stop);
    }

    static async Task ReadOutAsync(NetworkStream stream, CancellationToken stop)
    {
        var buffer = new byte[4_096];
        while (await stream.ReadAsync(buffer, stop) > 0) { }
    }

    // RFC 6455: a final frame, masked with zeros.
    static byte[] Frame(int kind, byte[] payload)
    {
        byte[] length = payload.Length < 126 ? [(byte)(0x80 | payload.Length)]
            : payload.Length < 65_536 ? [0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length]
            : [0x80 | 127, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length];
        return [(byte)(0x80 | kind), .. length, 0, 0, 0, 0, .. payload];
    }
}
