using SuRnnStream.Tests;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Mel;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Mel;

/// <summary>`fit-words --start MODEL.surnn`: a model file has no norms any more, so they are set by some sounds.</summary>
public sealed class StartFromModelTest : IDisposable
{
    static readonly MelFitOptions Options = new() { Data = "nowhere", Channels = 8, Blocks = 2, Hidden = 8, SwitchSteps = 0, ClipSteps = 2, StreamSteps = 2, ClipBatch = 4, StreamBatch = 4, EpochSteps = 2 };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Import_GivesTheModelsWeightsAgain_AndLearnsOn()
    {
        set_num_threads(1);
        var corpus = TinyMel.Corpus();
        using var first = new MelTrainer(Options, FitWordsCommand.Shape(Options), corpus, null, _ => { });
        first.RunEpoch(0, 0, 2, streams: false, TestContext.Current.CancellationToken);
        var model = first.Export(new Dictionary<string, string>());
        var file = _folder.File("first.surnn");
        ModelFile.Save(file, model);
        using var trainer = new MelTrainer(Options with { Seed = 2 }, FitWordsCommand.Shape(Options), corpus, null, _ => { });
        trainer.Import(file);
        var again = trainer.Export(new Dictionary<string, string>());
        foreach (var (name, _) in SuRnnWeights.Shapes(model.Config))
        {
            var (wanted, actual) = (model.Weights[name].ToArray(), again.Weights[name].ToArray());
            for (var i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], actual[i], 1e-4);
        }
        trainer.RunEpoch(1_000, 0, 2, streams: true, TestContext.Current.CancellationToken);
        Assert.NotEqual(model.Weights["head.weight"].ToArray(), trainer.Export(new Dictionary<string, string>()).Weights["head.weight"].ToArray());
    }

    [Fact]
    public void Import_OfRoundedWeightsOrAnotherShape_SaysWhatToGive()
    {
        var corpus = TinyMel.Corpus();
        using var first = new MelTrainer(Options, FitWordsCommand.Shape(Options), corpus, null, _ => { });
        var (file, rounded) = (_folder.File("first.surnn"), _folder.File("rounded.surnn"));
        ModelFile.Save(file, first.Export(new Dictionary<string, string>()));
        ModelFile.Save(rounded, ModelFile.Load(file).ToInt8());
        Assert.Contains("give the float32 model", Assert.Throws<InvalidDataException>(() => first.Import(rounded)).Message, StringComparison.Ordinal);
        var wider = Options with { Channels = 16 };
        using var other = new MelTrainer(wider, FitWordsCommand.Shape(wider), corpus, null, _ => { });
        Assert.Contains("another shape", Assert.Throws<InvalidDataException>(() => other.Import(file)).Message, StringComparison.Ordinal);
    }
}
