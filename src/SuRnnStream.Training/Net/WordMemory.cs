using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuRnnStream.Training.Net;

/// <summary>What a network of words remembers by: kinds to compare on the same convolutions.</summary>
enum MemoryKind
{
    /// <summary>Neurons that hold the largest value of their feature, in two banks.</summary>
    Hold,

    /// <summary>The mean and the largest value of each convolution's output since a bank was begun. For comparison: no runtime has it.</summary>
    MeanMax,

    /// <summary>The paper's suGRU: a neuron is updated in frames that are heard and in which its own activation, of the last convolution, is above zero.</summary>
    Gru,

    /// <summary>A GRU without switches: all neurons are updated in each heard frame.</summary>
    Dense,
}

/// <summary>A memory over a whole sequence: what it holds after each frame [T, B, Size], and of switches that are learnt the gates [T, B, Size].</summary>
abstract class WordMemory
{
    /// <summary>What it learns, a part of the network; null: nothing.</summary>
    public abstract Module? Weights { get; }

    /// <summary>Numbers that it holds.</summary>
    public abstract int Size { get; }

    /// <param name="y">[T, B, C] outputs of the convolutions, none below zero, zero in frames that are not heard.</param>
    /// <param name="open">[B, T] 1 in frames that are heard; null: all are.</param>
    /// <param name="plan">When banks are begun.</param>
    public abstract (Tensor Held, Tensor? Gates) Run(Tensor y, Tensor? open, HoldPlan plan);

    /// <summary>The weights under their names in a model file.</summary>
    public abstract void Export(Dictionary<string, Tensor> to);

    /// <summary>Takes the weights of a model file over.</summary>
    /// <exception cref="NotSupportedException">This kind does not.</exception>
    public virtual void Import(Func<string, Tensor> of) => throw new NotSupportedException("Only a memory that holds goes on from a model file: give a checkpoint.");

    /// <param name="kind">Which.</param>
    /// <param name="config">The model's shape.</param>
    public static WordMemory Of(MemoryKind kind, SuRnnConfig config) => kind switch
    {
        MemoryKind.Hold => new HoldingMemory(config.StemOutputs, config.Layers[0].Hidden),
        MemoryKind.MeanMax => new MeanMaxMemory(config.StemOutputs),
        _ => new RecurrentMemory(config),
    };
}

/// <summary>Features that are held, see <see cref="HoldMemory"/>.</summary>
sealed class HoldingMemory(int inputs, int hidden) : WordMemory
{
    readonly Linear _feature = Linear(inputs, hidden);

    public override Module? Weights => _feature;

    public override int Size => hidden;

    public override (Tensor Held, Tensor? Gates) Run(Tensor y, Tensor? open, HoldPlan plan) => (HoldMemory.Run(functional.relu(_feature.call(y)), plan), null);

    public override void Export(Dictionary<string, Tensor> to) => (to["layer.0.input"], to["layer.0.bias"]) = (_feature.weight, _feature.bias!);

    public override void Import(Func<string, Tensor> of)
    {
        _feature.weight.copy_(of("layer.0.input").view(_feature.weight.shape));
        _feature.bias!.copy_(of("layer.0.bias"));
    }
}

/// <summary>Mean and maximum of the convolutions' outputs over the heard frames since the bank that is read was begun.</summary>
sealed class MeanMaxMemory(int inputs) : WordMemory
{
    public override Module? Weights => null;

    public override int Size => 2 * inputs;

    public override (Tensor Held, Tensor? Gates) Run(Tensor y, Tensor? open, HoldPlan plan)
    {
        var (steps, batch) = ((int)y.shape[0], (int)y.shape[1]);
        var (before, frames) = plan.Spans(steps, batch);
        using var first = tensor(before, [steps, batch, 1]);
        using var count = tensor(frames, [steps, batch, 1]);
        var sums = cat([zeros(1, batch, inputs), y.cumsum(0)], 0); // [T + 1, B, C]
        var mean = (sums.slice(0, 1, steps + 1, 1) - sums.gather(0, first.expand(steps, batch, inputs))) / count;
        return (cat([mean, HoldMemory.Run(y, plan)], 2), null);
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Export(Dictionary<string, Tensor> to) => throw new NotSupportedException("A memory of means and maxima is for comparison: there is no model file of it.");
}

/// <summary>A GRU after the convolutions, with a switch for each neuron that has no term in common with the others, or without.</summary>
sealed class RecurrentMemory(SuRnnConfig config) : WordMemory
{
    readonly RecurrentParts _parts = new(config);

    public override Module? Weights => _parts;

    public override int Size => config.Layers[0].Hidden;

    public override (Tensor Held, Tensor? Gates) Run(Tensor y, Tensor? open, HoldPlan plan)
    {
        var shut = open is null ? zeros(y.shape[0], y.shape[1]) : (1 - open.t()).contiguous();
        var (held, gates) = _parts.Layer.RunHeard(y, _parts.Salience is null ? null : tanh(_parts.Salience.call(y)), shut);
        using (no_grad()) plan.Open = (gates.sum() / (Size * (1 - shut).sum() + 1)).item<float>();
        return (held, _parts.Salience is null ? null : gates);
    }

    public override void Export(Dictionary<string, Tensor> to)
    {
        _parts.Layer.Export("layer.0.", null, to);
        if (_parts.Salience is { } salience) (to["salience.weight"], to["salience.bias"]) = (salience.weight, salience.bias!);
    }
}

/// <summary>The weights of a <see cref="RecurrentMemory"/>: of the cell, and of what its switches see.</summary>
sealed class RecurrentParts : Module
{
    public RecurrentParts(SuRnnConfig config) : base(nameof(RecurrentParts))
    {
        if (config.HasSalience) register_module("salience", Salience = Linear(config.StemOutputs, config.SalienceSize));
        register_module("layer", Layer = new LayerParameters(config.Layers[0], config.StemOutputs, config.SalienceSize, new NetStart(), common: false));
    }

    public Linear? Salience { get; }

    public LayerParameters Layer { get; }
}
