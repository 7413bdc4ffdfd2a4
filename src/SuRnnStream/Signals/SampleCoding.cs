using System.Buffers.Binary;

namespace SuRnnStream;

/// <summary>How one sample is written in bytes, little endian.</summary>
internal interface ISampleCoding
{
    static abstract int Bytes { get; }
    static abstract float Decode(ReadOnlySpan<byte> sample);
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
    // One NaN would stay in a recurrent state for ever.
    internal static float Finite(float sample) => float.IsFinite(sample) ? sample : 0;
}

internal readonly struct Float64 : ISampleCoding
{
    public static int Bytes => 8;
    public static float Decode(ReadOnlySpan<byte> sample) => Float32.Finite((float)BinaryPrimitives.ReadDoubleLittleEndian(sample));
}
