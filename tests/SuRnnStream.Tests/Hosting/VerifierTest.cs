using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public sealed class VerifierTest
{
    static readonly string Model = Repository.File("models", "commands.surnn");

    /// <summary>Says that every burst is "stop".</summary>
    sealed class Stop(float ownLook = 0) : IVerifier
    {
        public IReadOnlyList<string> Labels { get; } = ["stop"];
        public VerifierRule Rule { get; } = new() { Threshold = 0.5f, OwnPower = 0, BackgroundPower = 0, OwnLookWeight = ownLook };
        public VerifierWindow Window => new() { SampleRate = 16_000, SamplesBefore = 1_000 };

        public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
        {
            probabilities[0] = 1;
            return 1;
        }
    }

    [Fact]
    public async Task AVerifierInTheConfiguration_Decides()
    {
        var sound = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);
        var expected = new List<Detection>();
        var alone = new StreamingDetector(ModelFile.Load(Model), ModelFile.Load(Model).Defaults with { Verifier = new Stop() });
        alone.Process(sound, expected.Add);
        alone.Finish(expected.Add);
        var (sink, opened) = (new MemorySink(), new List<string>());
        using var host = new TestHost(("Detectors:door:Model", Model), ("Detectors:door:Verifier", "all.stop"), ("Detectors:door:Source", "hall"), ("StopWhenDone", "true"));
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(sound, 16_000)).AddSink(_ => sink).AddVerifierKind(".stop", path =>
        {
            opened.Add(path);
            return new Stop();
        });
        await host.RunAsync();
        Assert.Equal([host.File("all.stop")], opened);
        Assert.True(expected.Count >= 10);
        Assert.Equal(expected.Select(one => (one.Label, one.Time)), sink.Heard.Select(heard => (heard.Detection.Label, heard.Detection.Time)));
    }

    /// <summary>A model that brings its second look decides by that, or without it by its first stage, as a detector does.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task AModelWithASecondLook_DecidesByIt_UnlessTheConfigurationLeavesItOut(bool verify)
    {
        var sound = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);
        var model = VerifiedModels.With(ModelFile.Load(Model), VerifiedModels.Shape, threshold: 0.12f);
        var (expected, sink) = (new List<Detection>(), new MemorySink());
        var alone = new StreamingDetector(model, verify ? model.Defaults : model.FirstStage);
        alone.Process(sound, expected.Add);
        alone.Finish(expected.Add);
        using var host = new TestHost(("Detectors:door:Model", "looks.surnn"), ("Detectors:door:Verify", $"{verify}"), ("Detectors:door:Source", "hall"), ("StopWhenDone", "true"));
        ModelFile.Save(host.File("looks.surnn"), model);
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(sound, 16_000)).AddSink(_ => sink);
        await host.RunAsync();
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(one => (one.Label, one.Time)), sink.Heard.Select(heard => (heard.Detection.Label, heard.Detection.Time)));
    }

    [Theory]
    [InlineData("some.look", "SuRnnStream:Detectors:door:Verifier is 'some.look', which nothing here opens: call AddSecondLook of SuRnnStream.Onnx")]
    [InlineData("bad.stop", "SuRnnStream:Detectors:door:Verifier is 'bad.stop': no head")]
    [InlineData("own.stop", "own.stop was made for a model with a second look of its own, such as commands, and this model has none: use such a model, or another verifier.")]
    [InlineData("odd.stop", "SuRnnStream:Detectors:door: The verifier tells apart stop, and the model detects none of them")]
    public async Task AVerifierThatCannotBeUsed_KeepsTheHostFromStarting(string verifier, string message)
    {
        using var host = new TestHost(("Detectors:door:Model", "MODEL"), ("Detectors:door:Verifier", verifier), ("Detectors:door:Source", "hall"));
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(new float[1], 16_000))
            .AddVerifierKind(".stop", path => Path.GetFileName(path) switch { "bad.stop" => throw new InvalidDataException("no head"), "own.stop" => new Stop(ownLook: 0.5f), _ => new Stop() });
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(TestHost.Cancellation));
        Assert.Contains(message, Assert.Single(refused.Failures));
    }
}
