using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Gates;

/// <summary>What a stream promises it keeps under every rule.</summary>
public sealed class RulesInTheDetectorTest
{
    static readonly SuRnnModel Model = TinyModels.Build(TinyModels.Config() with { Background = ["noise", "stop"] });

    /// <summary>A model with random weights: what rests for so short is a burst, and whatever scores fires.</summary>
    static DetectorOptions Eager(GateRule rule) => TinyModels.Eager with
    {
        Rule = rule,
        Threshold = 0.05f,
        Burst = new() { OpenPart = 0.4f, Calm = TimeSpan.FromMilliseconds(10), Shortest = TimeSpan.FromMilliseconds(20) },
        Talk = new() { Veto = 0.8f },
    };

    static readonly float[] Sound = Sounds.Mixture(400, seed: 3);

    static (List<Detection> Heard, ComputeStats Stats) Run(DetectorOptions options, int piece = int.MaxValue, float[]? sound = null)
    {
        var (detector, heard, stats) = (new StreamingDetector(Model, options), new List<Detection>(), new ComputeStats());
        sound ??= Sound;
        for (var at = 0; at < sound.Length; at += Math.Min(piece, sound.Length - at)) stats += detector.Process(sound.AsSpan(at, Math.Min(piece, sound.Length - at)), heard.Add);
        stats += detector.Finish(heard.Add);
        return (heard, stats);
    }

    [Theory, InlineData(GateRule.Scores), InlineData(GateRule.Bursts), InlineData(GateRule.Talk)]
    public void Chunks_Dense_AndReplay_GiveTheSame(GateRule rule)
    {
        var options = Eager(rule);
        var (heard, _) = Run(options);
        Assert.True(heard.Count > 8, $"{heard.Count} detections do not tell much");
        foreach (var piece in new[] { 97, 1_001 }) Assert.Equal(heard, Run(options, piece).Heard);
        Assert.Equal(heard, Run(options with { Dense = true }).Heard);
        var evaluated = new Evaluator(Model, options).Hear(EvaluationStream.FromNegative("", Sound, 16_000));
        Assert.Equal(heard, evaluated.Detections);
        foreach (var threshold in new[] { 0.05f, 0.2f, 0.4f })
            Assert.Equal(Run(options with { Threshold = threshold }).Heard, evaluated.Track.Replay(options with { Threshold = threshold }));
    }

    [Theory, InlineData(GateRule.Bursts), InlineData(GateRule.Talk)]
    public void SaveAndRestore_ChangeNothing(GateRule rule)
    {
        var options = Eager(rule);
        var (expected, _) = Run(options);
        var (detector, heard) = (new StreamingDetector(Model, options), new List<Detection>());
        for (var at = 0; at < Sound.Length; at += Math.Min(7_777, Sound.Length - at))
        {
            detector.Process(Sound.AsSpan(at, Math.Min(7_777, Sound.Length - at)), heard.Add);
            var saved = new MemoryStream();
            detector.Save(saved);
            saved.Position = 0;
            detector = new StreamingDetector(Model, options);
            detector.Restore(saved);
        }
        detector.Finish(heard.Add);
        Assert.Equal(expected, heard);
    }

    [Theory, InlineData(GateRule.Bursts), InlineData(GateRule.Talk)]
    public void Process_AfterWarmUp_AllocatesNothing(GateRule rule)
    {
        var (detector, heard) = (new StreamingDetector(Model, Eager(rule)), 0);
        Action<Detection> count = _ => heard++;
        detector.Process(Sound, count);
        heard = 0;
        Assert.Equal(0, Allocations.Of(() => detector.Process(Sound, count)));
        Assert.True(heard > 5);
    }

    [Fact]
    public void AModelFile_KeepsTheRule_AndSaysVersion5_OnlyThen()
    {
        using var folder = new TemporaryFolder();
        foreach (var rule in Enum.GetValues<GateRule>())
        {
            var options = Eager(rule);
            if (rule == GateRule.Scores) options = options with { Burst = new(), Talk = new() }; // it has none of them
            if (rule == GateRule.Bursts) options = options with { Talk = new() };
            var (path, model) = (folder.File($"{rule}.surnn"), new SuRnnModel(Model.Config, Model.Weights, options));
            ModelFile.Save(path, model);
            var loaded = ModelFile.Load(path).Defaults;
            Assert.Equal((options.Rule, options.Burst, options.Talk, options.Threshold), (loaded.Rule, loaded.Burst, loaded.Talk, loaded.Threshold));
            Assert.Equal(rule == GateRule.Scores ? 1 : 5, File.ReadAllBytes(path)[6]);
        }
    }

    [Fact]
    public void With_TakesOverWhatGoesWithARule()
    {
        var options = new DetectorOptions { Thresholds = new Dictionary<string, float> { ["yes"] = 0.7f }, Refractory = TimeSpan.FromSeconds(2) };
        var bursts = options.With(GateRule.Bursts);
        Assert.Equal((GateRule.Bursts, 0.8f, TimeSpan.FromSeconds(2)), (bursts.Rule, bursts.Smoothing, bursts.Refractory));
        Assert.Empty(bursts.Thresholds);
        Assert.Same(bursts, bursts.With(GateRule.Bursts));
    }
}
