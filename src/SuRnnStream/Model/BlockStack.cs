using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// Layers as blocks on a residual stream (see <see cref="SuRnnConfig.BlockWidth"/>). A layer without an open switch costs nothing: its input is not worked
/// out, and what it adds to the stream is held from the last frame in which it updated. What is needed is made in the same way whoever asks, so skipped and dense
/// evaluation agree bit for bit.
/// </summary>
sealed unsafe class BlockStack
{
    readonly WeightMatrix _entry;       // [D, inputs] E, and e
    readonly WeightMatrix[] _outputs;   // [D, H] P and p of every layer but the last
    readonly int _width;

    public BlockStack(SuRnnConfig config, SuRnnWeights weights)
    {
        WeightMatrix Of(string name) => new(weights[name + "weight"], weights[name + "bias"], weights.ScaleOf(name + "scale"));
        _width = config.BlockWidth;
        _entry = Of("blocks.");
        _outputs = [.. Enumerable.Range(0, config.Layers.Count - 1).Select(i => Of($"layer.{i}.output."))];
    }

    /// <summary>Of a frame with every switch open, beside the layers' own.</summary>
    public Work PerFrame => _outputs.Aggregate(_entry.Work, (sum, output) => sum + output.Work);

    /// <summary>Numbers that vectors need room for.</summary>
    public int Longest => _outputs.Append(_entry).Max(matrix => matrix.Longest);

    /// <summary>Updates the layers that have an open switch, or all, from the stem's outputs in X, which is overwritten and a function of the last <paramref name="sees"/> frames.</summary>
    public void Update(SuRnnLayer[] layers, SuRnnState state, int sees, Workspace work, bool dense, ref Work done)
    {
        float* x = work.X.Pointer, stream = work.Stream.Pointer;
        var (states, now) = (state.Layers, state.Frame - 1);
        if (dense || !state.Entry.TryGet(now, sees, state.Repeated, stream))
        {
            _entry.Multiply(x, stream, work);
            state.Entry.Keep(now, stream);
            done += _entry.Work;
        }
        var added = 0; // layers whose output is in the stream
        for (var i = 0; i < layers.Length; i++)
        {
            if (states[i].OpenCount == 0 && !dense) continue;
            for (; added < i; added++) Add(added, states[added], stream, work, dense, ref done);
            if (i > 0 || dense || !state.FirstInput.TryGet(now, sees, state.Repeated, x))
            {
                LayerNorm.Apply(stream, x, _width);
                if (i == 0) state.FirstInput.Keep(now, x);
            }
            done += layers[i].Update(states[i], x, work, dense) * layers[i].PerNeuron;
            states[i].OutputDue |= states[i].OpenCount > 0;
        }
    }

    void Add(int layer, LayerState state, float* stream, Workspace work, bool dense, ref Work done)
    {
        if (state.OutputDue || dense)
        {
            _outputs[layer].Multiply(state.H, state.Output, work);
            state.OutputDue = false;
            done += _outputs[layer].Work;
        }
        for (var k = 0; k < _width; k += 8) (Vector256.Load(stream + k) + Vector256.Load(state.Output + k)).Store(stream + k);
    }
}
