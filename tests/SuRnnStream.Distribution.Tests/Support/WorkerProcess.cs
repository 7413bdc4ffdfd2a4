using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>samples/worker in a process of its own, on a port of the loopback that the system chose. Its folder has its settings and what a test puts there.</summary>
sealed partial class WorkerProcess : IAsyncDisposable
{
    const int Terminate = 15; // SIGTERM

    readonly TemporaryFolder _folder;
    readonly bool _shares;
    readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };
    readonly ConcurrentQueue<string> _log = new();
    readonly TaskCompletionSource<Uri> _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Process? _process;

    public WorkerProcess() => _folder = new TemporaryFolder();

    /// <summary>Another one in the folder of the first, which stays the first one's.</summary>
    public WorkerProcess(WorkerProcess first) => (_folder, _shares) = (first._folder, true);

    /// <summary>The program as it was built with the tests.</summary>
    public static string Program { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Worker", new DirectoryInfo(AppContext.BaseDirectory).Name, "surnn-worker"));

    /// <summary>What it wrote to standard output.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public string Log => string.Join('\n', _log);

    /// <summary>The worker's, also where a shell has started it.</summary>
    public int ProcessId { get; set; }

    public string File(string name) => _folder.File(name);

    /// <summary>Writes the section SuRnnStream of its settings, at once: it reads them again when they change.</summary>
    public void Configure(string section)
    {
        var draft = File("draft.json");
        System.IO.File.WriteAllText(draft, $$"""{ "Urls": "http://127.0.0.1:0", "SuRnnStream": {{section}} }""");
        System.IO.File.Move(draft, File("appsettings.json"), overwrite: true);
    }

    /// <summary>Starts it; returns when it is there.</summary>
    public async Task StartAsync(Dictionary<string, string>? environment = null, params string[] command)
    {
        Begin(environment, command);
        var ended = _process!.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAny(_listens.Task, ended).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        Assert.True(_listens.Task.IsCompleted, $"The worker has ended: {Log}");
        _http.BaseAddress = await _listens.Task;
    }

    /// <summary>Starts it; it may end at once.</summary>
    /// <param name="environment">Added to the test's own.</param>
    /// <param name="command">The program, and what stands in front of the folder's name; by default the one built with the tests.</param>
    public void Begin(Dictionary<string, string>? environment = null, params string[] command)
    {
        if (command.Length == 0) command = [Program];
        var start = new ProcessStartInfo(command[0], [.. command[1..], _folder.Path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        _process = Process.Start(start)!;
        ProcessId = _process.Id;
        _process.OutputDataReceived += (_, line) => Keep(line.Data, Lines);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, _log);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Sends SIGTERM, as systemd does.</summary>
    public void Stop() => Assert.Equal(0, Kill(ProcessId, Terminate));

    /// <summary>Without a word.</summary>
    public void Kill()
    {
        Assert.Equal(0, Kill(ProcessId, 9));
        _process!.WaitForExit();
    }

    /// <summary>Waits until it has ended and all that it wrote is here.</summary>
    public async Task<int> EndAsync()
    {
        await _process!.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>What Prometheus would see.</summary>
    public async Task<Scraped> ScrapeAsync() => new(await _http.GetStringAsync("metrics", TestContext.Current.CancellationToken));

    public async Task<(HttpStatusCode Code, string Text)> HealthAsync()
    {
        using var answer = await _http.GetAsync("healthz", TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Asks until it is so; nothing tells of it.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> holds)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (holds(answer)) return answer;
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(5), $"It has not come to pass: {answer}\n{Log}");
            await Wait.Really(100, "a scrape is kept for 300 ms");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _ = Kill(ProcessId, 9);
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process?.Dispose();
        _http.Dispose();
        if (!_shares) _folder.Dispose();
    }

    void Keep(string? line, ConcurrentQueue<string> where)
    {
        if (line is null) return;
        where.Enqueue(line);
        if (Address().Match(line) is { Success: true } match) _listens.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Address();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>Prometheus' text.</summary>
sealed record Scraped(string Text)
{
    /// <summary>The sum of a metric over all lines that have these labels; NaN where there is none.</summary>
    public double this[string name, params string[] labels]
    {
        get
        {
            double[] values = [.. Text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(line.Contains)).Select(Value)];
            return values.Length == 0 ? double.NaN : values.Sum();
        }
    }

    static double Value(string line) => double.Parse(line[(line.LastIndexOf('}') + 2)..].Split(' ')[0], CultureInfo.InvariantCulture);
}
