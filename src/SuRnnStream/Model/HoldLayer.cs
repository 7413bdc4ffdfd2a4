using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// A layer that holds: h becomes max(h, relu(W x + b)), so a neuron is updated where its own feature is stronger than what it holds. Two banks are
/// begun in turn and the older one is read, so that nothing is held for ever.
/// </summary>
sealed unsafe class HoldLayer
{
    readonly RecurrentLayer _shape;
    readonly WeightMatrix _weight; // [H, D]

    public HoldLayer(SuRnnConfig config, SuRnnWeights weights)
    {
        _shape = config.Layers[0];
        _weight = new WeightMatrix(weights["layer.0.input"], weights["layer.0.bias"], weights.ScaleOf("layer.0.scale"));
    }

    /// <summary>What a heard frame costs.</summary>
    public Work Work => _weight.Work;

    /// <summary>Numbers that vectors need room for.</summary>
    public int Longest => Math.Max(_weight.Longest, LayerState.Pad(_shape.Hidden));

    /// <summary>A heard frame x [D], after which there is room for padding. Marks the neurons that it updates beside those marked already.</summary>
    public void Update(LayerState state, float* x, Workspace work)
    {
        var (forget, swap) = state.Schedule.Heard(_shape.Period, _shape.Rest);
        if (swap)
        {
            state.Younger.CopyTo(state.Hidden);
            state.Younger.Clear();
        }
        if (forget)
        {
            state.Hidden.Clear();
            state.Younger.Clear();
        }
        var feature = work.Made.Pointer;
        _weight.Multiply(x, feature, work);
        float* older = state.H, younger = state.YoungerPointer;
        var (i, hidden) = (0, _shape.Hidden);
        for (; i + 8 <= hidden; i += 8)
        {
            var f = Vector256.Max(Vector256<float>.Zero, Vector256.Load(feature + i));
            var held = Vector256.Load(older + i);
            for (var grown = Vector256.GreaterThan(f, held).ExtractMostSignificantBits(); grown != 0; grown &= grown - 1) state.Open[i + System.Numerics.BitOperations.TrailingZeroCount(grown)] = true;
            Vector256.Max(held, f).Store(older + i);
            Vector256.Max(Vector256.Load(younger + i), f).Store(younger + i);
        }
        for (; i < hidden; i++)
        {
            var f = MathF.Max(0, feature[i]);
            state.Open[i] |= f > older[i];
            older[i] = MathF.Max(older[i], f);
            younger[i] = MathF.Max(younger[i], f);
        }
    }
}
