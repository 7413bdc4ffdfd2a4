using System.Diagnostics;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>The root file system of samples/worker/Containerfile, as a container has it: read-only, another user, nothing else of this machine than mounted settings and a recording.</summary>
public sealed class ContainerTest(PublishedPrograms programs)
{
    const string Enter = """
        set -e
        root=$1 settings=$2 recordings=$3 user=$4
        shift 4
        mount --bind "$root" "$root"
        mount --bind "$settings" "$root/etc/surnn-worker"
        mount --bind "$recordings" "$root/recordings"
        mount -t proc proc "$root/proc"
        for device in null random urandom; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done # as every container has them
        for place in etc/surnn-worker recordings ""; do mount -o remount,bind,ro "$root/$place"; done
        exec chroot $user "$root" /surnn-worker "$@"
        """;

    [Fact]
    public async Task Root_WithoutAnythingElse_DetectsInAMountedRecording_AndSaysThatItIsHealthy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare"), "Containers are Linux's: apt-get install util-linux.");
        string[] apart = Environment.IsPrivilegedProcess ? ["--mount", "--pid", "--fork", "--kill-child"] : ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child"];
        Assert.SkipUnless(NativeProgram.Execute("/usr/bin/unshare", [.. apart, "--mount-proc", "true"]).ExitCode == 0, "This machine lets nobody make name spaces (unshare), as most build services: the root file system was not run.");
        var published = Path.GetDirectoryName(programs.ForX64("Worker", "surnn-worker").Command[^1])!;
        using var folder = new TemporaryFolder();
        var root = folder.File("root");
        Assert.Equal(0, NativeProgram.Execute(Repository.File("samples", "worker", "make-root.sh"), [published, root]).ExitCode);
        Assert.Equal(["surnn-worker"], Directory.GetFiles(root).Select(Path.GetFileName));
        Assert.False(File.Exists(Path.Combine(root, "bin", "sh")));

        var url = $"http://127.0.0.1:{Ports.Free()}";
        var settings = Directory.CreateDirectory(folder.File("settings")).FullName;
        await File.WriteAllTextAsync(Path.Combine(settings, "appsettings.json"), $$"""
            { "Urls": "{{url}}", "SuRnnStream": { "Sources": { "hall": { "Address": "/recordings/commands.wav" } },
              "Detectors": { "door": { "Model": "commands" } }, "Sinks": { "JsonLines": { "Path": "-" } } } }
            """, TestContext.Current.CancellationToken);
        string user = Environment.IsPrivilegedProcess ? "--userspec=65532:65532" : "";
        string[] Arguments(params string[] worker) => [.. apart, "sh", "-c", Enter, "enter", root, settings, Path.GetDirectoryName(ShippedSample.Recording)!, user, .. worker];

        Assert.Equal(1, NativeProgram.Execute("/usr/bin/unshare", Arguments("--health", url + "/healthz")).ExitCode); // nobody answers yet
        using var worker = Process.Start(new ProcessStartInfo("/usr/bin/unshare", Arguments("/etc/surnn-worker")) { RedirectStandardOutput = true })!;
        try
        {
            var heard = new List<string>();
            while (heard.Count < 10 && await worker.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken) is { } line) heard.Add(WorkerTest.Label(line));
            Assert.Equal(ShippedSample.Detected, heard);
            var (exitCode, health) = NativeProgram.Execute("/usr/bin/unshare", Arguments("--health", url + "/healthz"));
            Assert.Equal(0, exitCode);
            Assert.StartsWith("""{"status":"Healthy",""", health);
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
            await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
