using System.Diagnostics;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>surnn listen whose terminal is closed.</summary>
public sealed class HangUpTest : CliTest
{
    [Fact]
    public async Task Recording_HasItsLength_WhenTheTerminalHangsUp()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It is sent by /bin/kill.");
        var path = Folder.File("kept.wav");
        // A test run under nohup ignores the signal, and so would every program that it starts.
        string[] arguments = ["--default-signal=HUP", "dotnet", Path.Combine(AppContext.BaseDirectory, "surnn.dll"), "listen", "-", "--model", ModelPath, "--record", path];
        using var listening = Process.Start(new ProcessStartInfo("env", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await listening.StandardInput.BaseStream.WriteAsync(new byte[2 * ToneModel.Rate], TestContext.Current.CancellationToken);
        await listening.StandardInput.BaseStream.FlushAsync(TestContext.Current.CancellationToken);
        await Wait.Until(() => File.Exists(path) && new FileInfo(path).Length > ToneModel.Rate);
        using var kill = Process.Start("/bin/kill", ["-HUP", $"{listening.Id}"]);
        await listening.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        Assert.Equal(0, listening.ExitCode);
        using var wav = WavFile.Open(path);
        Assert.Equal((new FileInfo(path).Length - 44) / 2, wav.Length);
    }
}
