using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Net;

/// <summary>
/// A recurrent layer's whole sequence, forward and backward, as one autograd function over <see cref="Recurrence"/>: no tensor is made per
/// step, and a neuron whose switch is shut costs nothing. The plain loop in <see cref="PlainRecurrence"/> is the specification; a test holds
/// values and gradients together.
/// </summary>
sealed unsafe class FusedRecurrence : autograd.MultiTensorFunction<FusedRecurrence>
{
    public override string Name => nameof(FusedRecurrence);

    /// <summary>Threads that share a batch, sixteen sequences at a time.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Switches that see the sequence: each sequence has its own.</summary>
    /// <param name="cell">The candidate update; G gates.</param>
    /// <param name="x">[T, B, D] inputs.</param>
    /// <param name="weights">The layer's W [GH, D], b [GH], U [GH, H] and, for a GRU, c [H].</param>
    /// <param name="activation">[T, B, H] switch activations without the neuron's own term.</param>
    /// <param name="own">[H] the switch's weight of its own neuron's state.</param>
    /// <param name="shut">[T, B] 1 where every switch is shut by definition.</param>
    /// <param name="surrogate">Gives the switches a gradient.</param>
    /// <param name="keep">Hidden states of this many last steps are returned; 0: their mean over all steps.</param>
    /// <returns>Hidden states [keep or 1, B, H] and gates [T, B, H].</returns>
    public static (Tensor Hidden, Tensor Gates) Run(CellKind cell, Tensor x, CellWeights weights, Tensor activation, Tensor own, Tensor shut, Surrogate surrogate, int keep)
    {
        var outputs = Apply(cell, x, weights, activation, own, new Settings(cell, false, shut.contiguous(), surrogate, keep, Recording(x, weights, activation, own)));
        return (outputs[0], outputs[1]);
    }

    /// <summary>Switches that see time only, shared by all sequences.</summary>
    /// <param name="cell">The candidate update.</param>
    /// <param name="x">[T, B, D] inputs.</param>
    /// <param name="weights">As above.</param>
    /// <param name="gates">[T, H] exactly 0 or 1, with whatever gradient its maker gave it.</param>
    /// <param name="probe">[T, H] weight of the gradient that goes into a gate; 0: not worked out, and free where the gate is shut.</param>
    /// <param name="keep">As above.</param>
    /// <param name="probingGroups">See <see cref="Recurrence.ProbingGroups"/>.</param>
    /// <returns>Hidden states [keep or 1, B, H].</returns>
    public static Tensor RunTimed(CellKind cell, Tensor x, CellWeights weights, Tensor gates, Tensor probe, int keep, int probingGroups = int.MaxValue)
    {
        using var none = zeros(weights.Recurrent.shape[1]);
        return Apply(cell, x, weights, gates, none, new Settings(cell, true, probe.contiguous(), default, keep, Recording(x, weights, gates), probingGroups))[0];
    }

    static List<Tensor> Apply(CellKind cell, Tensor x, CellWeights weights, Tensor switches, Tensor own, Settings settings)
    {
        using var none = zeros(weights.Recurrent.shape[1]);
        return apply(x.contiguous(), weights.Input.contiguous(), weights.Bias.contiguous(), weights.Recurrent.contiguous(), weights.CandidateBias ?? none, switches.contiguous(), own, settings);
    }

    static bool Recording(Tensor x, CellWeights weights, params ReadOnlySpan<Tensor> others)
    {
        if (!is_grad_enabled()) return false;
        foreach (var other in others) if (other.requires_grad) return true;
        return x.requires_grad || weights.Input.requires_grad || weights.Bias.requires_grad || weights.Recurrent.requires_grad || weights.CandidateBias is { requires_grad: true };
    }

    /// <param name="Cell">The candidate update.</param>
    /// <param name="Timed">Switches of <see cref="RunTimed"/>.</param>
    /// <param name="Mask">Timed: what is probed [T, H]. Otherwise: where all are shut [T, B].</param>
    /// <param name="Surrogate">Of switches that see the sequence.</param>
    /// <param name="Keep">Last steps returned.</param>
    /// <param name="Record">A backward pass may follow.</param>
    /// <param name="ProbingGroups">See <see cref="Recurrence.ProbingGroups"/>.</param>
    sealed record Settings(CellKind Cell, bool Timed, Tensor Mask, Surrogate Surrogate, int Keep, bool Record, int ProbingGroups = int.MaxValue);

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var tensors = vars.Take(7).Cast<Tensor>().ToArray();
        var settings = (Settings)vars[7];
        var (steps, batch, hidden) = (tensors[0].shape[0], tensors[0].shape[1], tensors[3].shape[1]);
        Tensor kept = empty(Math.Max(1, settings.Keep), batch, hidden), gates = settings.Timed ? empty(0) : zeros(steps, batch, hidden);
        var tapes = new Tape?[(batch + Lanes.Count - 1) / Lanes.Count];
        InParts(tapes.Length, (_, first, end) =>
        {
            for (var group = first; group < end; group++)
            {
                var pass = New(tensors, settings);
                if (!settings.Timed) pass.Gates = At(gates);
                pass.Kept = At(kept);
                tapes[group] = settings.Record ? pass.NewTape() : null;
                pass.Forward(group * Lanes.Count, tapes[group]);
            }
        });
        ctx.save_for_backward([.. tensors, settings.Mask]);
        ctx.save_data("settings", settings);
        ctx.save_data("tapes", tapes);
        ctx.save_data("inputs", tensors[0].requires_grad);
        return [kept, gates];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> upstream)
    {
        var saved = ctx.get_saved_variables();
        var tensors = saved.Take(7).ToArray();
        var settings = (Settings)ctx.get_data("settings") with { Mask = saved[7] };
        var tapes = (Tape[])ctx.get_data("tapes");
        var wanted = (bool)ctx.get_data("inputs");
        using Tensor dKept = upstream[0].contiguous(), dGates = settings.Timed ? empty(0) : upstream[1].contiguous();
        Tensor dX = zeros(wanted ? tensors[0].shape : [0]), dSwitches = zeros(tensors[5].shape);
        var sums = new Recurrence.Gradients?[Threads];
        InParts(tapes.Length, (part, first, end) =>
        {
            for (var group = first; group < end; group++)
            {
                var pass = New(tensors, settings);
                pass.DKept = At(dKept);
                if (!settings.Timed)
                {
                    pass.DGates = At(dGates);
                    pass.DActivation = At(dSwitches);
                }
                if (wanted) pass.DX = At(dX);
                pass.Backward(group * Lanes.Count, tapes[group], sums[part] ??= new(pass));
                tapes[group].Release();
            }
        });
        Tensor dW = zeros(tensors[1].shape), dB = zeros(tensors[2].shape), dU = zeros(tensors[3].shape), dC = zeros(tensors[4].shape), dOwn = zeros(tensors[6].shape);
        foreach (var sum in sums.OfType<Recurrence.Gradients>())
        {
            AddRows(sum.W.Span, sum.InputStride, dW);
            AddRows(sum.U.Span, sum.HiddenStride, dU);
            AddLanes(sum.B.Span, dB);
            AddLanes(sum.C.Span, dC);
            AddLanes(sum.Own.Span, dOwn);
            var to = Values(dSwitches);
            for (var i = 0; i < sum.Gates.Length; i++) to[i] += (float)sum.Gates[i];
        }
        return [wanted ? dX : null!, dW, dB, dU, dC, dSwitches, dOwn, null!];
    }

    static Recurrence New(Tensor[] tensors, Settings settings)
    {
        var shape = tensors[0].shape;
        var pass = new Recurrence
        {
            Cell = settings.Cell,
            Steps = (int)shape[0],
            Batch = (int)shape[1],
            Inputs = (int)shape[2],
            Hidden = (int)tensors[3].shape[1],
            Timed = settings.Timed,
            Surrogate = settings.Surrogate,
            Keep = settings.Keep,
            ProbingGroups = settings.ProbingGroups,
            X = At(tensors[0]),
            W = At(tensors[1]),
            B = At(tensors[2]),
            U = At(tensors[3]),
            C = At(tensors[4]),
            Own = At(tensors[6]),
        };
        if (settings.Timed) pass.Gates = At(tensors[5]);
        else pass.Activation = At(tensors[5]);
        if (settings.Timed) pass.Probe = At(settings.Mask);
        else pass.Shut = At(settings.Mask);
        return pass;
    }

    static void AddRows(ReadOnlySpan<float> padded, int stride, Tensor to)
    {
        var values = Values(to);
        var width = (int)to.shape[1];
        for (var i = 0; i < values.Length; i++) values[i] += padded[i / width * stride + i % width];
    }

    static void AddLanes(ReadOnlySpan<float> lanes, Tensor to)
    {
        var values = Values(to);
        for (var i = 0; i < values.Length; i++) foreach (var value in lanes.Slice(i * Lanes.Count, Lanes.Count)) values[i] += value;
    }

    static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    static float* At(Tensor tensor)
    {
        if (!tensor.is_contiguous() || tensor.dtype != ScalarType.Float32) throw new ArgumentException("The fused recurrence takes contiguous float tensors.");
        fixed (byte* start = tensor.bytes) return (float*)start; // native memory: it does not move
    }

    delegate void Part(int part, int first, int end);

    static void InParts(int groups, Part work)
    {
        var parts = Math.Min(groups, Threads);
        if (parts == 1) work(0, 0, groups);
        else Parallel.For(0, parts, part => work(part, groups * part / parts, groups * (part + 1) / parts));
    }
}

/// <summary>Weights of a cell with G gates.</summary>
/// <param name="Input">W [GH, D].</param>
/// <param name="Bias">b [GH].</param>
/// <param name="Recurrent">U [GH, H].</param>
/// <param name="CandidateBias">c [H], a GRU's only.</param>
sealed record CellWeights(Tensor Input, Tensor Bias, Tensor Recurrent, Tensor? CandidateBias);
