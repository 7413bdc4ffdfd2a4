using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>Equal weight rows that are always wanted together, as float32 or as int8 with a scale a row, and their biases.</summary>
sealed unsafe class WeightMatrix
{
    readonly int _rows, _columns, _padded;
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
        var block = RowKernel.Best.Block;
        _weights = PackedRows.Int8(RowKernel.Pad(_rows) * _padded);
        var packed = (sbyte*)_weights.Pointer;
        for (var r = 0; r < _rows; r++)
        {
            var place = packed + r / block * block * _padded + r % block * 2;
            for (var c = 0; c < _columns; c++) place[c / 2 * 2 * block + c % 2] = Quantizer.Weight(weights[r * _columns + c], scale[r]);
        }
        _scale = PackedRows.From(scale, 1);
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
        var unit = Vector256.Create(Quantizer.Activations(x, _padded, work.Int16));
        RowKernel.Best.Columns((sbyte*)_weights.Pointer, _rows, _padded, work.Int16, work.Int32);
        for (var r = 0; r < _rows; r += 8)
        {
            var product = Vector256.ConvertToSingle(Vector256.Load(work.Int32 + r)) * (Vector256.Load(_scale.Pointer + r) * unit);
            (product + Vector256.Load(_bias.Pointer + r)).Store(y + r);
        }
    }
}
