using System.Buffers.Binary;
using System.Text;

namespace SuRnnStream.Tests;

/// <summary>Builds WAV files byte by byte, right ones and wrong ones.</summary>
internal static class WavBytes
{
    static readonly byte[] WaveGuidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>A file of the given chunks; its RIFF size is right unless given.</summary>
    public static byte[] Riff(byte[][] chunks, string id = "RIFF", uint? riffSize = null, string form = "WAVE")
    {
        var body = chunks.SelectMany(c => c).ToArray();
        return [.. Text(id), .. U32(riffSize ?? (uint)(4 + body.Length)), .. Text(form), .. body];
    }

    /// <summary>The plain file: fmt, then data.</summary>
    public static byte[] Wav(byte[] data, int bits = 16, int channels = 1, uint rate = 16_000, int tag = 1) =>
        Riff([Format(tag, channels, rate, bits), Chunk("data", data)]);

    /// <summary>A chunk, padded to an even size; its size is right unless given.</summary>
    public static byte[] Chunk(string id, byte[] body, uint? size = null) =>
        [.. Text(id), .. U32(size ?? (uint)body.Length), .. body, .. new byte[body.Length % 2]];

    public static byte[] Format(
        int tag = 1, int channels = 1, uint rate = 16_000, int bits = 16, int? blockAlign = null, byte[]? more = null)
    {
        var frame = blockAlign ?? channels * bits / 8;
        return Chunk("fmt ", [
            .. U16(tag), .. U16(channels), .. U32(rate), .. U32((uint)(rate * frame)), .. U16(frame), .. U16(bits), .. more ?? [],
        ]);
    }

    public static byte[] Extensible(int subTag, int channels, int bits, byte[]? guidTail = null) =>
        Format(0xFFFE, channels, bits: bits, more: [.. U16(22), .. U16(bits), .. U32(3), .. U16(subTag), .. guidTail ?? WaveGuidTail]);

    public static byte[] Ds64(ulong riffSize, ulong dataSize) =>
        Chunk("ds64", [.. U64(riffSize), .. U64(dataSize), .. U64(0), .. U32(0)]);

    public static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    public static byte[] U16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return bytes;
    }

    public static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] U64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
