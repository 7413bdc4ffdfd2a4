using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>Debian's Firefox without a window, driven by WebDriver BiDi, which Playwright does not speak to a Firefox that it has not built itself. It has no microphone.</summary>
sealed class Firefox : IAsyncDisposable
{
    static readonly string Path = Environment.GetEnvironmentVariable("SURNN_FIREFOX") ?? "/usr/bin/firefox-esr";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>It asks nobody but the pages that it is sent to.</summary>
    const string Preferences = """
        user_pref("app.normandy.enabled", false);
        user_pref("app.update.disabledForTesting", true);
        user_pref("browser.safebrowsing.malware.enabled", false);
        user_pref("browser.safebrowsing.phishing.enabled", false);
        user_pref("browser.shell.checkDefaultBrowser", false);
        user_pref("browser.startup.homepage_override.mstone", "ignore");
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        user_pref("extensions.update.enabled", false);
        user_pref("media.autoplay.default", 0);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
        user_pref("toolkit.telemetry.server", "");
        """;

    readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory();
    readonly ClientWebSocket _socket = new();
    Process? _process;
    string _tab = "";
    int _number;

    /// <summary>Skips the test where there is none.</summary>
    public static async Task<Firefox> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Path), $"There is no {Path}: install Debian's firefox-esr (.ci/run does), or name one in SURNN_FIREFOX.");
        var firefox = new Firefox();
        try
        {
            await firefox.ConnectAsync();
            return firefox;
        }
        catch
        {
            await firefox.DisposeAsync();
            throw;
        }
    }

    async Task ConnectAsync()
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(_profile.FullName, "user.js"), Preferences);
        var start = new ProcessStartInfo(Path, ["--headless", "--no-remote", "--profile", _profile.FullName, "--remote-debugging-port", "0"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["HOME"] = _profile.FullName;
        _process = Process.Start(start)!;
        var address = new TaskCompletionSource<string>();
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) =>
        {
            if (Regex.Match(line.Data ?? "", "WebDriver BiDi listening on (ws://[^ ]+)") is { Success: true } found) address.TrySetResult(found.Groups[1].Value);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await _socket.ConnectAsync(new Uri(await address.Task.WaitAsync(Patience) + "/session"), TestContext.Current.CancellationToken);
        await AskAsync("session.new", """{"capabilities": {}}""");
        var tree = await AskAsync("browsingContext.getTree", "{}");
        _tab = tree.GetProperty("contexts")[0].GetProperty("context").GetString()!;
    }

    /// <summary>Returns when the page is loaded.</summary>
    public Task OpenAsync(Uri page) => AskAsync("browsingContext.navigate", $$"""{"context": "{{_tab}}", "url": "{{page}}", "wait": "complete"}""");

    /// <summary>Runs a script in the page.</summary>
    /// <param name="script">An expression that gives a text, or a promise of one.</param>
    public async Task<string> EvaluateAsync(string script)
    {
        var answer = await AskAsync("script.evaluate", $$"""{"expression": {{JsonSerializer.Serialize(script)}}, "target": {"context": "{{_tab}}"}, "awaitPromise": true}""");
        Assert.True(answer.GetProperty("type").GetString() == "success", answer.GetRawText());
        return answer.GetProperty("result").GetProperty("value").GetString()!;
    }

    async Task<JsonElement> AskAsync(string method, string parameters)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        var id = ++_number;
        await _socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"id": {{id}}, "method": "{{method}}", "params": {{parameters}}}"""), WebSocketMessageType.Text, true, limit.Token);
        while (true)
        {
            var message = await ReceiveAsync(limit.Token);
            if (!message.TryGetProperty("id", out var of) || of.ValueKind != JsonValueKind.Number || of.GetInt32() != id) continue; // an event
            Assert.True(message.TryGetProperty("result", out var result), $"{method}: {message.GetRawText()}");
            return result;
        }
    }

    async Task<JsonElement> ReceiveAsync(CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        var piece = new byte[65_536];
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(piece, cancellation);
            Assert.NotEqual(WebSocketMessageType.Close, received.MessageType);
            text.Write(piece.AsSpan(0, received.Count));
        }
        while (!received.EndOfMessage);
        return JsonElement.Parse(text.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException) // one of its processes still writes
        {
        }
    }
}
