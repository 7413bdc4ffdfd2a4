using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Net;

public class SuRnnNetTest
{
    [Theory]
    [InlineData(CellKind.Rnn, 20)]
    [InlineData(CellKind.Gru, 20)]
    [InlineData(CellKind.Gru, 32)] // fused
    public void EveryParameter_ReceivesAGradient(CellKind cell, int hidden)
    {
        using var torch = new TorchScope();
        manual_seed(2);
        using var net = new SuRnnNet(Nets.Config(cell, SwitchKind.Both, stem: true, layers: 2, hidden), new NetStart { Open = 0 });
        var output = net.Forward(Nets.Frames(4, 40));
        (output.Logits * randn(output.Logits.shape)).sum().backward();
        var names = net.named_parameters().Select(pair => pair.name).ToArray();
        foreach (var part in new[] { "switch_bias", "switch_salience", "switch_own", "amplitude", "phase", "omega" })
            Assert.Equal(2, names.Count(name => name.Contains(part)));
        foreach (var (name, parameter) in net.named_parameters())
        {
            var gradient = parameter.grad;
            Assert.True(gradient is not null, $"{name}: no gradient");
            Assert.True(gradient.isfinite().all().item<bool>(), $"{name}: a gradient that is not a number");
            Assert.True(gradient.abs().max().item<float>() > 1e-7, $"{name}: gradient zero");
        }
    }

    [Theory, InlineData(20), InlineData(32)]
    public void SilentFrames_ShutSwitchesThatSeeTheInput_AndOnlyThose(int hidden)
    {
        using var torch = new TorchScope();
        foreach (var kind in Enum.GetValues<SwitchKind>().Where(kind => kind != SwitchKind.Increase))
        {
            using var net = new SuRnnNet(Nets.Config(CellKind.Gru, kind, stem: true, layers: 1, hidden), new NetStart { Open = 5 });
            var frames = Nets.Frames(2, 30);
            frames[1].slice(0, 10, 20, 1).zero_();
            var output = net.Forward(frames);
            var gates = output.Gates[0];
            Assert.Equal(10, output.Silence.sum().item<float>());
            Assert.Equal(kind is SwitchKind.Event or SwitchKind.Both, gates.slice(0, 10, 20, 1).select(1, 1).sum().item<float>() == 0);
            Assert.True(gates.slice(0, 10, 20, 1).select(1, 0).sum().item<float>() > 0);
        }
    }

    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru)]
    public void HarmonicGates_DifferBetweenNeurons_AndWithTime(CellKind cell)
    {
        using var torch = new TorchScope();
        manual_seed(4);
        using var net = new SuRnnNet(Nets.Config(cell, SwitchKind.Harmonic, stem: false, layers: 1, hidden: 32), new NetStart { Open = 0 });
        var gates = net.Forward(Nets.Frames(1, 300)).Gates[0].squeeze(1); // [T, H]
        var rhythms = gates.t().contiguous().data<float>().ToArray().Chunk(300).Select(rhythm => string.Concat(rhythm)).ToArray();
        Assert.True(rhythms.Distinct().Count() > 24, $"{rhythms.Distinct().Count()} different rhythms of 32");
        Assert.True(rhythms.Count(rhythm => rhythm.Contains('0') && rhythm.Contains('1')) > 24, "most switches never move");
    }

    [Fact]
    public void Omegas_StartFarFromPi()
    {
        using var torch = new TorchScope();
        for (var seed = 0; seed < 20; seed++)
        {
            manual_seed(seed);
            using var net = new SuRnnNet(Nets.Config(CellKind.Gru, SwitchKind.Harmonic, stem: false, layers: 1, hidden: 32));
            var omegas = net.Export()["layer.0.switch.omega"].ToArray();
            Assert.All(omegas, omega => Assert.InRange(omega, 2 * Math.PI / 301, 2 * Math.PI / 2.99));
            Assert.Equal(omegas.Length, omegas.Distinct().Count());
        }
    }

    [Fact]
    public void TimeOffset_IsTimeThatHasPassed()
    {
        using var torch = new TorchScope();
        manual_seed(6);
        using var net = new SuRnnNet(Nets.Config(CellKind.Gru, SwitchKind.Harmonic, stem: false, layers: 1, hidden: 32), new NetStart { Open = 0 });
        var frames = Nets.Frames(2, 3_000);
        var whole = net.Forward(frames).Gates[0];
        var later = net.Forward(frames.slice(1, 0, 500, 1), tensor([2_500f, 1_000f])).Gates[0];
        foreach (var (stream, passed) in new[] { (0, 2_500), (1, 1_000) })
            Assert.Equal(0, (later.select(1, stream) - whole.select(1, stream).slice(0, passed, passed + 500, 1)).abs().sum().item<float>());
    }

    /// <summary>Long past its start, as an endless stream is.</summary>
    [Fact]
    public void TimeOffset_LeavesTheGradientOfOmegaAtTheSizeOfTheSegment()
    {
        using var torch = new TorchScope();
        float Gradient(float offset)
        {
            manual_seed(6);
            using var net = new SuRnnNet(Nets.Config(CellKind.Gru, SwitchKind.Harmonic, stem: false, layers: 1, hidden: 32), new NetStart { Open = 0 });
            var output = net.Forward(Nets.Frames(2, 40), tensor([offset, offset]));
            output.Gates[0].mean().backward();
            return net.named_parameters().Single(pair => pair.name.Contains("omega")).parameter.grad!.abs().max().item<float>();
        }
        Assert.InRange(Gradient(100_000), 0, 10 * Gradient(0));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void HarmonicGates_AgreeWithTheRuntime_AfterManyFrames(int seed)
    {
        using var torch = new TorchScope();
        manual_seed(seed);
        var config = Nets.Config(CellKind.Rnn, SwitchKind.Harmonic, stem: false, layers: 1, hidden: 64);
        using var net = new SuRnnNet(config, new NetStart { Open = 0 });
        var gates = net.Forward(zeros(1, 4_000, Nets.FrontEnd.Bands)).Gates[0].contiguous().data<float>().ToArray();
        var model = new SuRnnModel(config, net.Export());
        var state = model.NewState();
        for (var t = 0; t < 4_000; t++)
        {
            model.Step(new float[Nets.FrontEnd.Bands], state);
            for (var i = 0; i < 64; i++)
            {
                var a = state.Activation(0)[i];
                Assert.True(Math.Abs(a) < Agreement.Tie || state.Open(0)[i] == (gates[t * 64 + i] > 0), $"frame {t}, neuron {i}: a = {a}");
            }
        }
    }

    [Theory]
    [InlineData(CellKind.Rnn, SwitchKind.Event, 24)]
    [InlineData(CellKind.Gru, SwitchKind.Both, 24)]
    [InlineData(CellKind.Gru, SwitchKind.Event, 32)]
    public void SmallBatch_IsLearntByHeart(CellKind cell, SwitchKind kind, int hidden)
    {
        using var torch = new TorchScope();
        manual_seed(3);
        using var net = new SuRnnNet(Nets.Config(cell, kind, stem: true, layers: 1, hidden));
        var optimizer = new AdamW(net.parameters(), weightDecay: 0, clip: 2, averaging: 0.9);
        Tensor frames = Nets.Frames(6, 25), answer = randint(0, Nets.Labels.Length, [6]);
        double first = 0, loss = 0;
        for (var step = 0; step < 100; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.ZeroGradients();
            var miss = nn.functional.cross_entropy(net.Forward(frames).Logits[24], answer);
            miss.backward();
            optimizer.Step(0.01);
            loss = miss.item<float>();
            if (step == 0) first = loss;
        }
        Assert.True(loss < 0.05, $"loss from {first:F3} to {loss:F3}");
    }
}
