using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class WyomingCommandTest : CliTest
{
    [Fact]
    public async Task Command_ServesTheWordsOfAllModels_UntilItIsStopped()
    {
        using var written = new ManualResetEventSlim();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var (output, errors) = (new SignallingWriter(written), new StringWriter());
        var run = Task.Run(() => Surnn.RunAsync(["wyoming", "-m", Repository.File("models", "wake-words.surnn"), Repository.File("models", "commands.surnn"), "--uri", "tcp://127.0.0.1:0"], new Terminal(output, errors, () => Stream.Null), stop.Token));
        Assert.True(written.Wait(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken));
        Assert.StartsWith("Wyoming: serving computer, alexa, yes, no,", output.ToString());
        Assert.StartsWith("surnn: 0 clients, 0 detections;", errors.ToString());
    }

    [Fact]
    public async Task WhatCannotBeServed_IsSaidInALine()
    {
        Assert.Contains("must be tcp://HOST:PORT", (await Run("wyoming", "-m", ModelPath, "--uri", "10400")).Error);
        Assert.Contains("there is no such file", (await Run("wyoming", "-m", "nosuch.surnn")).Error);
        Assert.Contains("wyoming takes no 'nosuch.surnn': a model goes after -m; see surnn wyoming --help", (await Run("wyoming", "nosuch.surnn")).Error);
        Assert.Contains("not of sound", (await Run("wyoming", "-m", Repository.File("models", "heartbeat.surnn"))).Error);
        Assert.Contains("--idle is 0.1 to 86399", (await Run("wyoming", "-m", ModelPath, "--idle", "0")).Error);
        Assert.Contains("--clients is 1 to 10000", (await Run("wyoming", "-m", ModelPath, "--clients", "0")).Error);
    }
}
