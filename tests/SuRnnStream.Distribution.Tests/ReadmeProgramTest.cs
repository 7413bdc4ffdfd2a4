using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>The README's C#: a block that is part of a sample runs there; the others are put together into one program, which runs here.</summary>
public sealed class ReadmeProgramTest
{
    // Names that the blocks take as given.
    const string Given = """
        var cancellation = CancellationToken.None;
        var model = ModelFile.Load("models/commands.surnn");
        var source = AudioFile.Open("samples/audio/commands.wav");
        var samples = AudioFile.ReadAll("samples/audio/commands.wav", 16_000)[..3_200];
        """;

    // The sink that the host's block takes as given, and settings with which that host comes to an end.
    const string Door = """
        sealed class Door : IDetectionSink
        {
            public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation)
            {
                Console.WriteLine($"the door hears {heard.Detection.Label}");
                return ValueTask.CompletedTask;
            }
        }
        """;
    static readonly string[] Settings = ["Sources:hall:Address=samples/audio/commands.wav", "Detectors:door:Model=models/commands.surnn", "StopWhenDone=true"];

    [Fact]
    public async Task OtherBlocks_CompileAndRun()
    {
        var blocks = Readme.Blocks().Where(block => !Samples().Any(sample => sample.Contains(block, StringComparison.Ordinal))).ToArray();
        Assert.NotEmpty(blocks);
        using var folder = new TemporaryFolder();
        var program = folder.File("readme.cs");
        string[] lines = [.. blocks.SelectMany(block => block.Split('\n'))];
        await File.WriteAllTextAsync(program, string.Join('\n', [
            $"#:project {Repository.File("src", "SuRnnStream.Hosting", "SuRnnStream.Hosting.csproj")}",
            $"#:project {Repository.File("src", "SuRnnStream.Reactive", "SuRnnStream.Reactive.csproj")}",
            "#:package Microsoft.Extensions.Hosting@10.0.14",
            "#:property PublishAot=false",
            .. lines.Where(IsUsing).Prepend("using SuRnnStream;").Distinct(), Given,
            .. blocks.Select(block => "{\n" + string.Join('\n', block.Split('\n').Where(line => !IsUsing(line))) + "\n}"), Door,
        ]), TestContext.Current.CancellationToken);
        var (exitCode, output, error) = await SingleFileProgram.Run(program, [.. Settings.Select(setting => "--SuRnnStream:" + setting)]);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(output, line => line.StartsWith("PipelineCounters { SamplesRead = 960000, ", StringComparison.Ordinal)); // the whole recording
        Assert.Contains(output, line => line.StartsWith("PoolCounters { Streams = 1, ", StringComparison.Ordinal));
        Assert.Equal(ShippedSample.Detected.Length, output.Count(line => line.StartsWith("the door hears ", StringComparison.Ordinal)));
    }

    static string[] Samples() => [.. Directory.GetFiles(Repository.File("samples"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];

    static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=') && !line.Contains('(');
}
