using static TorchSharp.torch;

namespace SuRnnStream.Training.Net;

/// <summary>
/// The selective-update recurrence, step by step in Torch operations: the specification. Forward a gate is hard 0 or 1; backward its gradient
/// is that of its soft stand-in (straight-through).
/// </summary>
static class PlainRecurrence
{
    /// <summary>As <see cref="FusedRecurrence.Run"/>, with the hidden states of all steps: both [T, B, H].</summary>
    public static (Tensor Hidden, Tensor Gates) Run(CellKind cell, Tensor x, CellWeights weights, Tensor activation, Tensor own, Tensor shut, Surrogate surrogate)
    {
        using var one = tensor(1f);
        return Run(cell, x, weights, (t, h) => surrogate.Gate(activation[t] + own * h) * (one - shut[t]).unsqueeze(1));
    }

    /// <summary>As <see cref="FusedRecurrence.RunTimed"/>, with the hidden states of all steps and a gradient for every gate.</summary>
    public static Tensor RunTimed(CellKind cell, Tensor x, CellWeights weights, Tensor gates) => Run(cell, x, weights, (t, h) => gates[t].expand(h.shape)).Hidden;

    static (Tensor Hidden, Tensor Gates) Run(CellKind cell, Tensor x, CellWeights weights, Func<long, Tensor, Tensor> gate)
    {
        var gx = nn.functional.linear(x, weights.Input, weights.Bias); // what does not depend on h, for all steps at once
        Tensor h = zeros(x.shape[1], weights.Recurrent.shape[1]), c = zeros_like(h);
        List<Tensor> states = [], gates = [];
        for (var t = 0L; t < x.shape[0]; t++)
        {
            var g = gate(t, h);
            var (fresh, freshCell) = Candidate(cell, gx[t], h, c, weights);
            h = h + g * (fresh - h);
            if (freshCell is not null) c = c + g * (freshCell - c);
            states.Add(h);
            gates.Add(g);
        }
        return (stack(states), stack(gates));
    }

    static (Tensor Hidden, Tensor? Cell) Candidate(CellKind cell, Tensor gx, Tensor h, Tensor c, CellWeights weights)
    {
        var gh = h.mm(weights.Recurrent.t());
        if (cell == CellKind.Rnn) return (tanh(gx + gh), null);
        Tensor[] x = gx.chunk(cell == CellKind.Gru ? 3 : 4, 1), y = gh.chunk(x.Length, 1);
        if (cell == CellKind.Gru)
        {
            var z = sigmoid(x[0] + y[0]);
            var r = sigmoid(x[1] + y[1]);
            var n = tanh(x[2] + r * (y[2] + weights.CandidateBias!));
            return (n + z * (h - n), null);
        }
        Tensor write = sigmoid(x[0] + y[0]), keep = sigmoid(x[1] + y[1]), fresh = tanh(x[2] + y[2]), show = sigmoid(x[3] + y[3]);
        var inner = keep * c + write * fresh;
        return (show * tanh(inner), inner);
    }
}
