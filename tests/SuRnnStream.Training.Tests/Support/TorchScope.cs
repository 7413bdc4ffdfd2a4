using TorchSharp;
using Xunit;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // Torch's random numbers belong to the process

namespace SuRnnStream.Training.Tests.Support;

/// <summary>While a test works with Torch: one thread, and every tensor dies at the end.</summary>
sealed class TorchScope : IDisposable
{
    readonly DisposeScope _scope = torch.NewDisposeScope();

    public TorchScope() => torch.set_num_threads(1);

    public void Dispose() => _scope.Dispose();
}
