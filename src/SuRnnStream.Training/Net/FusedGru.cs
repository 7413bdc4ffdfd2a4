using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Net;

/// <summary>
/// The recurrence of a whole suGRU layer as one autograd function: a batch is cut in parts, one thread each, and no tensor is made per step.
/// The plain loop in <see cref="PlainRecurrence"/> is the specification; a test holds the gradients together.
/// </summary>
sealed unsafe class FusedGru : autograd.MultiTensorFunction<FusedGru>
{
    public override string Name => nameof(FusedGru);

    public static bool Fits(int hidden) => hidden % Gemm.Columns == 0;

    /// <param name="gx">[T, B, 3H] W x + b, gates z, r, n.</param>
    /// <param name="ga">[T, B, H] switch activations without the neuron's own term; null: always open.</param>
    /// <param name="shut">[T, B] 1 where every switch is shut by definition.</param>
    /// <param name="u">[3H, H] recurrent weights.</param>
    /// <param name="c">[H] the candidate's inner bias.</param>
    /// <param name="own">[H] the switch's weight of its own neuron.</param>
    /// <param name="beta">Slope of the surrogate sigmoid.</param>
    /// <returns>Hidden states [T, B, H] and gates [T, B, H].</returns>
    public static (Tensor Hidden, Tensor Gates) Run(Tensor gx, Tensor ga, Tensor shut, Tensor u, Tensor c, Tensor own, float beta)
    {
        var outputs = apply(gx.contiguous(), ga.contiguous(), u, c, own, new Settings(shut.contiguous(), beta));
        return (outputs[0], outputs[1]);
    }

    sealed record Settings(Tensor Shut, float Beta);

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor gx = (Tensor)vars[0], ga = (Tensor)vars[1], u = (Tensor)vars[2], c = (Tensor)vars[3], own = (Tensor)vars[4];
        var (shut, beta) = (Settings)vars[5];
        var (steps, batch, hidden) = ((int)ga.shape[0], (int)ga.shape[1], (int)ga.shape[2]);
        Tensor hs = empty(steps, batch, hidden), gates = empty(steps, batch, hidden), a = empty(steps, batch, hidden);
        Tensor z = empty(steps, batch, hidden), r = empty(steps, batch, hidden), n = empty(steps, batch, hidden), q = empty(steps, batch, hidden);
        using var turned = u.t().contiguous(); // [H, 3H]
        float* pGx = At(gx), pGa = At(ga), pShut = At(shut), pU = At(turned), pC = At(c), pOwn = At(own);
        float* pH = At(hs), pG = At(gates), pA = At(a), pZ = At(z), pR = At(r), pN = At(n), pQ = At(q);
        var (width, plane) = (3 * hidden, batch * hidden);

        InParts(batch, (first, count) =>
        {
            var pre = (float*)NativeMemory.AlignedAlloc((nuint)(count * width * sizeof(float)), 64);
            var zero = (float*)NativeMemory.AlignedAlloc((nuint)(count * hidden * sizeof(float)), 64);
            NativeMemory.Clear(zero, (nuint)(count * hidden * sizeof(float)));
            for (var t = 0; t < steps; t++)
            {
                var before = t == 0 ? zero : pH + (long)(t - 1) * plane + first * hidden;
                NativeMemory.Clear(pre, (nuint)(count * width * sizeof(float)));
                Gemm.Add(before, pU, pre, count, hidden, width);
                for (var b = 0; b < count; b++)
                {
                    var row = (long)t * batch + first + b;
                    float* x = pGx + row * width, y = pre + b * width, old = before + b * hidden;
                    var at = row * hidden;
                    var mayOpen = pShut[row] == 0;
                    for (var i = 0; i < hidden; i += 8)
                    {
                        var h = Vector256.Load(old + i);
                        var activation = Vector256.Load(pGa + at + i) + Vector256.Load(pOwn + i) * h;
                        var keep = Activations.Sigmoid(Vector256.Load(x + i) + Vector256.Load(y + i));
                        var look = Activations.Sigmoid(Vector256.Load(x + hidden + i) + Vector256.Load(y + hidden + i));
                        var inner = Vector256.Load(y + 2 * hidden + i) + Vector256.Load(pC + i);
                        var fresh = Activations.Tanh(Vector256.Load(x + 2 * hidden + i) + look * inner);
                        var open = mayOpen ? Vector256.GreaterThan(activation, Vector256<float>.Zero) : Vector256<float>.Zero;
                        Vector256.ConditionalSelect(open, fresh + keep * (h - fresh), h).Store(pH + at + i);
                        Vector256.ConditionalSelect(open, Vector256<float>.One, Vector256<float>.Zero).Store(pG + at + i);
                        activation.Store(pA + at + i);
                        keep.Store(pZ + at + i);
                        look.Store(pR + at + i);
                        fresh.Store(pN + at + i);
                        inner.Store(pQ + at + i);
                    }
                }
            }
            NativeMemory.AlignedFree(pre);
            NativeMemory.AlignedFree(zero);
        });
        ctx.save_for_backward([shut, u, own, hs, gates, a, z, r, n, q]);
        ctx.save_data("beta", beta);
        return [hs, gates];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> upstream)
    {
        var saved = ctx.get_saved_variables();
        Tensor shut = saved[0], u = saved[1], own = saved[2], hs = saved[3];
        var beta = (float)ctx.get_data("beta");
        var (steps, batch, hidden) = ((int)hs.shape[0], (int)hs.shape[1], (int)hs.shape[2]);
        var (width, plane) = (3 * hidden, batch * hidden);
        using Tensor dHs = upstream[0].contiguous(), dGates = upstream[1].contiguous();
        Tensor dGx = empty(steps, batch, width), dGa = empty(steps, batch, hidden);
        using Tensor dPre = empty(steps, batch, width), weights = u.contiguous(), dOwn = zeros(batch, hidden);
        float* pShut = At(shut), pU = At(weights), pOwn = At(own), pH = At(hs), pG = At(saved[4]), pA = At(saved[5]), pZ = At(saved[6]), pR = At(saved[7]), pN = At(saved[8]), pQ = At(saved[9]);
        float* pDHs = At(dHs), pDGates = At(dGates), pDGx = At(dGx), pDGa = At(dGa), pDPre = At(dPre), pDOwn = At(dOwn);

        InParts(batch, (first, count) =>
        {
            var bytes = (nuint)(count * hidden * sizeof(float));
            float* dh = (float*)NativeMemory.AlignedAlloc(bytes, 64), earlier = (float*)NativeMemory.AlignedAlloc(bytes, 64);
            NativeMemory.Clear(dh, bytes);
            var (one, slope) = (Vector256<float>.One, Vector256.Create(beta));
            for (var t = steps - 1; t >= 0; t--)
            {
                for (var b = 0; b < count; b++)
                {
                    var row = (long)t * batch + first + b;
                    var at = row * hidden;
                    float* dx = pDGx + row * width, dy = pDPre + row * width, old = pH + at - plane, d = dh + b * hidden, e = earlier + b * hidden, dOwnRow = pDOwn + (first + b) * hidden;
                    var mayOpen = pShut[row] == 0;
                    for (var i = 0; i < hidden; i += 8)
                    {
                        var h = t == 0 ? Vector256<float>.Zero : Vector256.Load(old + i);
                        Vector256<float> g = Vector256.Load(pG + at + i), z = Vector256.Load(pZ + at + i), r = Vector256.Load(pR + at + i), n = Vector256.Load(pN + at + i);
                        var dH = Vector256.Load(d + i) + Vector256.Load(pDHs + at + i);
                        var dF = dH * g;                                                     // through the candidate f = n + z (h - n)
                        var dG = dH * (z - one) * (h - n) + Vector256.Load(pDGates + at + i);// f - h = (z - 1)(h - n)
                        var soft = Activations.Sigmoid(slope * Vector256.Load(pA + at + i));
                        var dA = mayOpen ? dG * slope * soft * (one - soft) : Vector256<float>.Zero;
                        var dN = dF * (one - z) * (one - n * n);
                        var dZ = dF * (h - n) * z * (one - z);
                        var dQ = dN * r;
                        var dR = dN * Vector256.Load(pQ + at + i) * r * (one - r);
                        dZ.Store(dx + i);
                        dR.Store(dx + hidden + i);
                        dN.Store(dx + 2 * hidden + i);
                        dZ.Store(dy + i);
                        dR.Store(dy + hidden + i);
                        dQ.Store(dy + 2 * hidden + i);
                        dA.Store(pDGa + at + i);
                        (Vector256.Load(dOwnRow + i) + dA * h).Store(dOwnRow + i);
                        (dH - dF + dF * z + dA * Vector256.Load(pOwn + i)).Store(e + i);
                    }
                }
                Gemm.Add(pDPre + ((long)t * batch + first) * width, pU, earlier, count, width, hidden);
                var swap = dh;
                dh = earlier;
                earlier = swap;
            }
            NativeMemory.AlignedFree(dh);
            NativeMemory.AlignedFree(earlier);
        });
        // Every temporary has a name: this runs on the autograd thread, outside the caller's dispose scope, and must outlive its use.
        using Tensor start = zeros(1, batch, hidden), past = hs.slice(0, 0, steps - 1, 1), before = cat([start, past], 0), states = before.view(-1, hidden);
        using Tensor flat = dPre.view(-1, width), turned = flat.t(), dInner = flat.slice(1, 2 * hidden, width, 1);
        return [dGx, dGa, turned.mm(states), dInner.sum([0L]), dOwn.sum([0L]), null!];
    }

    static float* At(Tensor tensor)
    {
        if (!tensor.is_contiguous() || tensor.dtype != ScalarType.Float32) throw new ArgumentException("The fused recurrence takes contiguous float tensors.");
        fixed (byte* start = tensor.bytes) return (float*)start; // native memory: it does not move
    }

    delegate void Part(int first, int count);

    static void InParts(int batch, Part work)
    {
        var parts = Math.Min(batch, Math.Max(1, Environment.ProcessorCount));
        Parallel.For(0, parts, part => work(batch * part / parts, batch * (part + 1) / parts - batch * part / parts));
    }
}
