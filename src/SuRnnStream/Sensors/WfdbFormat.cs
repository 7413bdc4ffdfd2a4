using System.Buffers.Binary;

namespace SuRnnStream;

/// <summary>How samples are packed in a WFDB signal file (https://physionet.org/physiotools/wag/signal-5.htm).</summary>
static class WfdbFormat
{
    public static bool IsKnown(int format) => format is 16 or 24 or 32 or 61 or 80 or 160 or 212 or 310 or 311;

    /// <summary>Words for a format that is refused.</summary>
    public static string NameOf(int format) => format switch
    {
        8 => ", first differences",
        508 or 516 or 524 => ", which is FLAC",
        _ => "",
    };

    /// <summary>Whole samples in a number of bytes; the last one of a group may be cut where its own bits are there.</summary>
    public static long SamplesIn(long bytes, int format) => format switch
    {
        80 => bytes,
        24 => bytes / 3,
        32 => bytes / 4,
        212 => bytes / 3 * 2 + (bytes % 3 == 2 ? 1 : 0),
        310 => bytes / 4 * 3 + (bytes % 4 >= 2 ? 1 : 0),
        311 => bytes / 4 * 3 + (bytes % 4) switch { 3 => 2, 2 => 1, _ => 0 },
        _ => bytes / 2,
    };

    /// <summary>The step that means "no sample".</summary>
    public static int None(int format) => format switch
    {
        24 => -(1 << 23),
        32 => int.MinValue,
        80 => -128,
        212 => -2_048,
        310 or 311 => -512,
        _ => short.MinValue,
    };

    /// <summary>Sample number <paramref name="n"/> of those in turn.</summary>
    public static int Step(ReadOnlySpan<byte> bytes, int format, long n) => format switch
    {
        16 => BinaryPrimitives.ReadInt16LittleEndian(bytes[(int)(2 * n)..]),
        61 => BinaryPrimitives.ReadInt16BigEndian(bytes[(int)(2 * n)..]),
        160 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(int)(2 * n)..]) - 32_768,
        24 => bytes[(int)(3 * n)] | bytes[(int)(3 * n + 1)] << 8 | (sbyte)bytes[(int)(3 * n + 2)] << 16,
        32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(int)(4 * n)..]),
        80 => bytes[(int)n] - 128,
        212 => Step212(bytes[(int)(n / 2 * 3)..], n % 2),
        310 => Step310(bytes[(int)(n / 3 * 4)..], n % 3),
        _ => Step311(bytes[(int)(n / 3 * 4)..], n % 3),
    };

    /// <summary>Three bytes hold two signed samples of 12 bits: low byte of the first, high halves of second and first, low byte of the second.</summary>
    static int Step212(ReadOnlySpan<byte> group, long which) =>
        Signed(which == 0 ? group[0] | (group[1] & 0x0F) << 8 : group[2] | (group[1] & 0xF0) << 4, 12);

    /// <summary>Two words of 16 bits: bits 1 to 10 of each are a sample of 10 bits, the five highest of both the third.</summary>
    static int Step310(ReadOnlySpan<byte> group, long which) => Signed(which switch
    {
        0 => Word(group) >> 1,
        1 => Word(group[2..]) >> 1,
        _ => Word(group) >> 11 | Word(group[2..]) >> 11 << 5,
    }, 10);

    /// <summary>Three samples of 10 bits from the lowest bit of a word of 32 on; its two highest are free.</summary>
    static int Step311(ReadOnlySpan<byte> group, long which) => Signed(which switch
    {
        0 => Word(group),
        1 => group[1] >> 2 | (group[2] & 0x0F) << 6,
        _ => group[2] >> 4 | group[3] << 4,
    }, 10);

    static int Word(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

    static int Signed(int value, int bits) => value << (32 - bits) >> (32 - bits);
}
