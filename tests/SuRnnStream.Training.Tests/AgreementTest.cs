using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests;

public sealed class AgreementTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<CellKind, SwitchKind, bool, int, int> Kinds() =>
        [.. from cell in Enum.GetValues<CellKind>().Where(cell => cell != CellKind.Hold)
            from kind in Enum.GetValues<SwitchKind>().Where(kind => kind != SwitchKind.Increase)
            from stem in new[] { false, true }
            from layers in new[] { 1, 2 }
            from hidden in new[] { 32, 21 }
            select (cell, kind, stem, layers, hidden)];

    [Theory, MemberData(nameof(Kinds))]
    public void SavedModel_AgreesWithTorch(CellKind cell, SwitchKind kind, bool stem, int layers, int hidden)
    {
        using var torch = new TorchScope();
        var (model, net) = Exported(Nets.Config(cell, kind, stem, layers, hidden));
        using (net)
        {
            var clips = Clips();
            var agreement = Agreement.Measure(model, net, clips);
            Assert.True(agreement.Holds, agreement.ToString());
            Assert.Equal(clips.Length, agreement.Clips);
            Assert.True(agreement.Ties <= 1, agreement.ToString());
            Assert.True(agreement.LargestHiddenDifference < 1e-4, agreement.ToString());
        }
    }

    [Theory, InlineData(CellKind.Gru, SwitchKind.Both, 32), InlineData(CellKind.Rnn, SwitchKind.Event, 21), InlineData(CellKind.Gru, SwitchKind.None, 21)]
    public void NetworkOfASavedModel_AgreesWithIt(CellKind cell, SwitchKind kind, int hidden)
    {
        using var torch = new TorchScope();
        var (model, trained) = Exported(Nets.Config(cell, kind, stem: true, layers: 2, hidden));
        using (trained)
        using (var read = SuRnnNet.From(model))
        {
            var agreement = Agreement.Measure(model, read, Clips());
            Assert.True(agreement.Holds, agreement.ToString());
        }
    }

    [Fact]
    public void OtherWeights_DoNotAgree()
    {
        using var torch = new TorchScope();
        var config = Nets.Config(CellKind.Gru, SwitchKind.Event, stem: true, layers: 1, hidden: 32);
        var (_, net) = Exported(config);
        var (other, otherNet) = Exported(config, seed: 2);
        using (net)
        using (otherNet)
        {
            var agreement = Agreement.Measure(other, net, Clips());
            Assert.False(agreement.Holds, agreement.ToString());
        }
    }

    (SuRnnModel Model, SuRnnNet Net) Exported(SuRnnConfig config, int seed = 1)
    {
        manual_seed(seed);
        var net = new SuRnnNet(config, new NetStart { Open = 0.2 });
        net.train();
        var open = 0f;
        for (var i = 0; i < 3; i++) open = net.Forward(0.5 * Nets.Frames(4, 60)).MeanGate.mean().item<float>(); // gives batch normalisation statistics
        if (config.Layers[0].Switch != SwitchKind.None) Assert.InRange(open, 0.1, 0.9);
        var file = _folder.File($"net{seed}.surnn");
        ModelFile.Save(file, new SuRnnModel(config, net.Export()));
        return (ModelFile.Load(file), net);
    }

    static Clip[] Clips() =>
    [
        Sound(Sounds.Noise(9_000, 0.02)),
        Sound([.. Sounds.Silence(3_000), .. Sounds.Noise(2_000, 0.3, seed: 2), .. Sounds.Silence(6_000), .. Sounds.Chirp(4_000, 300, 4_000)]),
        Sound([.. Sounds.Chirp(6_000, 2_000, 200), .. Sounds.Silence(1_500), .. Sounds.Noise(5_000, 0.001, seed: 3)]),
        Sound(Sounds.Silence(8_000)),
    ];

    static Clip Sound(float[] samples) => new(2, samples, 0, samples.Length);
}
