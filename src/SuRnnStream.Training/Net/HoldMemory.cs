using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Net;

/// <summary>
/// The `hold` memory over a whole sequence, forward and backward, as one autograd function: each neuron keeps the largest value that its feature
/// had since its bank was begun. Two banks are begun in turn, the older one is read. The gradient goes to the frame that the value came from.
/// </summary>
sealed class HoldMemory : autograd.SingleTensorFunction<HoldMemory>
{
    public override string Name => nameof(HoldMemory);

    /// <param name="features">[T, B, H], none below zero.</param>
    /// <param name="plan">When banks are begun and which frames the network gets.</param>
    /// <returns>What is held after each frame: [T, B, H].</returns>
    public static Tensor Run(Tensor features, HoldPlan plan) => apply(features.contiguous(), plan);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (features, plan) = ((Tensor)vars[0], (HoldPlan)vars[1]);
        var (steps, batch, hidden) = ((int)features.shape[0], (int)features.shape[1], (int)features.shape[2]);
        var held = empty(steps, batch, hidden);
        var f = MemoryMarshal.Cast<byte, float>(features.bytes);
        var h = MemoryMarshal.Cast<byte, float>(held.bytes);
        var from = new short[steps * batch * hidden]; // frame that each held value came from; -1: none
        float[] older = new float[hidden], younger = new float[hidden];
        short[] olderFrom = new short[hidden], youngerFrom = new short[hidden];
        long grown = 0, heard = 0;
        for (var b = 0; b < batch; b++)
        {
            Forget(older, olderFrom);
            Forget(younger, youngerFrom);
            for (var t = 0; t < steps; t++)
            {
                var at = (t * batch + b) * hidden;
                var step = plan.Steps[t * batch + b];
                if ((step & HoldStep.Swap) != 0)
                {
                    younger.CopyTo(older, 0);
                    youngerFrom.CopyTo(olderFrom, 0);
                    Forget(younger, youngerFrom);
                }
                if ((step & HoldStep.Forget) != 0)
                {
                    Forget(older, olderFrom);
                    Forget(younger, youngerFrom);
                }
                if ((step & HoldStep.Heard) != 0)
                {
                    heard += hidden;
                    for (var i = 0; i < hidden; i++)
                    {
                        var value = f[at + i];
                        if (!(value > younger[i])) continue; // the older bank holds at least as much
                        (younger[i], youngerFrom[i]) = (value, (short)t);
                        if (!(value > older[i])) continue;
                        (older[i], olderFrom[i]) = (value, (short)t);
                        grown++;
                    }
                }
                older.CopyTo(h[at..]);
                olderFrom.CopyTo(from, at);
            }
        }
        plan.Open = heard == 0 ? 0 : (double)grown / heard;
        ctx.save_data("from", from);
        ctx.save_data("shape", (steps, batch, hidden));
        return held;
    }

    static void Forget(float[] bank, short[] from)
    {
        Array.Clear(bank);
        Array.Fill(from, (short)-1);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad)
    {
        var from = (short[])ctx.get_data("from");
        var (steps, batch, hidden) = ((int, int, int))ctx.get_data("shape");
        var back = zeros(steps, batch, hidden);
        using var whole = grad.contiguous();
        var g = MemoryMarshal.Cast<byte, float>(whole.bytes);
        var to = MemoryMarshal.Cast<byte, float>(back.bytes);
        for (var t = 0; t < steps; t++)
            for (var b = 0; b < batch; b++)
            {
                var at = (t * batch + b) * hidden;
                for (var i = 0; i < hidden; i++)
                    if (from[at + i] is >= 0 and var source) to[(source * batch + b) * hidden + i] += g[at + i];
            }
        return [back, null!];
    }
}

/// <summary>What happens to a memory in one frame, in the order of the bits.</summary>
[Flags]
enum HoldStep : byte
{
    None = 0,

    /// <summary>The younger bank is read from now on, the other one begun again.</summary>
    Swap = 1,

    /// <summary>Both banks are begun again.</summary>
    Forget = 2,

    /// <summary>The frame's features count.</summary>
    Heard = 4,
}

/// <summary>When the banks of a batch of sequences are begun: the schedule of the runtime's <see cref="HoldSchedule"/>.</summary>
sealed class HoldPlan
{
    HoldPlan(HoldStep[] steps) => Steps = steps;

    /// <summary>[T, B].</summary>
    public HoldStep[] Steps { get; }

    /// <summary>Part of the neurons that grew in the frames that the network got; set by the memory.</summary>
    public double Open { get; set; }

    /// <summary>Of the bank that is read after each frame, [T, B]: frames before it was begun, and heard ones since; at least 1.</summary>
    public (long[] Before, float[] Frames) Spans(int steps, int batch)
    {
        var (before, frames) = (new long[steps * batch], new float[steps * batch]);
        for (var b = 0; b < batch; b++)
        {
            var (older, younger, heard, since) = (0, 0, 0, 0); // since: heard frames since the younger bank was begun
            for (var t = 0; t < steps; t++)
            {
                var step = Steps[t * batch + b];
                if ((step & HoldStep.Swap) != 0) (older, younger, heard, since) = (younger, t, since, 0);
                if ((step & HoldStep.Forget) != 0) (older, younger, heard, since) = (t, t, 0, 0);
                if ((step & HoldStep.Heard) != 0) (heard, since) = (heard + 1, since + 1);
                (before[t * batch + b], frames[t * batch + b]) = (older, Math.Max(1, heard));
            }
        }
        return (before, frames);
    }

    /// <param name="open">[T, B] frames that the network gets.</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="period">Heard frames after which the other bank is begun; 0: never.</param>
    /// <param name="rest">Shut frames after which both are begun again.</param>
    public static HoldPlan Of(ReadOnlySpan<bool> open, int steps, int batch, int period, int rest)
    {
        var plan = new HoldStep[steps * batch];
        for (var b = 0; b < batch; b++)
        {
            var schedule = new HoldSchedule();
            for (var t = 0; t < steps; t++)
            {
                if (!open[t * batch + b]) schedule.Shut();
                else
                {
                    var (forget, swap) = schedule.Heard(period, rest);
                    plan[t * batch + b] = HoldStep.Heard | (forget ? HoldStep.Forget : 0) | (swap ? HoldStep.Swap : 0);
                }
            }
        }
        return new HoldPlan(plan);
    }
}
