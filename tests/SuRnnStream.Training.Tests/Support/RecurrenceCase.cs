using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>Random weights, inputs and switches of one recurrent layer, the same for every run of a shape.</summary>
sealed class RecurrenceCase
{
    readonly CellKind _cell;
    readonly Surrogate _surrogate;

    public RecurrenceCase(CellKind cell, int steps, int batch, int hidden, int inputs = 3, Surrogate? surrogate = null, bool shut = true)
    {
        (_cell, _surrogate) = (cell, surrogate ?? Surrogate.Default);
        manual_seed(3);
        var gates = RecurrentLayer.GatesOf(cell);
        Inputs = new()
        {
            ["x"] = randn(steps, batch, inputs),
            ["w"] = randn(gates * hidden, inputs) / Math.Sqrt(inputs) / 2,
            ["b"] = randn(gates * hidden),
            ["u"] = randn(gates * hidden, hidden) / Math.Sqrt(hidden),
            ["ga"] = randn(steps, batch, hidden),
            ["own"] = randn(hidden),
        };
        if (cell == CellKind.Gru) Inputs["c"] = randn(hidden);
        Shut = (rand(steps, batch) < (shut ? 0.2 : 0)).to_type(ScalarType.Float32);
        foreach (var input in Inputs.Values) input.requires_grad_(true);
    }

    public Dictionary<string, Tensor> Inputs { get; }
    public Tensor Shut { get; }

    public CellWeights Weights => new(Inputs["w"], Inputs["b"], Inputs["u"], Inputs.GetValueOrDefault("c"));

    public (Tensor Hidden, Tensor Gates) Plain() => PlainRecurrence.Run(_cell, Inputs["x"], Weights, Inputs["ga"], Inputs["own"], Shut, _surrogate);

    public (Tensor Hidden, Tensor Gates) Fused(int keep) => FusedRecurrence.Run(_cell, Inputs["x"], Weights, Inputs["ga"], Inputs["own"], Shut, _surrogate, keep);

    /// <summary>The gradient of every input, and nothing left behind.</summary>
    public Dictionary<string, float[]> Gradients(Tensor loss)
    {
        foreach (var input in Inputs.Values) input.grad?.zero_();
        loss.backward();
        return Inputs.ToDictionary(pair => pair.Key, pair => Values(pair.Value.grad!));
    }

    public static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
