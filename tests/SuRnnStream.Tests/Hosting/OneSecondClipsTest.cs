using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>
/// Recorded words of one second, many of them cut off: every way to detect in a file finds the same in each, though what is pending is decided at the file's end. Every eighth of the 674 clips, all of them where
/// <c>SURNN_ALL_CLIPS</c> is set.
/// </summary>
public sealed class OneSecondClipsTest : CliTest
{
    static readonly SuRnnModel Shipped = ModelFile.Load(ShippedSample.Model);

    static string[] Clips()
    {
        var folder = Recordings.Folder("speech-commands", "validation");
        var every = Environment.GetEnvironmentVariable("SURNN_ALL_CLIPS") is { Length: > 0 } ? 1 : 8;
        return [.. ShippedSample.Words.SelectMany(word => Directory.GetFiles(Path.Combine(folder, word), "*.wav")).Order(StringComparer.Ordinal).Where((_, i) => i % every == 0)];
    }

    static (string Label, float Score, double Time)[] Seen(IEnumerable<Detection> detections) => [.. detections.Select(one => (one.Label, one.Score, one.Time.TotalSeconds))];

    static (string, float, double)[] Detect(string file)
    {
        var (detector, found) = (new StreamingDetector(Shipped), new List<Detection>());
        detector.Process(AudioFile.ReadAll(file, 16_000), found.Add);
        detector.Finish(found.Add);
        return Seen(found);
    }

    [Fact]
    public async Task DetectEvaluateAndAHost_AgreeOnEachClip()
    {
        var clips = Clips();
        var expected = clips.Select(Detect).ToArray();
        var evaluator = new Evaluator(Shipped);
        Assert.Equal(expected, clips.Select(file => Seen(evaluator.Hear(EvaluationStream.FromClip(file, Path.GetFileName(Path.GetDirectoryName(file))!, AudioFile.ReadAll(file, 16_000), 16_000)).Detections)));

        var lines = (await Run(["detect", "-m", ShippedSample.Model, "-f", "json", .. clips])).Json.Where(line => line.TryGetProperty("label", out _)).ToLookup(line => line.GetProperty("source").GetString()!);
        Assert.Equal(expected, clips.Select(file => lines[file].Select(line => (line.GetProperty("label").GetString()!, line.GetProperty("score").GetSingle(), line.GetProperty("time").GetDouble())).ToArray()));

        using var host = new TestHost([("StopWhenDone", "true"), .. clips.Select((file, i) => ($"Sources:clip{i}:Address", (string?)file))]);
        var sink = new MemorySink();
        var services = host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        for (var i = 0; i < clips.Length; i++)
        {
            var source = $"clip{i}";
            services.AddDetector($"{i}", detector => (detector.Source, detector.Model) = (source, ShippedSample.Model));
        }
        await host.RunAsync();
        var heard = sink.Heard.ToLookup(one => one.Detector, one => one.Detection);
        Assert.Equal(expected, clips.Select((_, i) => Seen(heard[$"{i}"])));
        var found = clips.Zip(expected).Count(pair => pair.Second.Any(one => one.Item1 == Path.GetFileName(Path.GetDirectoryName(pair.First))));
        TestContext.Current.TestOutputHelper?.WriteLine($"{clips.Length} clips, {found} with their word, {expected.Sum(one => one.Length)} detections, the same in each clip by detect, evaluate and a host");
        Assert.True(found > 0.8 * clips.Length, $"{found} of {clips.Length}");
    }
}
