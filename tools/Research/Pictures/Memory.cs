using static TorchSharp.torch;

namespace SuRnnStream.Research.Pictures;

/// <summary>
/// How much a network's state still depends on an earlier one: |d h_T / d h_t|, Frobenius norm / sqrt(H), which is 1 for the identity. Over
/// the H neurons that had been open before t: one that never opens would count as memory.
/// States, inputs and switches are those of the shipped runtime; the Jacobians are worked out in double from the model's weights. A shut
/// switch is a row of the identity. An open one's row, with z, r, n as in <see cref="CellKind.Gru"/> and q = U_n h + c:
///   d f / d h = diag(z) + diag((h - n) z (1 - z)) U_z + diag((1 - z)(1 - n^2)) (diag(r) U_n + diag(q r (1 - r)) U_r)
/// </summary>
sealed class Memory
{
    readonly SuRnnModel _model;
    readonly int _hidden;
    readonly Tensor _inputWeight, _recurrent, _bias, _candidateBias; // double; live in the caller's scope

    /// <exception cref="ArgumentException">The model has more than one recurrent layer, or one that is no GRU.</exception>
    public Memory(SuRnnModel model)
    {
        if (model.Config is not { Layers: [{ Cell: CellKind.Gru } layer], BlockWidth: 0 }) throw new ArgumentException("The memory picture needs a model with one recurrent layer, a GRU.");
        (_model, _hidden) = (model, layer.Hidden);
        Tensor Of(string name, params long[] shape) => tensor(model.Weights["layer.0." + name].ToArray(), dtype: ScalarType.Float64).view(shape);
        (_inputWeight, _recurrent) = (Of("input", 3 * _hidden, -1), Of("recurrent", 3 * _hidden, _hidden));
        (_bias, _candidateBias) = (Of("bias", -1), Of("candidate_bias", -1));
    }

    /// <summary>d h_t / d h_(t-1) [H, H] where the switches in <paramref name="open"/> are open and the layer's input is x.</summary>
    public Tensor Jacobian(ReadOnlySpan<float> hidden, ReadOnlySpan<float> input, ReadOnlySpan<bool> open)
    {
        var h = tensor(hidden.ToArray(), dtype: ScalarType.Float64);
        var x = _inputWeight.mv(tensor(input.ToArray(), dtype: ScalarType.Float64)) + _bias;
        Tensor[] wx = x.chunk(3), u = _recurrent.chunk(3), uh = _recurrent.mv(h).chunk(3);
        var (z, r, q) = (sigmoid(wx[0] + uh[0]), sigmoid(wx[1] + uh[1]), uh[2] + _candidateBias);
        var n = tanh(wx[2] + r * q);
        static Tensor Rows(Tensor factor, Tensor matrix) => factor.unsqueeze(1) * matrix;
        var candidate = diag(z) + Rows((h - n) * z * (1 - z), u[0]) + Rows((1 - z) * (1 - n * n), Rows(r, u[2]) + Rows(q * r * (1 - r), u[1]));
        return where(tensor(open.ToArray()).unsqueeze(1), candidate, eye(_hidden, dtype: ScalarType.Float64));
    }

    /// <summary>The norms after 0, 1, 2 ... frames of <paramref name="after"/>, seen from the state in which <paramref name="before"/> ends.</summary>
    public double[] Norms(ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        var (state, mel, frame, used) = (_model.NewState(), new MelFrontEnd(_model.Config.RequireFrontEnd()), new float[_model.Config.FrameLength], new bool[_hidden]);
        while (mel.TryNext(ref before, frame))
        {
            _model.Step(frame, state);
            for (var i = 0; i < _hidden; i++) used[i] |= state.Open(0)[i];
        }
        var neurons = tensor(Enumerable.Range(0, _hidden).Where(i => used[i]).Select(i => (long)i).ToArray());
        var product = eye(_hidden, dtype: ScalarType.Float64);
        double Norm() => product.index_select(0, neurons).index_select(1, neurons).norm().item<double>() / Math.Sqrt(neurons.shape[0]);
        var norms = new List<double> { Norm() };
        while (mel.TryNext(ref after, frame))
        {
            using var step = NewDisposeScope();
            var hidden = state.Hidden(0).ToArray();
            _model.Step(frame, state, dense: true); // works the layer's input out in every frame; the state is the same
            var jacobian = Jacobian(hidden, _model.LastInput, state.Open(0));
            var next = jacobian.mm(product).MoveToOuterDisposeScope();
            product.Dispose();
            product = next;
            norms.Add(Norm());
        }
        return [.. norms];
    }
}
