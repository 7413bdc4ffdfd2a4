using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests;

public class FusedGruTest
{
    [Theory]
    [InlineData(2, 1, 32)]
    [InlineData(7, 3, 64)]
    [InlineData(40, 13, 32)]
    public void Run_AgreesWithThePlainLoop_ForwardAndBackward(int steps, int batch, int hidden)
    {
        using var torch = new TorchScope();
        var (plain, plainGradients) = Run(steps, batch, hidden, fused: false);
        var (fused, fusedGradients) = Run(steps, batch, hidden, fused: true);

        AssertClose(plain, fused, "hidden states");
        Assert.Equal(plainGradients.Keys, fusedGradients.Keys);
        foreach (var name in plainGradients.Keys) AssertClose(plainGradients[name], fusedGradients[name], name);
    }

    static (Tensor Hidden, Dictionary<string, Tensor> Gradients) Run(int steps, int batch, int hidden, bool fused)
    {
        manual_seed(5);
        var inputs = new Dictionary<string, Tensor>
        {
            ["gx"] = randn(steps, batch, 3 * hidden),
            ["ga"] = randn(steps, batch, hidden),
            ["u"] = randn(3 * hidden, hidden) / Math.Sqrt(hidden),
            ["c"] = randn(hidden),
            ["own"] = randn(hidden),
        };
        var shut = (rand(steps, batch) < 0.2).to_type(ScalarType.Float32);
        Tensor weight = randn(steps, batch, hidden), rate = randn(steps, batch, hidden);
        foreach (var input in inputs.Values) input.requires_grad_(true);
        var (h, g) = fused
            ? FusedGru.Run(inputs["gx"], inputs["ga"], shut, inputs["u"], inputs["c"], inputs["own"], 2)
            : PlainRecurrence.Run(CellKind.Gru, inputs["gx"], inputs["ga"], shut, inputs["u"], inputs["c"], inputs["own"], 2);
        ((h * weight).sum() + (g * rate).sum()).backward();
        return (h.detach(), inputs.ToDictionary(pair => pair.Key, pair => pair.Value.grad!));
    }

    static void AssertClose(Tensor expected, Tensor actual, string what)
    {
        var (difference, size) = ((expected - actual).abs().max().item<float>(), expected.abs().max().item<float>());
        Assert.True(size > 0, $"{what}: all zero");
        Assert.True(difference <= 1e-4 * Math.Max(1, size), $"{what}: largest difference {difference} at size {size}");
    }
}
