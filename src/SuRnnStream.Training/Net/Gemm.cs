using System.Runtime.Intrinsics;

namespace SuRnnStream.Training.Net;

/// <summary>Small matrix product on one thread, for the steps of a recurrence: C [m, n] += A [m, k] B [k, n], row-major, n a multiple of 32.</summary>
static unsafe class Gemm
{
    public const int Columns = 32;

    public static void Add(float* a, float* b, float* c, int m, int k, int n)
    {
        for (var j = 0; j < n; j += Columns)
        {
            var i = 0;
            for (; i + 6 <= m; i += 6) Tile6(a + i * k, b + j, c + i * n + j, k, n);
            for (; i < m; i++) Tile1(a + i * k, b + j, c + i * n + j, k, n);
        }
    }

    /// <summary>Six rows by 32 columns: twelve accumulators.</summary>
    static void Tile6(float* a, float* b, float* c, int k, int n)
    {
        Vector512<float> c00 = Vector512.Load(c), c01 = Vector512.Load(c + 16), c10 = Vector512.Load(c + n), c11 = Vector512.Load(c + n + 16);
        Vector512<float> c20 = Vector512.Load(c + 2 * n), c21 = Vector512.Load(c + 2 * n + 16), c30 = Vector512.Load(c + 3 * n), c31 = Vector512.Load(c + 3 * n + 16);
        Vector512<float> c40 = Vector512.Load(c + 4 * n), c41 = Vector512.Load(c + 4 * n + 16), c50 = Vector512.Load(c + 5 * n), c51 = Vector512.Load(c + 5 * n + 16);
        for (var p = 0; p < k; p++, b += n)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
            var x = Vector512.Create(a[p]);
            (c00, c01) = (Vector512.FusedMultiplyAdd(x, b0, c00), Vector512.FusedMultiplyAdd(x, b1, c01));
            x = Vector512.Create(a[k + p]);
            (c10, c11) = (Vector512.FusedMultiplyAdd(x, b0, c10), Vector512.FusedMultiplyAdd(x, b1, c11));
            x = Vector512.Create(a[2 * k + p]);
            (c20, c21) = (Vector512.FusedMultiplyAdd(x, b0, c20), Vector512.FusedMultiplyAdd(x, b1, c21));
            x = Vector512.Create(a[3 * k + p]);
            (c30, c31) = (Vector512.FusedMultiplyAdd(x, b0, c30), Vector512.FusedMultiplyAdd(x, b1, c31));
            x = Vector512.Create(a[4 * k + p]);
            (c40, c41) = (Vector512.FusedMultiplyAdd(x, b0, c40), Vector512.FusedMultiplyAdd(x, b1, c41));
            x = Vector512.Create(a[5 * k + p]);
            (c50, c51) = (Vector512.FusedMultiplyAdd(x, b0, c50), Vector512.FusedMultiplyAdd(x, b1, c51));
        }
        c00.Store(c); c01.Store(c + 16); c10.Store(c + n); c11.Store(c + n + 16);
        c20.Store(c + 2 * n); c21.Store(c + 2 * n + 16); c30.Store(c + 3 * n); c31.Store(c + 3 * n + 16);
        c40.Store(c + 4 * n); c41.Store(c + 4 * n + 16); c50.Store(c + 5 * n); c51.Store(c + 5 * n + 16);
    }

    static void Tile1(float* a, float* b, float* c, int k, int n)
    {
        Vector512<float> c0 = Vector512.Load(c), c1 = Vector512.Load(c + 16);
        for (var p = 0; p < k; p++, b += n)
        {
            var x = Vector512.Create(a[p]);
            c0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b), c0);
            c1 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b + 16), c1);
        }
        c0.Store(c);
        c1.Store(c + 16);
    }
}
