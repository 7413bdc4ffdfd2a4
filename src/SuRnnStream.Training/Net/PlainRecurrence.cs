using static TorchSharp.torch;

namespace SuRnnStream.Training.Net;

/// <summary>
/// The selective-update recurrence, step by step in Torch operations: the specification. Forward the gate is hard 0 or 1; backward its
/// gradient is that of sigmoid(beta a) (straight-through).
/// </summary>
static class PlainRecurrence
{
    /// <param name="cell">GRU: gx [T, B, 3H], u [3H, H]. RNN: gx [T, B, H], u [H, H].</param>
    /// <param name="gx">W x + b.</param>
    /// <param name="ga">[T, B, H] switch activations without the neuron's own term.</param>
    /// <param name="shut">[T, B] 1 where every switch is shut by definition.</param>
    /// <param name="u">Recurrent weights.</param>
    /// <param name="c">[H] the candidate's inner bias (GRU).</param>
    /// <param name="own">[H] the switch's weight of its own neuron.</param>
    /// <param name="beta">Slope of the surrogate sigmoid.</param>
    public static (Tensor Hidden, Tensor Gates) Run(CellKind cell, Tensor gx, Tensor ga, Tensor shut, Tensor u, Tensor? c, Tensor own, float beta)
    {
        var (steps, batch, hidden) = (ga.shape[0], ga.shape[1], ga.shape[2]);
        Tensor h = zeros(batch, hidden), zero = tensor(0f), one = tensor(1f), slope = tensor(beta);
        List<Tensor> states = [], gates = [];
        for (var t = 0L; t < steps; t++)
        {
            var a = ga[t] + own * h;
            var soft = sigmoid(slope * a);
            var hard = (a > zero).to_type(ScalarType.Float32);
            var g = (soft - soft.detach() + hard) * (one - shut[t]).unsqueeze(1);
            h = h + g * (Candidate(cell, gx[t], h, u, c, one) - h);
            states.Add(h);
            gates.Add(g);
        }
        return (stack(states), stack(gates));
    }

    static Tensor Candidate(CellKind cell, Tensor gx, Tensor h, Tensor u, Tensor? c, Tensor one)
    {
        var gh = h.mm(u.t());
        if (cell == CellKind.Rnn) return tanh(gx + gh);
        Tensor[] x = gx.chunk(3, 1), y = gh.chunk(3, 1);
        var z = sigmoid(x[0] + y[0]);
        var r = sigmoid(x[1] + y[1]);
        var n = tanh(x[2] + r * (y[2] + c!));
        return (one - z) * n + z * h;
    }
}
