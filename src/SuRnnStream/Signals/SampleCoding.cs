using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuRnnStream;

/// <summary>How one sample is written in bytes, little endian.</summary>
internal interface ISampleCoding
{
    static abstract int Bytes { get; }
    static abstract float Decode(ReadOnlySpan<byte> sample);

    /// <summary>Decodes samples that follow each other, as many as fill whole vectors, to the same bits. Returns how many.</summary>
    static virtual int DecodeVectors(ReadOnlySpan<byte> from, Span<float> to) => 0;
}

internal readonly struct Pcm8 : ISampleCoding
{
    public static int Bytes => 1;
    public static float Decode(ReadOnlySpan<byte> sample) => (sample[0] - 128) / 128f; // the one unsigned width
}

internal readonly struct Pcm16 : ISampleCoding
{
    public static int Bytes => 2;
    public static float Decode(ReadOnlySpan<byte> sample) => BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f;

    public static int DecodeVectors(ReadOnlySpan<byte> from, Span<float> to)
    {
        if (!BitConverter.IsLittleEndian) return 0;
        ref var samples = ref Unsafe.As<byte, short>(ref MemoryMarshal.GetReference(from));
        ref var floats = ref MemoryMarshal.GetReference(to);
        var i = 0;
        for (; i <= to.Length - Vector256<short>.Count; i += Vector256<short>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref samples, (nuint)i));
            (Vector256.ConvertToSingle(low) * (1 / 32768f)).StoreUnsafe(ref floats, (nuint)i); // a power of two: as exact as the division
            (Vector256.ConvertToSingle(high) * (1 / 32768f)).StoreUnsafe(ref floats, (nuint)(i + Vector256<float>.Count));
        }
        return i;
    }
}

internal readonly struct Pcm24 : ISampleCoding
{
    public static int Bytes => 3;
    public static float Decode(ReadOnlySpan<byte> sample) => (sample[0] | sample[1] << 8 | (sbyte)sample[2] << 16) / 8388608f;
}

internal readonly struct Pcm24In32 : ISampleCoding
{
    public static int Bytes => 4;
    public static float Decode(ReadOnlySpan<byte> sample) => Pcm24.Decode(sample); // the fourth byte is the sign again, or zero
}

internal readonly struct Pcm32 : ISampleCoding
{
    public static int Bytes => 4;
    public static float Decode(ReadOnlySpan<byte> sample) => BinaryPrimitives.ReadInt32LittleEndian(sample) / 2147483648f;
}

internal readonly struct Float32 : ISampleCoding
{
    public static int Bytes => 4;
    public static float Decode(ReadOnlySpan<byte> sample) => Finite(BinaryPrimitives.ReadSingleLittleEndian(sample));

    public static int DecodeVectors(ReadOnlySpan<byte> from, Span<float> to)
    {
        if (!BitConverter.IsLittleEndian) return 0;
        ref var samples = ref Unsafe.As<byte, int>(ref MemoryMarshal.GetReference(from));
        ref var floats = ref MemoryMarshal.GetReference(to);
        var i = 0;
        for (; i <= to.Length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            var bits = Vector256.LoadUnsafe(ref samples, (nuint)i);
            var finite = Vector256.LessThan(bits & Vector256.Create(0x7fff_ffff), Vector256.Create(0x7f80_0000));
            (bits & finite).AsSingle().StoreUnsafe(ref floats, (nuint)i);
        }
        return i;
    }

    // One NaN would stay in a recurrent state for ever.
    internal static float Finite(float sample) => float.IsFinite(sample) ? sample : 0;
}

internal readonly struct Float64 : ISampleCoding
{
    public static int Bytes => 8;
    public static float Decode(ReadOnlySpan<byte> sample) => Float32.Finite((float)BinaryPrimitives.ReadDoubleLittleEndian(sample));
}
