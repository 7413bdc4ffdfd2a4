using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream.Training.Net;

/// <summary>
/// Kernels for sixteen sequences side by side, one a lane of a vector: a matrix row is read once for all of them, and a row that no open
/// switch asks for is not read at all. Vectors of lanes follow each other: element k of a column is at column + 16 k.
/// </summary>
static unsafe class Lanes
{
    public const int Count = 16;

    /// <summary>to_j = rows_j . column: the rows of a matrix with <paramref name="width"/> columns whose numbers are given.</summary>
    public static void Dots(float* matrix, int width, int* rows, int count, float* column, float* to)
    {
        var j = 0;
        for (; j + 8 <= count; j += 8, to += 8 * Count)
        {
            float* r0 = matrix + (long)rows[j] * width, r1 = matrix + (long)rows[j + 1] * width, r2 = matrix + (long)rows[j + 2] * width, r3 = matrix + (long)rows[j + 3] * width;
            float* r4 = matrix + (long)rows[j + 4] * width, r5 = matrix + (long)rows[j + 5] * width, r6 = matrix + (long)rows[j + 6] * width, r7 = matrix + (long)rows[j + 7] * width;
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (var k = 0; k < width; k++)
            {
                var z = Vector512.Load(column + k * Count);
                s0 = Vector512.MultiplyAddEstimate(Vector512.Create(r0[k]), z, s0);
                s1 = Vector512.MultiplyAddEstimate(Vector512.Create(r1[k]), z, s1);
                s2 = Vector512.MultiplyAddEstimate(Vector512.Create(r2[k]), z, s2);
                s3 = Vector512.MultiplyAddEstimate(Vector512.Create(r3[k]), z, s3);
                s4 = Vector512.MultiplyAddEstimate(Vector512.Create(r4[k]), z, s4);
                s5 = Vector512.MultiplyAddEstimate(Vector512.Create(r5[k]), z, s5);
                s6 = Vector512.MultiplyAddEstimate(Vector512.Create(r6[k]), z, s6);
                s7 = Vector512.MultiplyAddEstimate(Vector512.Create(r7[k]), z, s7);
            }
            s0.Store(to);
            s1.Store(to + Count);
            s2.Store(to + 2 * Count);
            s3.Store(to + 3 * Count);
            s4.Store(to + 4 * Count);
            s5.Store(to + 5 * Count);
            s6.Store(to + 6 * Count);
            s7.Store(to + 7 * Count);
        }
        for (; j < count; j++, to += Count)
        {
            var row = matrix + (long)rows[j] * width;
            Vector512<float> even = default, odd = default;
            var k = 0;
            for (; k + 2 <= width; k += 2)
            {
                even = Vector512.MultiplyAddEstimate(Vector512.Create(row[k]), Vector512.Load(column + k * Count), even);
                odd = Vector512.MultiplyAddEstimate(Vector512.Create(row[k + 1]), Vector512.Load(column + (k + 1) * Count), odd);
            }
            if (k < width) even = Vector512.MultiplyAddEstimate(Vector512.Create(row[k]), Vector512.Load(column + k * Count), even);
            (even + odd).Store(to);
        }
    }

    /// <summary>column_k += sum_j rows_j[k] d_j: the same product turned round, for the gradient of the column.</summary>
    public static void AddTransposed(float* matrix, int width, int* rows, int count, float* d, float* column)
    {
        var k = 0;
        for (; k + 8 <= width; k += 8)
        {
            var to = column + k * Count;
            Vector512<float> s0 = Vector512.Load(to), s1 = Vector512.Load(to + Count), s2 = Vector512.Load(to + 2 * Count), s3 = Vector512.Load(to + 3 * Count);
            Vector512<float> s4 = Vector512.Load(to + 4 * Count), s5 = Vector512.Load(to + 5 * Count), s6 = Vector512.Load(to + 6 * Count), s7 = Vector512.Load(to + 7 * Count);
            for (var j = 0; j < count; j++)
            {
                var row = matrix + (long)rows[j] * width + k;
                var x = Vector512.Load(d + j * Count);
                s0 = Vector512.MultiplyAddEstimate(Vector512.Create(row[0]), x, s0);
                s1 = Vector512.MultiplyAddEstimate(Vector512.Create(row[1]), x, s1);
                s2 = Vector512.MultiplyAddEstimate(Vector512.Create(row[2]), x, s2);
                s3 = Vector512.MultiplyAddEstimate(Vector512.Create(row[3]), x, s3);
                s4 = Vector512.MultiplyAddEstimate(Vector512.Create(row[4]), x, s4);
                s5 = Vector512.MultiplyAddEstimate(Vector512.Create(row[5]), x, s5);
                s6 = Vector512.MultiplyAddEstimate(Vector512.Create(row[6]), x, s6);
                s7 = Vector512.MultiplyAddEstimate(Vector512.Create(row[7]), x, s7);
            }
            s0.Store(to);
            s1.Store(to + Count);
            s2.Store(to + 2 * Count);
            s3.Store(to + 3 * Count);
            s4.Store(to + 4 * Count);
            s5.Store(to + 5 * Count);
            s6.Store(to + 6 * Count);
            s7.Store(to + 7 * Count);
        }
        for (; k < width; k++)
        {
            var sum = Vector512.Load(column + k * Count);
            for (var j = 0; j < count; j++) sum = Vector512.MultiplyAddEstimate(Vector512.Create(matrix[(long)rows[j] * width + k]), Vector512.Load(d + j * Count), sum);
            sum.Store(column + k * Count);
        }
    }

    /// <summary>gradient_rows_j += sum_lanes d_j[lane] turned[lane]: the matrix's gradient, rows of <paramref name="stride"/> numbers, a multiple of 16.</summary>
    public static void AddOuter(float* d, int* rows, int count, float* turned, int stride, float* gradient)
    {
        for (var j = 0; j < count; j += 2, d += 2 * Count)
        {
            if (j + 1 == count)
            {
                for (var k = 0; k < stride; k += Count) AddOuter(d, turned + k, stride, gradient + (long)rows[j] * stride + k);
                return;
            }
            float* a = gradient + (long)rows[j] * stride, b = gradient + (long)rows[j + 1] * stride;
            var at = 0;
            for (; at + 4 * Count <= stride; at += 4 * Count)
            {
                Vector512<float> a0 = Vector512.Load(a + at), a1 = Vector512.Load(a + at + 16), a2 = Vector512.Load(a + at + 32), a3 = Vector512.Load(a + at + 48);
                Vector512<float> b0 = Vector512.Load(b + at), b1 = Vector512.Load(b + at + 16), b2 = Vector512.Load(b + at + 32), b3 = Vector512.Load(b + at + 48);
                for (var lane = 0; lane < Count; lane++)
                {
                    if (d[lane] == 0 && d[Count + lane] == 0) continue; // a switch shut in this lane
                    Vector512<float> x = Vector512.Create(d[lane]), y = Vector512.Create(d[Count + lane]);
                    var from = turned + lane * stride + at;
                    var z = Vector512.Load(from);
                    (a0, b0) = (Vector512.MultiplyAddEstimate(x, z, a0), Vector512.MultiplyAddEstimate(y, z, b0));
                    z = Vector512.Load(from + 16);
                    (a1, b1) = (Vector512.MultiplyAddEstimate(x, z, a1), Vector512.MultiplyAddEstimate(y, z, b1));
                    z = Vector512.Load(from + 32);
                    (a2, b2) = (Vector512.MultiplyAddEstimate(x, z, a2), Vector512.MultiplyAddEstimate(y, z, b2));
                    z = Vector512.Load(from + 48);
                    (a3, b3) = (Vector512.MultiplyAddEstimate(x, z, a3), Vector512.MultiplyAddEstimate(y, z, b3));
                }
                a0.Store(a + at);
                a1.Store(a + at + 16);
                a2.Store(a + at + 32);
                a3.Store(a + at + 48);
                b0.Store(b + at);
                b1.Store(b + at + 16);
                b2.Store(b + at + 32);
                b3.Store(b + at + 48);
            }
            for (; at < stride; at += Count)
            {
                AddOuter(d, turned + at, stride, a + at);
                AddOuter(d + Count, turned + at, stride, b + at);
            }
        }
    }

    static void AddOuter(float* d, float* turned, int stride, float* to)
    {
        Vector512<float> even = Vector512.Load(to), odd = default;
        for (var lane = 0; lane < Count; lane += 2)
        {
            even = Vector512.MultiplyAddEstimate(Vector512.Create(d[lane]), Vector512.Load(turned + lane * stride), even);
            odd = Vector512.MultiplyAddEstimate(Vector512.Create(d[lane + 1]), Vector512.Load(turned + (lane + 1) * stride), odd);
        }
        (even + odd).Store(to);
    }

    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512.Create(Activations.Sigmoid(x.GetLower()), Activations.Sigmoid(x.GetUpper()));

    public static Vector512<float> Tanh(Vector512<float> x) => Vector512.Create(Activations.Tanh(x.GetLower()), Activations.Tanh(x.GetUpper()));
}
