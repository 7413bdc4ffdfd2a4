using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static SuRnnStream.Training.Tests.Support.RecurrenceCase;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Net;

public class PlainRecurrenceTest
{
    public static TheoryData<CellKind> Cells => [.. Enum.GetValues<CellKind>().Where(cell => cell != CellKind.Hold)];

    public static TheoryData<CellKind, SurrogateKind> CellsAndSurrogates =>
        [.. from cell in Enum.GetValues<CellKind>().Where(cell => cell != CellKind.Hold) from kind in Enum.GetValues<SurrogateKind>() select (cell, kind)];

    [Theory, MemberData(nameof(Cells))]
    public void Gates_AreExactlyZeroOrOne_AndBothOccur(CellKind cell)
    {
        using var torch = new TorchScope();
        var gates = Values(new RecurrenceCase(cell, steps: 50, batch: 3, hidden: 17).Plain().Gates);
        Assert.All(gates, gate => Assert.True(gate is 0 or 1, $"a gate of {gate:R}"));
        Assert.Contains(0f, gates);
        Assert.Contains(1f, gates);
    }

    [Theory, MemberData(nameof(Cells))]
    public void ShutSwitch_KeepsItsNeuron_BitForBit(CellKind cell)
    {
        using var torch = new TorchScope();
        const int Plane = 3 * 17;
        var run = new RecurrenceCase(cell, steps: 50, batch: 3, hidden: 17).Plain();
        float[] hidden = Values(run.Hidden), gates = Values(run.Gates);
        for (var i = 0; i < hidden.Length; i++)
        {
            var before = i < Plane ? 0 : BitConverter.SingleToInt32Bits(hidden[i - Plane]);
            if (gates[i] == 0) Assert.Equal(before, BitConverter.SingleToInt32Bits(hidden[i]));
            else Assert.NotEqual(before, BitConverter.SingleToInt32Bits(hidden[i]));
        }
    }

    /// <summary>The surrogate's own definition, in double: near this point the gate is the hard one plus the change of the soft one.</summary>
    [Theory, MemberData(nameof(CellsAndSurrogates))]
    public void Gradients_AreThoseOfTheSurrogate_ByFiniteDifferences(CellKind cell, SurrogateKind kind)
    {
        using var torch = new TorchScope();
        var stand = new Surrogate(kind, 2);
        var run = new RecurrenceCase(cell, steps: 8, batch: 1, hidden: 5, inputs: 2, stand);
        Tensor weight = randn(8, 1, 5), rate = randn(8, 1, 5);
        var (hidden, gates) = run.Plain();
        var gradients = run.Gradients((hidden * weight).sum() + (gates * rate).sum());

        var inputs = run.Inputs.ToDictionary(pair => pair.Key, pair => Values(pair.Value).Select(value => (double)value).ToArray());
        var soft = new SoftRecurrence(cell, 8, 5, 2, stand, Values(run.Shut), Values(weight), Values(rate));
        soft.Freeze(inputs);
        foreach (var (name, values) in inputs)
        {
            var gradient = gradients[name];
            Assert.True(gradient.Any(value => value != 0), $"{name}: no gradient");
            for (var i = 0; i < values.Length; i++)
            {
                var was = values[i];
                double After(double change)
                {
                    values[i] = was + change;
                    return soft.Loss(inputs);
                }
                var slope = (After(1e-5) - After(-1e-5)) / 2e-5;
                values[i] = was;
                Assert.True(Math.Abs(slope - gradient[i]) < 1e-4 * Math.Max(1, Math.Abs(slope)), $"{name}[{i}]: {gradient[i]} for {slope}");
            }
        }
    }

    [Theory, MemberData(nameof(Cells))]
    public void ShutFrames_HandStateAndGradientThrough_Unchanged(CellKind cell)
    {
        using var torch = new TorchScope();
        (float[] Input, float[] Switches) Gradients(int step)
        {
            var run = new RecurrenceCase(cell, steps: 80, batch: 2, hidden: 5, shut: false);
            run.Shut.slice(0, 1, 80, 1).fill_(1);
            var (hidden, gates) = run.Plain();
            Assert.All(Values(gates)[10..], gate => Assert.Equal(0, gate));
            var gradients = run.Gradients((hidden[step] * Weights(2, 5)).sum());
            return (gradients["x"][..6], gradients["ga"][10..]);
        }
        var (near, far) = (Gradients(0), Gradients(79));
        Assert.Equal(near.Input, far.Input); // dh_T/dh_0 is the identity
        Assert.Contains(near.Input, gradient => gradient != 0);
        Assert.All(far.Switches, gradient => Assert.Equal(0, gradient)); // no gradient to a switch that is shut by definition
    }

    static Tensor Weights(params long[] size)
    {
        manual_seed(9);
        return randn(size);
    }
}
