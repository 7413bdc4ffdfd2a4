using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>Equal weight rows that are always wanted together, as float32 or as int8 with a scale a row, and their biases.</summary>
sealed unsafe class WeightMatrix
{
    readonly int _rows, _columns, _padded, _whole, _most; // whole: columns of int8 that are multiplied; most: its largest activation
    readonly AlignedBuffer _weights;    // float32: [rows, padded columns]; int8: as RowKernel.Columns wants them
    readonly AlignedBuffer _bias;       // [rows]
    readonly AlignedBuffer? _scale;     // [rows] of int8

    /// <param name="weights">[rows, columns]</param>
    /// <param name="bias">[rows]</param>
    /// <param name="scale">[rows], of which a row's weights are whole multiples; empty: float32.</param>
    public WeightMatrix(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, ReadOnlySpan<float> scale)
    {
        (_rows, _columns) = (bias.Length, weights.Length / bias.Length);
        _bias = PackedRows.From(bias, 1);
        if (scale.IsEmpty)
        {
            _padded = RowKernel.Pad(_columns);
            _weights = PackedRows.From(weights, _rows);
            return;
        }
        _padded = RowKernel.PadInt8(_columns);
        (_whole, _most) = ((_columns + 3) / 4 * 4, Quantizer.LargestActivation(_padded));
        var block = RowKernel.Best.Block;
        _weights = PackedRows.Int8(RowKernel.Pad(_rows) * _padded);
        var packed = (sbyte*)_weights.Pointer;
        var row = new sbyte[_columns];
        for (var r = 0; r < _rows; r++)
        {
            Quantizer.Weights(weights.Slice(r * _columns, _columns), scale[r], row);
            Spread(row, block, packed + r / block * block * _whole + r % block * 2);
        }
        _scale = PackedRows.From(scale, 1);
    }

    /// <summary>A row's pairs of weights to their places in its block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Spread(ReadOnlySpan<sbyte> row, int block, sbyte* to)
    {
        for (var c = 0; c < row.Length; c++) to[c / 2 * 2 * block + c % 2] = row[c];
    }

    public Work Work => new(_rows * (long)_columns, _rows * (_columns * (_scale is null ? sizeof(float) : sizeof(sbyte)) + (_scale is null ? 0L : sizeof(float))));

    /// <summary>Numbers that vectors need room for.</summary>
    public int Longest => Math.Max(_padded, RowKernel.Pad(_rows));

    /// <summary>y [rows, padded] = W x + b. The padding after x [columns] is overwritten with zeros.</summary>
    public void Multiply(float* x, float* y, Workspace work)
    {
        for (var i = _columns; i < _padded; i++) x[i] = 0;
        if (_scale is null)
        {
            RowKernel.Best.Rows(_weights.Pointer, _rows, _padded, x, y);
            for (var r = 0; r < _rows; r += 8) (Vector256.Load(y + r) + Vector256.Load(_bias.Pointer + r)).Store(y + r);
            return;
        }
        var largest = Quantizer.Largest(x, _padded);
        Quantizer.Convert(x, _padded, largest, _most, work.Int16);
        RowKernel.Best.Columns((sbyte*)_weights.Pointer, _rows, _whole, work.Int16, work.Int32);
        var unit = Quantizer.Scale(largest, _most);
        if (Vector512.IsHardwareAccelerated)
        {
            for (var r = 0; r < _rows; r += 16)
            {
                var product = Vector512.ConvertToSingle(Vector512.Load(work.Int32 + r)) * (Vector512.Load(_scale.Pointer + r) * unit);
                (product + Vector512.Load(_bias.Pointer + r)).Store(y + r);
            }
            return;
        }
        for (var r = 0; r < _rows; r += 8)
        {
            var product = Vector256.ConvertToSingle(Vector256.Load(work.Int32 + r)) * (Vector256.Load(_scale.Pointer + r) * unit);
            (product + Vector256.Load(_bias.Pointer + r)).Store(y + r);
        }
    }
}
