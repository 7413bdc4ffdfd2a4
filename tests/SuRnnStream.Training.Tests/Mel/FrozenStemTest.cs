using SuRnnStream.Tests;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Mel;
using SuRnnStream.Training.Net;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Mel;

/// <summary>`fit-words --stem`: memories that are compared on the convolutions of a checkpoint.</summary>
public sealed class FrozenStemTest : IDisposable
{
    static readonly MelFitOptions Options = new() { Data = "nowhere", Channels = 8, Blocks = 1, Hidden = 8, SwitchSteps = 0, ClipSteps = 2, StreamSteps = 2, ClipBatch = 4, StreamBatch = 4, EpochSteps = 2 };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(nameof(MemoryKind.Hold)), InlineData(nameof(MemoryKind.MeanMax)), InlineData(nameof(MemoryKind.Gru)), InlineData(nameof(MemoryKind.Dense))]
    public void Freeze_KeepsTheConvolutions_WhileTheRestLearns(string memory)
    {
        set_num_threads(1);
        var (corpus, checkpoint) = (TinyMel.Corpus(), _folder.File("best"));
        using (var first = new MelTrainer(Options, FitWordsCommand.Shape(Options), corpus, null, _ => { })) first.Save(checkpoint);
        var options = Options with { Memory = Enum.Parse<MemoryKind>(memory), Seed = 2 };
        using var trainer = new MelTrainer(options, FitWordsCommand.Shape(options), corpus, null, _ => { });
        trainer.Freeze(checkpoint);
        var before = Values(trainer);
        trainer.RunEpoch(0, 0, 2, streams: false, TestContext.Current.CancellationToken);
        trainer.RunEpoch(1_000, 0, 2, streams: true, TestContext.Current.CancellationToken);
        var after = Values(trainer);
        Assert.All(before.Keys.Where(name => name.StartsWith("stem", StringComparison.Ordinal)), name => Assert.Equal(before[name], after[name]));
        Assert.NotEqual(before["head.weight"], after["head.weight"]);
    }

    static Dictionary<string, float[]> Values(MelTrainer trainer) =>
        trainer.Averaged.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach().to_type(ScalarType.Float32).contiguous().data<float>().ToArray());
}
