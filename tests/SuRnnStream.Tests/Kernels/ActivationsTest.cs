using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;
using Xunit;

namespace SuRnnStream.Tests.Kernels;

public sealed class ActivationsTest
{
    [Fact]
    public void Exp_KeepsItsErrorBound() => ForAll(-87, 87, (x, at) => Relative(Math.Exp(x), Activations.Exp(at)[0], 2e-7, x));

    [Fact]
    public void Sigmoid_KeepsItsErrorBound() =>
        ForAll(-100, 100, (x, at) => Absolute(1 / (1 + Math.Exp(-x)), Activations.Sigmoid(at)[0], 2e-7, x));

    [Fact]
    public void Tanh_KeepsItsErrorBound()
    {
        ForAll(-50, 50, (x, at) => Absolute(Math.Tanh(x), Activations.Tanh(at)[0], 3e-7, x));
        ForAll(-1, 1, (x, at) => Absolute(Math.Tanh(x), Activations.Tanh(at)[0], 3e-7, x));
    }

    [Fact]
    public void FarOut_NothingOverflows()
    {
        foreach (var x in new[] { 1e3f, 1e30f, float.MaxValue, float.PositiveInfinity })
        {
            Assert.Equal(Activations.Exp(Vector256.Create(87f))[0], Activations.Exp(Vector256.Create(x))[0]);
            Assert.InRange(Activations.Exp(Vector256.Create(-x))[0], 0, 2e-38f);
            Assert.Equal(1, Activations.Sigmoid(Vector256.Create(x))[0]);
            Assert.Equal(0, Activations.Sigmoid(Vector256.Create(-x))[0], 2e-7f);
            Assert.Equal(1, Activations.Tanh(Vector256.Create(x))[0]);
            Assert.Equal(-1, Activations.Tanh(Vector256.Create(-x))[0]);
        }
        Assert.Equal(0, Activations.Tanh(Vector256<float>.Zero)[0]);
        Assert.Equal(0.5f, Activations.Sigmoid(Vector256<float>.Zero)[0]);
    }

    [Fact]
    public void EveryLane_DependsOnItsInputAlone()
    {
        var random = new Random(3);
        float Some() => (float)(20 * random.NextDouble() - 10);
        float Next() => random.Next(8) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => -200, _ => Some() };
        foreach (var function in new Func<Vector256<float>, Vector256<float>>[] { Activations.Exp, Activations.Sigmoid, Activations.Tanh })
        {
            for (var trial = 0; trial < 2_000; trial++)
            {
                var x = Some();
                var alone = function(Vector256.Create(x))[0];
                for (var lane = 0; lane < Activations.Lanes; lane++)
                {
                    var crowd = Vector256.Create(Next(), Next(), Next(), Next(), Next(), Next(), Next(), Next()).WithElement(lane, x);
                    Assert.Equal(BitConverter.SingleToInt32Bits(alone), BitConverter.SingleToInt32Bits(function(crowd)[lane]));
                }
            }
        }
    }

    [Fact]
    public void SoftmaxNumerators_AreExpOfTheDistanceToTheHighest()
    {
        float[] logits = [1, 2, 3, 4, -50, 0, 4, -200];
        Activations.SoftmaxNumerators(logits, 4);
        Assert.Equal((1f, 1f), (logits[3], logits[6]));
        Assert.Equal(Math.Exp(-1), logits[2], 1e-7);
        Assert.Equal(0, logits[7], 1e-30f);
    }

    static void ForAll(float from, float to, Action<double, Vector256<float>> check)
    {
        const int Steps = 200_000;
        for (var i = 0; i <= Steps; i++)
        {
            var x = from + (to - from) * i / Steps;
            check(x, Vector256.Create(x));
        }
    }

    static void Absolute(double expected, float actual, double bound, double x) =>
        Assert.True(Math.Abs(actual - expected) < bound, $"at {x}: {actual}, not {expected}");

    static void Relative(double expected, float actual, double bound, double x) => Absolute(expected, actual, bound * expected, x);
}
