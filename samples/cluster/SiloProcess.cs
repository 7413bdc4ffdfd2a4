using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SuRnnStream.ClusterSample;

/// <summary>A silo as a process of its own.</summary>
sealed class SiloProcess : IDisposable
{
    readonly Process _process;
    readonly ConcurrentQueue<(double At, SiloLine Line)> _lines = new();
    readonly ConcurrentQueue<string> _said = new();
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SiloProcess(string name, LoadOptions options, StoreServer? store, Stopwatch clock)
    {
        Name = name;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "surnn-cluster.dll"));
        string[] arguments = ["silo", $"--Urls=http://127.0.0.1:{StoreServer.FreePort()}", "--Logging:LogLevel:Default=Warning",
            $"--Cluster:SiloPort={SiloPort = StoreServer.FreePort()}", $"--Cluster:GatewayPort={GatewayPort = StoreServer.FreePort()}", .. Settings(options, store)];
        if (options.Unlike && name.EndsWith('2')) start.Environment["DOTNET_EnableAVX2"] = "0";
        if (options.Unlike && name.EndsWith('3')) start.Environment["DOTNET_EnableHWIntrinsic"] = "0";
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Heard(line.Data, clock);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"Silo {name} ended before it had begun: {string.Join(Environment.NewLine, _said)}"));
        _process.EnableRaisingEvents = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    /// <summary>What it has said, and when.</summary>
    public IEnumerable<(double At, SiloLine Line)> Lines => _lines;

    public SiloLine? Last => _lines.LastOrDefault().Line;

    /// <summary>The last of its log.</summary>
    public IEnumerable<string> Said => _said;

    public Task ReadyAsync() => _ready.Task;

    /// <summary>Settings that silos and clients share.</summary>
    public static IEnumerable<string> Settings(LoadOptions options, StoreServer? store)
    {
        yield return $"--Cluster:Store={options.Store}";
        if (store is not null) yield return $"--Cluster:Connection={store.Connection}";
        if (!options.Dashboard) yield return "--Dashboard=false";
        if (options.Save > 0) yield return string.Create(CultureInfo.InvariantCulture, $"--Cluster:SaveEvery={TimeSpan.FromSeconds(options.Save)}");
    }

    public void Signal(int signal) => Signals.Send(_process.Id, signal);

    /// <summary>Processor time so far.</summary>
    public TimeSpan Used
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public bool HasEnded => _process.HasExited;

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Signal(Signals.Continue);
            Signal(Signals.Kill);
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    void Heard(string? line, Stopwatch clock)
    {
        if (line is null) return;
        try
        {
            if (JsonSerializer.Deserialize<SiloLine>(line) is { } said) _lines.Enqueue((clock.Elapsed.TotalSeconds, said));
            _ready.TrySetResult();
        }
        catch (JsonException)
        {
            Keep(line);
        }
    }

    void Keep(string? line)
    {
        if (line is null) return;
        _said.Enqueue(line);
        if (_said.Count > 400) _said.TryDequeue(out _);
    }
}
