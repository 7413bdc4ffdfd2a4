using System.Net;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>samples/worker as <c>dotnet publish -p:PublishAot=true</c> makes it, without a warning: nothing of a host is lost on the way.</summary>
public sealed class NativeWorkerTest(PublishedPrograms programs)
{
    [Fact]
    public Task OnX64_IsTheSameService() => IsTheSameService(programs.ForX64("Worker", "surnn-worker"));

    [Fact]
    public Task OnArm64_IsTheSameService() => IsTheSameService(programs.ForArm64("Worker", "surnn-worker"));

    static async Task IsTheSameService(NativeProgram native)
    {
        var recorded = await HearAsync(WorkerProcess.Program);
        Assert.Equal(ShippedSample.Detected, recorded.Select(WorkerTest.Label));
        Assert.Equal(recorded.Select(WithoutTime), (await HearAsync(native.Command)).Select(WithoutTime));

        static string WithoutTime(string line) => line[line.IndexOf("\"detector\"", StringComparison.Ordinal)..];
    }

    static async Task<string[]> HearAsync(params string[] command)
    {
        await using var worker = new WorkerProcess();
        worker.Configure($$$"""
            { "Sources": { "hall": { "Address": "{{{ShippedSample.Recording}}}" } }, "Detectors": { "door": { "Model": "{{{ShippedSample.Model}}}" } },
              "Sinks": { "JsonLines": { "Path": "-" } } }
            """);
        await worker.StartAsync(null, command);
        await worker.UntilAsync(worker.ScrapeAsync, now => now["surnn_source_state", "state=\"ended\""] == 1 && now["surnn_sink_written_total"] == ShippedSample.Detected.Length);
        var (code, health) = await worker.HealthAsync();
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.StartsWith("""{"status":"Healthy","surnn":{"status":"Healthy","description":"All detectors hear.","door.age":""", health);
        worker.Stop();
        Assert.Equal(0, await worker.EndAsync());
        return [.. worker.Lines];
    }
}
