using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Cli;
using SuRnnStream.Tests.Hosting;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Enrolment;

/// <summary>A model with an enrolled word runs wherever models run, with the detections of one detector.</summary>
public sealed class EnrolledModelRunsTest : CliTest
{
    static readonly Lazy<SuRnnModel> Halt = new(() => SampleTakes.Enroller().Enroll("halt", SampleTakes.Of("stop", 4)).Model);

    /// <summary>The word twice, with another between, as a device gives it.</summary>
    static readonly Lazy<float[]> Sound = new(() => [.. AsPcm([.. SampleTakes.Word("stop"), .. Sounds.Noise(8_000, 0.0005), .. SampleTakes.Word("yes"), .. SampleTakes.Word("stop", 1.02), .. Sounds.Noise(24_000, 0.0005)])]);

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // for what must come

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static (string, TimeSpan)[] Expected()
    {
        var (found, detector) = (new List<Detection>(), new StreamingDetector(Halt.Value));
        detector.Process(Sound.Value, found.Add);
        detector.Finish(found.Add);
        Assert.Equal(["halt", "halt"], found.Select(one => one.Label));
        return [.. found.Select(one => (one.Label, one.Time))];
    }

    string Saved()
    {
        var path = Folder.File("halt.surnn");
        ModelFile.Save(path, Halt.Value);
        return path;
    }

    [Fact]
    public async Task APipeline_AndAPool_DetectIt()
    {
        var file = Wav("halt.wav", Sound.Value);
        var found = new List<Detection>();
        await foreach (var one in DetectorPipeline.DetectFileAsync(file, Saved(), cancellation: Cancellation)) found.Add(one);
        Assert.Equal(Expected(), found.Select(one => (one.Label, one.Time)));

        await using var pool = new DetectorPool(Halt.Value, options: new() { Overflow = OverflowPolicy.Wait });
        var recorder = new Recorder();
        using var subscription = pool.Detections.Subscribe(recorder);
        foreach (var name in new[] { "one", "two" })
        {
            var stream = pool.Add(name);
            for (var at = 0; at < Sound.Value.Length;) at += await Task.Run(() => stream.Write(Sound.Value.AsSpan(at, Math.Min(1_600, Sound.Value.Length - at))), Cancellation);
            stream.Complete();
            await stream.Completion.WaitAsync(Patience, Cancellation);
        }
        foreach (var name in new[] { "one", "two" }) Assert.Equal(Expected(), recorder.Heard.Where(one => one.Source == name).Select(one => (one.Label, one.Time)));
    }

    [Fact]
    public async Task AHost_DetectsIt()
    {
        var sink = new MemorySink();
        using var host = new TestHost(("Detectors:door:Model", Saved()), ("Detectors:door:Source", "hall"), ("StopWhenDone", "true"));
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(Sound.Value, 16_000)).AddSink(_ => sink);
        await host.RunAsync();
        Assert.Equal(Expected(), sink.Heard.Select(heard => (heard.Detection.Label, heard.Detection.Time)));
    }

    [Fact]
    public async Task Listen_DetectsItAtADevice()
    {
        using var alsa = new AlsaFolder();
        alsa.Add("desk", Sound.Value);
        var seconds = FormattableString.Invariant($"{Sound.Value.Length / 16_000.0}");
        var run = await Run("listen", "desk", "--encoding", "s16", "--realtime", "--duration", seconds, "--model", Saved(), "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["halt", "halt"], run.Json[..^1].Select(line => line.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task Classify_SaysThatItHasNoAnswer()
    {
        Wav(Path.Combine("clips", "halt", "a.wav"), SampleTakes.Word("stop"));
        var run = await Run("classify", Folder.File("clips"), "-m", Saved());
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("halt is an enrolled word, which is decided in streams alone: use surnn evaluate", Assert.Single(run.Errors));
    }
}
