using System.Runtime.CompilerServices;

namespace SuRnnStream.Kernels;

/// <summary>int8 weights by 16-bit activations at one vector width, with what whole matrices need besides rows.</summary>
unsafe interface IPairLanes<V, S> : ILanes<sbyte, short, V, S, int> where V : struct where S : struct
{
    /// <summary>Two neighbours of x, over and over.</summary>
    static abstract V LoadPair(short* x);

    static abstract S Plus(S a, S b);
    static abstract void Store(S sums, int* to);
}

/// <summary>See <see cref="RowKernel.Columns"/>.</summary>
static unsafe class ColumnLoops<L, V, S>
    where L : IPairLanes<V, S>
    where V : struct
    where S : struct
{
    /// <summary>Four blocks side by side, then one at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(sbyte* weights, int rows, int columns, short* x, int* y)
    {
        nint block = L.Count / 2, length = block * columns, r = 0;
        for (; r + 3 * block < rows; r += 4 * block, weights += 4 * length)
        {
            S a = default, b = default, c = default, d = default;
            var w = weights;
            for (nint i = 0; i < columns; i += 2, w += L.Count)
            {
                var v = L.LoadPair(x + i);
                a = L.Add(a, w, v);
                b = L.Add(b, w + length, v);
                c = L.Add(c, w + 2 * length, v);
                d = L.Add(d, w + 3 * length, v);
            }
            L.Store(a, y + r);
            L.Store(b, y + r + block);
            L.Store(c, y + r + 2 * block);
            L.Store(d, y + r + 3 * block);
        }
        for (; r < rows; r += block)
        {
            S a = default, b = default, c = default, d = default;
            nint i = 0;
            for (; i + 8 <= columns; i += 8, weights += 4 * L.Count)
            {
                a = L.Add(a, weights, L.LoadPair(x + i));
                b = L.Add(b, weights + L.Count, L.LoadPair(x + i + 2));
                c = L.Add(c, weights + 2 * L.Count, L.LoadPair(x + i + 4));
                d = L.Add(d, weights + 3 * L.Count, L.LoadPair(x + i + 6));
            }
            for (; i < columns; i += 4, weights += 2 * L.Count)
            {
                a = L.Add(a, weights, L.LoadPair(x + i));
                b = L.Add(b, weights + L.Count, L.LoadPair(x + i + 2));
            }
            L.Store(L.Plus(L.Plus(a, b), L.Plus(c, d)), y + r);
        }
    }
}
