using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Net;

public class AdamWTest
{
    [Fact]
    public void Steps_AreThoseOfTorch()
    {
        using var torch = new TorchScope();
        manual_seed(1);
        var (start, ours, theirs) = (randn(5, 7), randn(5, 7), randn(5, 7));
        foreach (var weight in new[] { ours, theirs }) weight.copy_(start).requires_grad_(true);
        var optimizer = new AdamW([ours], weightDecay: 0.05, clip: 1e9, averaging: 0.9);
        using var reference = optim.AdamW([new TorchSharp.Modules.Parameter(theirs)], lr: 0.01, weight_decay: 0.05);
        for (var step = 0; step < 20; step++)
        {
            var target = randn(5, 7);
            optimizer.ZeroGradients();
            Loss(ours).backward();
            optimizer.Step(0.01);
            reference.zero_grad();
            var parameter = reference.parameters().Single();
            Loss(parameter).backward();
            reference.step();
            Tensor Loss(Tensor weight) => ((weight - target) * (weight - target)).sum();
            Assert.True((ours - parameter).abs().max().item<float>() < 1e-5, $"step {step}");
        }
    }

    [Fact]
    public void NanGradient_LeavesTheWeightsAlone()
    {
        using var torch = new TorchScope();
        var weight = ones(3).requires_grad_(true);
        var optimizer = new AdamW([weight], weightDecay: 0, clip: 1, averaging: 0.9);
        (weight * float.NaN).sum().backward();
        optimizer.Step(0.1);
        Assert.Equal([1, 1, 1], weight.data<float>().ToArray());
    }

    [Fact]
    public void LargeGradient_IsClippedToTheNorm_SoThatItsDirectionCounts()
    {
        using var torch = new TorchScope();
        Tensor small = zeros(2).requires_grad_(true), large = zeros(2).requires_grad_(true);
        foreach (var (weight, factor) in new[] { (small, 1f), (large, 1e6f) })
        {
            var optimizer = new AdamW([weight], weightDecay: 0, clip: 1e-7, averaging: 0.9); // near Epsilon: Adam's steps show the gradient's size
            (weight * tensor([3f, 4f]) * factor).sum().backward();
            optimizer.Step(0.1);
        }
        float[] a = small.data<float>().ToArray(), b = large.data<float>().ToArray();
        Assert.Equal(a[0], b[0], 1e-6);
        Assert.Equal(a[1], b[1], 1e-6);
    }
}
