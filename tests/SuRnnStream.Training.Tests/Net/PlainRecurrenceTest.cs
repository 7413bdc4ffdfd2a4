using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Net;

public class PlainRecurrenceTest
{
    const float Beta = 2;

    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru)]
    public void Gates_AreExactlyZeroOrOne_AndBothOccur(CellKind cell)
    {
        using var torch = new TorchScope();
        var run = new Case(cell, steps: 50, batch: 3, hidden: 17);
        var gates = Values(run.Gates);
        Assert.All(gates, gate => Assert.True(gate is 0 or 1, $"a gate of {gate:R}"));
        Assert.Contains(0f, gates);
        Assert.Contains(1f, gates);
    }

    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru)]
    public void ShutSwitch_KeepsItsNeuron_BitForBit(CellKind cell)
    {
        using var torch = new TorchScope();
        const int Plane = 3 * 17;
        var run = new Case(cell, steps: 50, batch: 3, hidden: 17);
        float[] hidden = Values(run.Hidden), gates = Values(run.Gates);
        for (var i = 0; i < hidden.Length; i++)
        {
            var before = i < Plane ? 0 : BitConverter.SingleToInt32Bits(hidden[i - Plane]);
            if (gates[i] == 0) Assert.Equal(before, BitConverter.SingleToInt32Bits(hidden[i]));
            else Assert.NotEqual(before, BitConverter.SingleToInt32Bits(hidden[i]));
        }
    }

    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru)]
    public void OneStep_SwitchGradient_IsThatOfTheSurrogateSigmoid(CellKind cell)
    {
        using var torch = new TorchScope();
        var run = new Case(cell, steps: 1, batch: 1, hidden: 6, shut: false);
        var always = new Case(cell, steps: 1, batch: 1, hidden: 6, shut: false, open: true);
        var weight = randn(1, 1, 6);
        (run.Hidden * weight).sum().backward();
        float[] a = Values(run.Inputs["ga"]), f = Values(always.Hidden), w = Values(weight), gradient = Values(run.Inputs["ga"].grad!);
        for (var i = 0; i < 6; i++)
        {
            var soft = 1 / (1 + Math.Exp(-Beta * a[i]));
            Assert.Equal(w[i] * f[i] * Beta * soft * (1 - soft), gradient[i], 1e-6); // h = g f, as h was 0; whether the gate is 0 or 1
        }
    }

    /// <summary>The surrogate's own definition, in double: near this point the gate is the hard one plus the change of the soft one.</summary>
    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru)]
    public void Gradients_AreThoseOfTheSurrogate_ByFiniteDifferences(CellKind cell)
    {
        using var torch = new TorchScope();
        var run = new Case(cell, steps: 8, batch: 1, hidden: 5);
        Tensor weight = randn(8, 1, 5), rate = randn(8, 1, 5);
        ((run.Hidden * weight).sum() + (run.Gates * rate).sum()).backward();

        var inputs = run.Inputs.ToDictionary(pair => pair.Key, pair => Values(pair.Value).Select(value => (double)value).ToArray());
        var surrogate = new Surrogate(cell, 8, 5, Beta, Values(run.Shut), Values(weight), Values(rate));
        surrogate.Freeze(inputs);
        foreach (var (name, values) in inputs)
        {
            if (name == "c" && cell == CellKind.Rnn) continue;
            var gradient = Values(run.Inputs[name].grad!);
            Assert.True(gradient.Any(value => value != 0), $"{name}: no gradient");
            for (var i = 0; i < values.Length; i++)
            {
                var was = values[i];
                double After(double change)
                {
                    values[i] = was + change;
                    return surrogate.Loss(inputs);
                }
                var slope = (After(1e-5) - After(-1e-5)) / 2e-5;
                values[i] = was;
                Assert.True(Math.Abs(slope - gradient[i]) < 1e-4 * Math.Max(1, Math.Abs(slope)), $"{name}[{i}]: {gradient[i]} for {slope}");
            }
        }
    }

    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru)]
    public void ShutFrames_HandStateAndGradientThrough_Unchanged(CellKind cell)
    {
        using var torch = new TorchScope();
        float[] FirstStepGradient(int step)
        {
            var run = new Case(cell, steps: 80, batch: 2, hidden: 5, shutFrom: 1);
            manual_seed(9);
            (run.Hidden[step] * randn(2, 5)).sum().backward();
            var gates = Values(run.Gates)[10..];
            Assert.All(gates, gate => Assert.Equal(0, gate));
            var switches = Values(run.Inputs["ga"].grad!)[10..];
            Assert.All(switches, gradient => Assert.Equal(0, gradient)); // no gradient to a switch that is shut by definition
            return Values(run.Inputs["gx"].grad![0]);
        }
        var near = FirstStepGradient(0);
        var far = FirstStepGradient(79);
        Assert.Equal(near, far); // dh_T/dh_0 is the identity
        Assert.Contains(near, gradient => gradient != 0);
    }

    static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    sealed class Case
    {
        public Case(CellKind cell, int steps, int batch, int hidden, bool shut = true, bool open = false, int shutFrom = int.MaxValue)
        {
            manual_seed(3);
            var gates = cell == CellKind.Gru ? 3 : 1;
            Inputs = new()
            {
                ["gx"] = randn(steps, batch, gates * hidden),
                ["ga"] = randn(steps, batch, hidden),
                ["u"] = randn(gates * hidden, hidden) / Math.Sqrt(hidden),
                ["c"] = randn(hidden),
                ["own"] = randn(hidden),
            };
            Shut = (rand(steps, batch) < (shut ? 0.2 : 0)).to_type(ScalarType.Float32);
            if (open) Inputs["ga"] = ones(steps, batch, hidden);
            for (var t = shutFrom; t < steps; t++) Shut[t] = ones(batch);
            if (shutFrom == 1) (Inputs["ga"], Shut[0]) = (ones(steps, batch, hidden), zeros(batch));
            foreach (var input in Inputs.Values) input.requires_grad_(true);
            (Hidden, Gates) = PlainRecurrence.Run(cell, Inputs["gx"], Inputs["ga"], Shut, Inputs["u"], Inputs["c"], Inputs["own"], Beta);
        }

        public Dictionary<string, Tensor> Inputs { get; }
        public Tensor Shut { get; }
        public Tensor Hidden { get; }
        public Tensor Gates { get; }
    }
}
