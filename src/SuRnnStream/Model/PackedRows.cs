using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>Weights as the row kernels read them.</summary>
static unsafe class PackedRows
{
    /// <summary>Equal rows, each padded with zeros to whole vectors.</summary>
    public static AlignedBuffer From(ReadOnlySpan<float> values, int rows)
    {
        var length = values.Length / rows;
        var packed = new AlignedBuffer(rows * RowKernel.Pad(length));
        for (var r = 0; r < rows; r++) values.Slice(r * length, length).CopyTo(packed.Span[(r * RowKernel.Pad(length))..]);
        return packed;
    }

    /// <summary>Reserves this many bytes.</summary>
    public static AlignedBuffer Int8(int length) => new((length + sizeof(float) - 1) / sizeof(float));

    /// <summary>Weights as whole multiples of their scale.</summary>
    public static void Write(ReadOnlySpan<float> weights, float scale, sbyte* to) => Quantizer.Weights(weights, scale, new Span<sbyte>(to, weights.Length));
}
