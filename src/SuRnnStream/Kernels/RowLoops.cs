using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuRnnStream.Kernels;

/// <summary>What a row kernel needs of one vector width: weights W and activations X are added up in vectors S, with results of type R.</summary>
unsafe interface ILanes<W, X, V, S, R> where W : unmanaged where X : unmanaged where V : struct where S : struct
{
    /// <summary>Weights that one <see cref="Add"/> takes.</summary>
    static abstract int Count { get; }

    static abstract V Load(X* x);

    /// <summary>The sums with the products of the next weights added.</summary>
    static abstract S Add(S sums, W* row, V x);

    /// <summary>The sum over the lanes of each; of one vector the same, whichever of the four it is.</summary>
    static abstract Vector128<R> Total(S a, S b, S c, S d);
}

/// <summary>The loops of every vector width: rows side by side, so that x is read once for them. See <see cref="RowKernel"/>. They are compiled well at once.</summary>
static unsafe class RowLoops<L, W, X, V, S, R>
    where L : ILanes<W, X, V, S, R>
    where W : unmanaged
    where X : unmanaged
    where V : struct
    where S : struct
    where R : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static R Dot(W* row, X* x, int length)
    {
        S sum = default;
        for (nint i = 0; i < length; i += L.Count) sum = L.Add(sum, row + i, L.Load(x + i));
        return L.Total(sum, default, default, default)[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(W* rows, int count, int length, X* x, R* y)
    {
        var r = 0;
        for (; r + 4 <= count; r += 4)
        {
            W* first = rows + (long)r * length, second = first + length, third = second + length, fourth = third + length;
            S a = default, b = default, c = default, d = default;
            for (nint i = 0; i < length; i += L.Count)
            {
                var v = L.Load(x + i);
                a = L.Add(a, first + i, v);
                b = L.Add(b, second + i, v);
                c = L.Add(c, third + i, v);
                d = L.Add(d, fourth + i, v);
            }
            L.Total(a, b, c, d).Store(y + r);
        }
        for (; r < count; r++) y[r] = Dot(rows + (long)r * length, x, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gru(W* rows, int inputs, int hidden, X* xh, ReadOnlySpan<int> neurons, R* sums)
    {
        nint length = inputs + hidden;
        foreach (var neuron in neurons)
        {
            W* first = rows + neuron * 3 * length, second = first + length, third = second + length;
            S z = default, r = default, x = default, h = default;
            nint i = 0;
            for (; i < inputs; i += L.Count)
            {
                var v = L.Load(xh + i);
                z = L.Add(z, first + i, v);
                r = L.Add(r, second + i, v);
                x = L.Add(x, third + i, v);
            }
            for (; i < length; i += L.Count)
            {
                var v = L.Load(xh + i);
                z = L.Add(z, first + i, v);
                r = L.Add(r, second + i, v);
                h = L.Add(h, third + i, v);
            }
            L.Total(z, r, x, h).Store(sums);
            sums += 4;
        }
    }
}

/// <summary>A row kernel from the lanes of one vector width: F for float rows, I for int8 rows.</summary>
sealed unsafe class VectorKernel<F, FV, I, IV, IS>(string name) : RowKernel
    where F : ILanes<float, float, FV, FV, float>
    where I : IPairLanes<IV, IS>
    where FV : struct
    where IV : struct
    where IS : struct
{
    public override string Name => name;

    public override float Dot(float* row, float* x, int length) => RowLoops<F, float, float, FV, FV, float>.Dot(row, x, length);

    public override int Dot(sbyte* row, short* x, int length) => RowLoops<I, sbyte, short, IV, IS, int>.Dot(row, x, length);

    public override void Rows(float* rows, int count, int length, float* x, float* y) =>
        RowLoops<F, float, float, FV, FV, float>.Rows(rows, count, length, x, y);

    public override void Rows(sbyte* rows, int count, int length, short* x, int* y) =>
        RowLoops<I, sbyte, short, IV, IS, int>.Rows(rows, count, length, x, y);

    public override int Block => I.Count / 2;

    public override void Columns(sbyte* weights, int rows, int columns, short* x, int* y) =>
        ColumnLoops<I, IV, IS>.Multiply(weights, rows, columns, x, y);

    public override void Gru(float* rows, int inputs, int hidden, float* xh, ReadOnlySpan<int> neurons, float* sums) =>
        RowLoops<F, float, float, FV, FV, float>.Gru(rows, inputs, hidden, xh, neurons, sums);

    public override void Gru(sbyte* rows, int inputs, int hidden, short* xh, ReadOnlySpan<int> neurons, int* sums) =>
        RowLoops<I, sbyte, short, IV, IS, int>.Gru(rows, inputs, hidden, xh, neurons, sums);
}
