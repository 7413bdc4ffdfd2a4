using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BenchmarkDotNet.Attributes;
using SuRnnStream.Kernels;

namespace SuRnnStream.Benchmarks;

/// <summary>
/// How near is a dense pass to what the machine can do? All rows of a GRU layer of 64 inputs, against a loop that reads the same bytes in order
/// and does one multiply-add with each weight, into eight sums that nobody takes apart: nothing that uses every weight once can be faster
/// with these instructions. Vector512 or Vector256, as the kernel.
/// </summary>
public unsafe class DensePassBench
{
    const int Inputs = 64, Steps = 64;

    AlignedBuffer _rows = null!, _xh = null!, _sums = null!;
    int[] _neurons = [];
    BenchLayer _layer = null!;

    [Params(Precision.Float32, Precision.Int8)] public Precision Precision { get; set; }
    [Params(128, 512)] public int Hidden { get; set; }

    int Weights => Hidden * 3 * (Inputs + Hidden);

    [GlobalSetup]
    public void Setup()
    {
        _rows = new AlignedBuffer(Precision == Precision.Int8 ? Weights / sizeof(float) : Weights);
        _xh = new AlignedBuffer(Inputs + Hidden);
        _sums = new AlignedBuffer(4 * Hidden);
        new Random(1).NextBytes(new Span<byte>(_rows.Pointer, _rows.Length * sizeof(float)));
        if (Precision == Precision.Float32) foreach (ref var weight in _rows.Span) weight = BitConverter.SingleToInt32Bits(weight) * 1e-10f;
        _xh.Span.Fill(0.5f);
        _neurons = [.. Enumerable.Range(0, Hidden)];
        _layer = new BenchLayer(Inputs, Hidden, Precision, closed: 0);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public float Floor()
    {
        var sum = 0f;
        for (var i = 0; i < Steps; i++) sum += Precision == Precision.Int8 ? FloorOfInt8() : Vector512.IsHardwareAccelerated ? Floor512() : Floor256();
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Kernel()
    {
        for (var i = 0; i < Steps; i++)
        {
            if (Precision == Precision.Float32) RowKernel.Best.Gru(_rows.Pointer, Inputs, Hidden, _xh.Pointer, _neurons, _sums.Pointer);
            else RowKernel.Best.Gru((sbyte*)_rows.Pointer, Inputs, Hidden, (short*)_xh.Pointer, _neurons, (int*)_sums.Pointer);
        }
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public int Layer()
    {
        var updated = 0;
        for (var i = 0; i < Steps; i++) updated += _layer.Update();
        return updated;
    }

    float Floor512()
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default, x = Vector512.Load(_xh.Pointer);
        var weights = _rows.Pointer;
        for (var end = weights + Weights; weights < end; weights += 128)
        {
            a = Vector512.MultiplyAddEstimate(Vector512.Load(weights), x, a);
            b = Vector512.MultiplyAddEstimate(Vector512.Load(weights + 16), x, b);
            c = Vector512.MultiplyAddEstimate(Vector512.Load(weights + 32), x, c);
            d = Vector512.MultiplyAddEstimate(Vector512.Load(weights + 48), x, d);
            e = Vector512.MultiplyAddEstimate(Vector512.Load(weights + 64), x, e);
            f = Vector512.MultiplyAddEstimate(Vector512.Load(weights + 80), x, f);
            g = Vector512.MultiplyAddEstimate(Vector512.Load(weights + 96), x, g);
            h = Vector512.MultiplyAddEstimate(Vector512.Load(weights + 112), x, h);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h);
    }

    float Floor256()
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default, x = Vector256.Load(_xh.Pointer);
        var weights = _rows.Pointer;
        for (var end = weights + Weights; weights < end; weights += 64)
        {
            a = Vector256.MultiplyAddEstimate(Vector256.Load(weights), x, a);
            b = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 8), x, b);
            c = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 16), x, c);
            d = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 24), x, d);
            e = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 32), x, e);
            f = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 40), x, f);
            g = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 48), x, g);
            h = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 56), x, h);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }

    /// <summary>16-bit products, neighbours added: there is no instruction for bytes by 16 bits.</summary>
    int FloorOfInt8()
    {
        var weights = (sbyte*)_rows.Pointer;
        var end = weights + Weights;
        if (Avx512BW.IsSupported)
        {
            Vector512<int> a = default, b = default, c = default, d = default;
            var x = Vector512.Load((short*)_xh.Pointer);
            for (; weights < end; weights += 128)
            {
                a += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(weights)), x);
                b += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(weights + 32)), x);
                c += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(weights + 64)), x);
                d += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(weights + 96)), x);
            }
            return Vector512.Sum(a + b + c + d);
        }
        Vector256<int> p = default, q = default, r = default, s = default;
        var y = Vector256.Load((short*)_xh.Pointer);
        for (; weights < end; weights += 64)
        {
            p += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(weights)), y);
            q += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(weights + 16)), y);
            r += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(weights + 32)), y);
            s += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(weights + 48)), y);
        }
        return Vector256.Sum(p + q + r + s);
    }
}
