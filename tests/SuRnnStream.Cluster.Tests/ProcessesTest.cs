using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

/// <summary>samples/cluster as it is run: silos in processes of their own, a real store, and a signal to one of them.</summary>
[Trait("Category", "Thorough")]
public sealed class ProcessesTest
{
    static readonly string Program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Cluster", new DirectoryInfo(AppContext.BaseDirectory).Name, "surnn-cluster"));

    /// <summary>The silos of the first have different vector widths, which a model with int8 weights does not show. One after the other: each has processes enough for two cores.</summary>
    [Theory, InlineData("redis", "kill", true), InlineData("postgresql", "store", false)]
    public async Task ALiveLoad_OnThreeSilos_IsExact_WhateverHappensToOneOrTheStore(string store, string fault, bool unlike)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are Linux's.");
        if (store == "redis") Assert.SkipUnless(File.Exists("/usr/bin/redis-server"), "There is no Redis: apt-get install redis-server.");
        else Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "There is no PostgreSQL: apt-get install postgresql.");
        var figures = Directory.CreateTempSubdirectory("surnn-cluster-test-").FullName;
        var start = new ProcessStartInfo(Program, ["load", "--streams=24", "--seconds=8", "--speech=0.6", $"--store={store}", $"--fault={fault}", $"--unlike={unlike}", $"--out={figures}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await EndOf(process);
        Assert.True(process.ExitCode == 0, await said + await wrong);
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(figures, $"{store}-{fault}.json"), TestContext.Current.CancellationToken));
        long Of(string name) => result.RootElement.GetProperty(name).GetInt64();
        Assert.Equal((0, 0, 0, 0), (Of("Missing"), Of("Extra"), Of("Different"), Of("Lost")));
        Assert.Equal(24 * 8 * 16_000, Of("Processed"));
        Assert.True(Of("Right") > 10, await said);
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(Path.Combine(figures, $"{store}-{fault}.svg"), TestContext.Current.CancellationToken));
        Directory.Delete(figures, recursive: true);
    }

    [Theory, InlineData("--streams=many", "--streams", "'many'"), InlineData("--seed=1", "--seed", "--store"), InlineData("--store=memory", "--silos=1"), InlineData("cost --rounds=0", "one stream, silo and round")]
    public async Task AnOption_ThatMeansNothing_IsTold(string option, params string[] said)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, option.StartsWith("cost") ? option.Split(' ') : ["load", option]) { RedirectStandardError = true })!;
        var wrong = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await EndOf(process);
        Assert.Equal(1, process.ExitCode);
        Assert.All(said, part => Assert.Contains(part, wrong));
        Assert.DoesNotContain("   at ", wrong);
    }

    /// <summary>A load that hangs is ended with its silos, not left to run beside the other tests.</summary>
    static async Task EndOf(Process process)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(30));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true); // does nothing to one that has ended
        }
    }
}
