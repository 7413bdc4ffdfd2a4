using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>samples/worker, started as a user or systemd starts it and watched from outside.</summary>
public sealed class WorkerTest : IAsyncDisposable
{
    static readonly string[] Words = ShippedSample.Detected;
    static readonly string Recording = ShippedSample.Recording, Commands = ShippedSample.Model;

    readonly WorkerProcess _worker = new();

    public WorkerTest() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The worker is tried on Linux.");

    [Fact]
    public async Task ARecording_IsHeardToItsEnd_AndStandardOutputHasDetectionsOnly()
    {
        _worker.Configure($$$"""
            { "Sources": { "hall": { "Address": "{{{Recording}}}" } }, "Detectors": { "door": { "Model": "{{{Commands}}}" } },
              "Sinks": { "JsonLines": { "Path": "-" } }, "StopWhenDone": true }
            """);
        _worker.Begin();
        Assert.Equal(0, await _worker.EndAsync());
        Assert.Equal(Words, _worker.Lines.Select(Label));
        Assert.Contains("hall has ended", _worker.Log);
    }

    [Fact]
    public async Task SettingsThatCannotBeUsed_AreSaidInOneLineEach_AndEndIt()
    {
        _worker.Configure("""{ "Sources": { "hall": { "Address": "nothing.wav" } }, "Detectors": { "door": { "Model": "nothing.surnn" } }, "Sinks": { "Mqtt": {} } }""");
        _worker.Begin();
        Assert.Equal(1, await _worker.EndAsync());
        Assert.Empty(_worker.Lines);
        foreach (var place in new[] { "Sources:hall:Address is 'nothing.wav'", "Detectors:door:Model is 'nothing.surnn'", "Sinks:Mqtt" }) Assert.Contains(place, _worker.Log);
        Assert.DoesNotContain("   at ", _worker.Log); // no stack
    }

    /// <summary>An absolute folder was taken for a switch that has the next argument as its value.</summary>
    [Fact]
    public async Task TheFirstOption_CountsBesideAnAbsoluteFolder()
    {
        _worker.Configure($$$"""
            { "Sources": { "hall": { "Address": "{{{Recording}}}" } }, "Detectors": { "door": { "Model": "{{{Commands}}}" } }, "StopWhenDone": true }
            """);
        _worker.Begin(null, "/bin/sh", "-c", "exec \"$0\" \"$1\" --SuRnnStream:Sources:hall:Address=nosuch.wav", WorkerProcess.Program);
        Assert.Equal(1, await _worker.EndAsync());
        Assert.Contains("Sources:hall:Address is 'nosuch.wav', but there is no such file", _worker.Log);
    }

    [Fact]
    public async Task SettingsThatAreNoJson_AreSaidWithLineAndColumn_AtTheStartAndLater()
    {
        File.WriteAllText(_worker.File("appsettings.json"), "{\n  \"SuRnnStream\": {\n    \"Sources\" { }\n  }\n}");
        _worker.Begin();
        Assert.Equal(1, await _worker.EndAsync());
        Assert.Matches(@"^surnn-worker: Failed to load configuration from file '.*/appsettings\.json': line 3, column 15: ", _worker.Log);
        Assert.DoesNotContain("   at ", _worker.Log);

        await using var running = new WorkerProcess();
        running.Configure($$$"""
            { "Sources": { "hall": { "Address": "replay:{{{Recording}}}" } }, "Detectors": { "door": { "Model": "{{{Commands}}}" } } }
            """);
        await running.StartAsync();
        running.Configure("{ ");
        await running.UntilAsync(() => Task.FromResult(running.Log), log => log.Contains("appsettings.json': line 1, column "));
        running.Stop();
        Assert.Equal(0, await running.EndAsync());
    }

    [Theory]
    [InlineData("2>/dev/full", 0)]
    [InlineData("2>&-", 0)]
    [InlineData(">/dev/full", 1)]       // no detection was written
    [InlineData("| head -n 1", 1)]      // one was
    [InlineData(">/dev/full 2>/dev/full", 1)]
    public async Task StandardOutputOrError_ThatIsFullOrClosed_CrashesNothing(string redirection, int code)
    {
        Assert.SkipUnless(File.Exists("/dev/full") && File.Exists("/bin/bash"), "There is no device that is always full here.");
        _worker.Configure($$$"""
            { "Sources": { "hall": { "Address": "{{{Recording}}}" } }, "Detectors": { "door": { "Model": "{{{Commands}}}" } },
              "Sinks": { "JsonLines": { "Path": "-" } }, "StopWhenDone": true }
            """);
        _worker.Begin(null, "/bin/bash", "-c", $"\"$0\" \"$1\" {redirection}; exit ${{PIPESTATUS[0]}}", WorkerProcess.Program);
        Assert.Equal(code, await _worker.EndAsync());
    }

    /// <summary>Killed in the middle of its writing, and started again: every line of the file is whole.</summary>
    [Fact]
    public async Task KilledWhileItWrites_LeavesWholeLines_AndGoesOnAfterThem()
    {
        File.Copy(Recording, _worker.File("hall.wav"));
        const string Settings = """
            { "Sources": { "hall": { "Address": "replay:hall.wav?speed=20000&loop=true", "Live": true } }, "Detectors": { "door": { "Model": "MODEL" } },
              "Sinks": { "JsonLines": { "Path": "heard.jsonl" } } }
            """;
        var lines = 0;
        for (var round = 0; round < 3; round++)
        {
            await using var worker = new WorkerProcess(_worker);
            worker.Configure(Settings.Replace("MODEL", Commands));
            await worker.StartAsync();
            await Wait.Until(() => File.Exists(_worker.File("heard.jsonl")) && Count() > lines + 20, () => worker.Log);
            worker.Kill();
            lines = Count();
        }
        Assert.All(File.ReadLines(_worker.File("heard.jsonl")), line => Assert.Contains(Label(line), Words));

        int Count() => File.ReadLines(_worker.File("heard.jsonl")).Count();
    }

    [Fact]
    public async Task Healthz_FallsWithTheBroker_AndRisesWithIt()
    {
        using var broker = new Broker();
        _worker.Configure($$$"""
            { "Sources": { "chest": { "Address": "{{{broker.Address("ecg")}}}", "LastRetry": "00:00:00.5" } },
              "Detectors": { "heart": { "Model": "{{{Repository.File("models", "heartbeat.surnn")}}}" } },
              "Health": { "DegradedAfter": "00:00:01", "UnhealthyAfter": "00:00:02" } }
            """);
        await _worker.StartAsync();
        string[] publish = [Path.Combine(AppContext.BaseDirectory, "surnn-publish.dll"), Repository.File("samples", "sensors", "ecg.csv"), broker.Address("ecg")];
        using var sensor = Process.Start(new ProcessStartInfo("dotnet", publish) { RedirectStandardOutput = true })!;
        try
        {
            await IsAsync(HttpStatusCode.OK, "Healthy");
            broker.Kill();
            var fallen = await IsAsync(HttpStatusCode.ServiceUnavailable, "Unhealthy");
            Assert.Matches(@"heart: nothing heard for \d+\.\d s, the source is lost", fallen.GetProperty("surnn").GetProperty("description").GetString());
            Assert.Equal(1, (await _worker.ScrapeAsync())["surnn_source_state", "source=\"chest\"", "state=\"lost\""]);
            broker.Start();
            var risen = await IsAsync(HttpStatusCode.OK, "Healthy");
            Assert.Equal("Running", risen.GetProperty("surnn").GetProperty("heart.source").GetString());
            await _worker.UntilAsync(_worker.ScrapeAsync, now => now["surnn_source_reconnects_total", "source=\"chest\""] >= 1);
        }
        finally
        {
            sensor.Kill();
            sensor.WaitForExit();
        }
    }

    [Fact]
    public async Task Sigterm_SendsWhatWaits_AndEndsInTime()
    {
        var port = Ports.Free();
        _worker.Configure($$$"""
            { "Sources": { "hall": { "Address": "{{{Recording}}}" } }, "Detectors": { "door": { "Model": "{{{Commands}}}" } },
              "Sinks": { "Webhook": { "Url": "{{{Hook.UrlOf(port)}}}", "FirstRetry": "00:30:00", "LastRetry": "00:30:00", "Flush": "00:00:20" } } }
            """);
        await _worker.StartAsync();
        await _worker.UntilAsync(_worker.ScrapeAsync, now => now["surnn_outbox_length"] == Words.Length); // nobody is there to take them
        using var hook = new Hook(port);
        var clock = Stopwatch.StartNew();
        _worker.Stop();
        Assert.Equal(0, await _worker.EndAsync());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 150); // the flush may take 20; the next try would come after half an hour
        Assert.Equal(Words, hook.Requests.Select(request => Label(request.Body)));
    }

    [Fact]
    public async Task ModelsSwappedUnderLoad_LoseNoSampleUnseen()
    {
        string Settings(string model) => $$$"""
            { "Sources": { "hall": { "Address": "replay:hall.wav?speed=20000&loop=true", "Live": true, "LastRetry": "00:00:00.5" } },
              "Detectors": { "door": { "Model": "{{{Repository.File("models", model)}}}", "Queue": "00:00:02" } } }
            """;
        File.Copy(Recording, _worker.File("hall.wav"));
        _worker.Configure(Settings("commands.surnn"));
        await _worker.StartAsync();
        await _worker.UntilAsync(_worker.ScrapeAsync, now => now["surnn_samples_dropped_total"] > 0);
        foreach (var (swaps, model) in new[] { (1, "wake-words.surnn"), (2, "commands-float32.surnn"), (3, "commands.surnn") })
        {
            var before = (await _worker.ScrapeAsync())["surnn_frames_total"];
            _worker.Configure(Settings(model));
            await _worker.UntilAsync(_worker.ScrapeAsync, now => now["surnn_model_swaps_total"] == swaps && now["surnn_frames_total"] > before + 50);
        }
        _worker.Configure(Settings("heartbeat.surnn")); // hears something else
        await _worker.UntilAsync(() => Task.FromResult(_worker.Log), log => log.Contains("keeps its model"));

        File.Move(_worker.File("hall.wav"), _worker.File("away.wav")); // the source is lost at its next end
        var rest = await _worker.UntilAsync(_worker.ScrapeAsync, now => now["surnn_source_state", "state=\"lost\""] == 1);
        rest = await _worker.UntilAsync(_worker.ScrapeAsync, now => now["surnn_samples_total"] == now["surnn_samples_processed_total"] + now["surnn_samples_dropped_total"]);
        Assert.Equal(3, rest["surnn_model_swaps_total"]);
        Assert.True(rest["surnn_detections_total"] > 0 && rest["surnn_gaps_total"] > 0, rest.Text);
        Assert.InRange(rest["surnn_frames_total"], 200, rest["surnn_samples_processed_total"] / 320 + 8 * rest["surnn_gaps_total"]); // a frame every 20 ms, and at a gap those of the calm that ends an open burst

        File.Move(_worker.File("away.wav"), _worker.File("hall.wav"));
        var again = await _worker.UntilAsync(_worker.ScrapeAsync, now => now["surnn_frames_total"] > rest["surnn_frames_total"]);
        Assert.Equal(1, again["surnn_source_reconnects_total"]);
    }

    [Fact]
    public async Task Systemd_IsToldThatItIsReady_AndThatItStops()
    {
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 300_000 };
        manager.Bind(new UnixDomainSocketEndPoint(_worker.File("notify")));
        File.CreateSymbolicLink(_worker.File("systemd"), "/bin/sh"); // the name of its parent tells a service that it is one
        _worker.Configure($$$"""
            { "Sources": { "hall": { "Address": "replay:{{{Recording}}}" } }, "Detectors": { "door": { "Model": "{{{Commands}}}" } } }
            """);
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _worker.File("notify") };
        await _worker.StartAsync(environment, _worker.File("systemd"), "-c", "\"$0\" \"$1\" & echo $!; wait $!", WorkerProcess.Program);
        Assert.Contains("READY=1", Told());
        _worker.ProcessId = int.Parse(_worker.Lines.First(), System.Globalization.CultureInfo.InvariantCulture);
        _worker.Stop();
        Assert.Contains("STOPPING=1", Told());
        Assert.Equal(0, await _worker.EndAsync());
        Assert.Contains("<6>Microsoft.Hosting.Lifetime", _worker.Log); // levels as the journal knows them

        string Told()
        {
            var buffer = new byte[512];
            return Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer));
        }
    }

    [Fact]
    public void TheUnit_IsOneThatSystemdTakes()
    {
        const string Program = "/usr/bin/systemd-analyze";
        Assert.SkipUnless(File.Exists(Program), "There is no systemd-analyze: apt-get install systemd.");
        var unit = File.ReadAllText(Repository.File("samples", "worker", "surnn-worker.service"));
        File.WriteAllText(_worker.File("surnn-worker.service"), unit.Replace("/opt/surnn-worker/surnn-worker", WorkerProcess.Program));
        using var verify = Process.Start(new ProcessStartInfo(Program, ["verify", _worker.File("surnn-worker.service")]) { RedirectStandardError = true })!;
        Assert.Equal("", verify.StandardError.ReadToEnd());
        verify.WaitForExit();
        Assert.Equal(0, verify.ExitCode);
    }

    [Fact]
    public async Task Otlp_GetsMetricsAndASpanForEveryDetection()
    {
        using var collector = new Hook();
        _worker.Configure($$$"""
            { "Sources": { "hall": { "Address": "{{{Recording}}}" } }, "Detectors": { "door": { "Model": "{{{Commands}}}" } } }
            """);
        await _worker.StartAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url.GetLeftPart(UriPartial.Authority),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
            ["OTEL_SERVICE_NAME"] = "the hall's ears",
        });
        await Wait.Until(() => Bodies("surnn.detections").Any() && Bodies("stream.start").Any(), () => _worker.Log);
        Assert.All(collector.Requests, request => Assert.Equal(("POST", "application/x-protobuf"), (request.Method, request.ContentType)));
        var metrics = Bodies("surnn.detections").First();
        foreach (var name in new[] { "surnn.frames", "surnn.samples.processed", "surnn.source.state", "dotnet.process.cpu.time", "the hall's ears" }) Assert.Contains(name, metrics);
        await Wait.Until(() => Words.All(word => Bodies("stream.start").Any(body => body.Contains(word, StringComparison.Ordinal))), () => _worker.Log);

        IEnumerable<string> Bodies(string name) => collector.Requests.Select(request => request.Body).Where(body => body.Contains(name, StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    internal static string Label(string line) => JsonElement.Parse(line).GetProperty("label").GetString()!;

    async Task<JsonElement> IsAsync(HttpStatusCode code, string status)
    {
        var (_, text) = await _worker.UntilAsync(_worker.HealthAsync, health => health.Code == code && health.Text.StartsWith($$"""{"status":"{{status}}""", StringComparison.Ordinal));
        return JsonElement.Parse(text);
    }
}
