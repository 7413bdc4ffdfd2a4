using System.Diagnostics;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

public class OptionsTest
{
    [Theory]
    [InlineData("MaxSessions=0", "Surnn:MaxSessions is 0, but must be 1 to 10000.")]
    [InlineData("MaxSessions=many", "'many' at 'Surnn:MaxSessions'")]
    [InlineData("MaxMessageBytes=100", "Surnn:MaxMessageBytes is 100")]
    [InlineData("HelloTimeout=00:00:00", "Surnn:HelloTimeout is 00:00:00, but must be 00:00:00.1 to 01:00:00.")]
    [InlineData("IdleTimeout=2.00:00:00", "Surnn:IdleTimeout is 2.00:00:00")]
    [InlineData("SendTimeout=-00:00:01", "Surnn:SendTimeout is -00:00:01")]
    [InlineData("Backlog=00:02:00", "Surnn:Backlog is 00:02:00")]
    [InlineData("QueuedFrameMessages=0", "Surnn:QueuedFrameMessages is 0")]
    [InlineData("AllowedOrigins:0=demo.example", "Surnn:AllowedOrigins is demo.example, but must be in the form https://host:port, without a path.")]
    [InlineData("AllowedOrigins:0=https://demo.example/", "Surnn:AllowedOrigins is https://demo.example/")]
    [InlineData("MetricsUrl=127.0.0.1:5081", "Surnn:MetricsUrl is 127.0.0.1:5081, but must be in the form http://127.0.0.1:5081, with a port, or empty.")]
    [InlineData("MetricsUrl=http://127.0.0.1:5081/metrics", "Surnn:MetricsUrl is http://127.0.0.1:5081/metrics")]
    [InlineData("MaxSessionsPerAddress=0", "Surnn:MaxSessionsPerAddress is 0, but must be 1 to 10000.")]
    [InlineData("TeachSessions=0", "Surnn:TeachSessions is 0, but must be 1 to 100.")]
    [InlineData("Verify=perhaps", "'perhaps' at 'Surnn:Verify'")]
    [InlineData("Teach=perhaps", "'perhaps' at 'Surnn:Teach'")]
    [InlineData("MaxSesions=1", "Surnn:MaxSesions means nothing here: there are Models, DefaultModel, Verify, MaxSessions, ")]
    [InlineData("IdleTimeout=10", "Surnn:IdleTimeout is '10', which would be days, but must be hours:minutes:seconds; for 10 s write 00:00:10.")]
    [InlineData("SendTimeout=0.5", "Surnn:SendTimeout is '0.5', but must be hours:minutes:seconds; for 0.5 s write 00:00:00.5000000.")]
    [InlineData("Models=/no/such/folder", "Surnn:Models is /no/such/folder, which cannot be read")]
    [InlineData("DefaultModel=other", "Surnn:DefaultModel is other, but")]
    [InlineData("NearMisses=near", "Surnn:NearMisses is 'near', but must be a section with From, Before, After, Folder, Keep, Megabytes.")]
    [InlineData("NearMisses:From=0.5", "Surnn:NearMisses:Folder is missing: name the folder that they are to be written to.")]
    [InlineData("NearMisses:Foldr=near", "Surnn:NearMisses:Foldr means nothing here: there are From, Before, After, Folder, Keep, Megabytes.")]
    [InlineData("NearMisses:Folder=/dev/null/near", "Surnn:NearMisses:Folder is /dev/null/near, where nothing can be kept: ")]
    [InlineData("NearMisses:Folder=/proc/self", "Surnn:NearMisses:Folder is /proc/self, where nothing can be kept: ")]
    public async Task Start_WithABadOption_SaysWhichAndWhatItIs(string setting, string message)
    {
        var refused = await Assert.ThrowsAsync<ServerStartException>(() => TestServer.StartAsync([setting]));
        Assert.Contains(message, refused.Message);
    }

    [Theory]
    [InlineData("From=1.5", "Surnn:NearMisses:From is 1.5, but must be in (0, 1).")]
    [InlineData("From=much", "'much' at 'Surnn:NearMisses:From'")]
    [InlineData("Before=00:00:11", "Surnn:NearMisses:Before is 00:00:11, but must be 0 to 10 s.")]
    [InlineData("After=2", "Surnn:NearMisses:After is '2', which would be days")]
    [InlineData("After=00:02:00", "Surnn:NearMisses:After is 00:02:00")]
    [InlineData("Keep=0", "Surnn:NearMisses:Keep is 0")]
    [InlineData("Megabytes=0", "Surnn:NearMisses:Megabytes is 0")]
    public async Task Start_WithABadOptionOfNearMisses_SaysWhich_AndMakesNoFolder(string setting, string message)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"near-{Guid.NewGuid():N}");
        var refused = await Assert.ThrowsAsync<ServerStartException>(() => TestServer.StartAsync([$"NearMisses:Folder={folder}", $"NearMisses:{setting}"]));
        Assert.Contains(message, refused.Message);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Start_WithABrokenModel_SaysWhich()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "broken.surnn"), "this is no model", TestContext.Current.CancellationToken);
            var refused = await Assert.ThrowsAsync<ServerStartException>(() => TestServer.StartAsync([$"Models={folder.FullName}"]));
            Assert.Contains("broken.surnn", refused.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Start_WithAModelOfSensors_ServesItToo()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var config = new SuRnnConfig
            {
                FrontEnd = null,
                Sensor = new() { Channels = [new() { Name = "x" }], SampleRate = 100 },
                Layers = [new(CellKind.Rnn, 1, SwitchKind.None)],
                Labels = ["nothing", "knock"],
            };
            var weights = SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor => new float[tensor.Shape.Aggregate((a, b) => a * b)]);
            ModelFile.Save(Path.Combine(folder.FullName, "knocks.surnn"), new SuRnnModel(config, new SuRnnWeights(config, weights)));
            ModelFile.Save(Path.Combine(folder.FullName, "commands.surnn"), Sample.Model);
            await using var server = await TestServer.StartAsync([$"Models={folder.FullName}"]);
            Assert.Equal(["commands", "knocks"], server.Models.All.Select(model => model.Info.Name));
            Assert.Equal(new ChannelInfo("x", ""), Assert.Single(server.Models.Get("knocks").Info.Channels!));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A standard error that is full or closed takes nothing away from the exit code.</summary>
    [Theory, InlineData("2>/dev/full"), InlineData("2>&-"), InlineData("2>&- >&-")]
    public async Task Program_WithoutAStandardError_EndsWithTheSameCode(string redirection)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no device that is always full here.");
        var program = Path.Combine(AppContext.BaseDirectory, "SuRnnStream.Server.dll");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec dotnet '{program}' --Surnn:MaxSesions=1 {redirection}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public async Task Program_WithABadOption_PrintsOneLineAndExits()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SuRnnStream.Server.dll"), "--Surnn:MaxSessions=0"]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, "surnn-server: Surnn:MaxSessions is 0, but must be 1 to 10000.\n"), (process.ExitCode, error));
    }
}
