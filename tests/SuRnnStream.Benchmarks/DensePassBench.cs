using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
    public void Floor()
    {
        for (var i = 0; i < Steps; i++)
        {
            if (Precision == Precision.Float32)
            {
                if (Lanes16.IsSupported) Read<Float512, float, float, Vector512<float>, Vector512<float>, float>(_rows.Pointer, _xh.Pointer);
                else Read<Float256, float, float, Vector256<float>, Vector256<float>, float>(_rows.Pointer, _xh.Pointer);
            }
            else
            {
                if (Lanes16.IsSupported) Read<Int8As512, sbyte, short, Vector512<short>, Vector512<int>, int>((sbyte*)_rows.Pointer, (short*)_xh.Pointer);
                else Read<Int8As256, sbyte, short, Vector256<short>, Vector256<int>, int>((sbyte*)_rows.Pointer, (short*)_xh.Pointer);
            }
        }
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

    /// <summary>Every weight once, with the same activation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Read<L, W, X, V, S, R>(W* weights, X* activations)
        where L : ILanes<W, X, V, S, R>
        where W : unmanaged
        where X : unmanaged
        where V : struct
        where S : struct
        where R : unmanaged
    {
        S a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        var x = L.Load(activations);
        for (var end = weights + Weights; weights < end; weights += 8 * L.Count)
        {
            a = L.Add(a, weights, x);
            b = L.Add(b, weights + L.Count, x);
            c = L.Add(c, weights + 2 * L.Count, x);
            d = L.Add(d, weights + 3 * L.Count, x);
            e = L.Add(e, weights + 4 * L.Count, x);
            f = L.Add(f, weights + 5 * L.Count, x);
            g = L.Add(g, weights + 6 * L.Count, x);
            h = L.Add(h, weights + 7 * L.Count, x);
        }
        L.Total(a, b, c, d).Store((R*)_sums.Pointer);
        L.Total(e, f, g, h).Store((R*)_sums.Pointer + 4);
    }
}
