using System.Net;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Samples;

/// <summary>samples/worker as <c>dotnet publish -p:PublishAot=true</c> makes it, without a warning: nothing of a host is lost on the way.</summary>
public sealed class NativeWorkerTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public Task OnX64_IsTheSameService() => IsTheSameService(NativeProgram.ForX64(_folder, "samples/worker", "surnn-worker"));

    [Fact]
    public Task OnArm64_IsTheSameService() => IsTheSameService(NativeProgram.ForArm64(_folder, "samples/worker", "surnn-worker"));

    static async Task IsTheSameService(NativeProgram native)
    {
        var recorded = await HearAsync(WorkerProcess.Program);
        Assert.Equal(WorkerTest.Words, recorded.Select(WorkerTest.Label));
        Assert.Equal(recorded.Select(WithoutTime), (await HearAsync(native.Command)).Select(WithoutTime));

        static string WithoutTime(string line) => line[line.IndexOf("\"detector\"", StringComparison.Ordinal)..];
    }

    static async Task<string[]> HearAsync(params string[] command)
    {
        await using var worker = new WorkerProcess();
        worker.Configure($$$"""
            { "Sources": { "hall": { "Address": "{{{WorkerTest.Recording}}}" } }, "Detectors": { "door": { "Model": "{{{WorkerTest.Commands}}}" } },
              "Sinks": { "JsonLines": { "Path": "-" } } }
            """);
        await worker.StartAsync(null, command);
        await worker.UntilAsync(worker.ScrapeAsync, now => now["surnn_source_state", "state=\"ended\""] == 1 && now["surnn_sink_written_total"] == 10);
        var (code, health) = await worker.HealthAsync();
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.StartsWith("""{"status":"Healthy","surnn":{"status":"Healthy","description":"All detectors hear.","door.age":""", health);
        worker.Stop();
        Assert.Equal(0, await worker.EndAsync());
        return [.. worker.Lines];
    }

    public void Dispose() => _folder.Dispose();
}
