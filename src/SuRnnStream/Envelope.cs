using System.Buffers.Binary;
using System.Numerics;

namespace SuRnnStream;

/// <summary>
/// A sealed piece of state: 8 bytes that say its kind, its version (int32), the length of its content (int64) and that content's CRC-32C
/// (uint32), all little-endian, then the content. A flipped bit, a cut and a foreign file are seen before anything of it is used.
/// </summary>
static class Envelope
{
    public const int HeaderLength = 24;
    const int Piece = 1 << 16;

    /// <summary>Writes <paramref name="content"/> sealed, as of a kind of 8 bytes.</summary>
    public static void Write(Stream to, ReadOnlySpan<byte> kind, int version, ReadOnlySpan<byte> content)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        kind[..8].CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], version);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Checksum(0, content));
        to.Write(header);
        to.Write(content);
    }

    /// <summary>True: these bytes begin as an envelope of that kind does.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start, ReadOnlySpan<byte> kind) => start.StartsWith(kind[..8]);

    /// <summary>
    /// The content, of at most <paramref name="longest"/> bytes; takes no byte after it. Memory follows what is there, not what the header claims.
    /// Messages begin with <paramref name="what"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">It is of another kind or version, ends early, or its checksum is wrong.</exception>
    public static byte[] Read(Stream from, ReadOnlySpan<byte> kind, int version, string what, long longest)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        var got = from.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (!IsOne(header[..got], kind)) throw new InvalidDataException($"{what} is none, or was saved by an older SuRnnStream.");
        if (got < HeaderLength) throw new InvalidDataException($"{what} ends early.");
        var saved = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (saved != version) throw new InvalidDataException($"{what} is of version {saved}, this SuRnnStream reads version {version}.");
        var length = BinaryPrimitives.ReadInt64LittleEndian(header[12..]);
        if (length < 0 || length > longest) throw new InvalidDataException($"{what} claims to have {length} bytes; 0 to {longest} are possible.");
        var content = new byte[Math.Min(length, Piece)];
        for (var filled = 0; filled < length;)
        {
            if (filled == content.Length) Array.Resize(ref content, (int)Math.Min(length, 2L * filled));
            if (from.Read(content.AsSpan(filled)) is not (> 0 and var read)) throw new InvalidDataException($"{what} ends early.");
            filled += read;
        }
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        return Checksum(0, content) == checksum ? content : throw new InvalidDataException($"{what} is damaged: its checksum is wrong.");
    }

    /// <summary>CRC-32C (Castagnoli; RFC 3720, appendix B.4) of pieces, given that of those before; 0 at the start.</summary>
    public static uint Checksum(uint before, ReadOnlySpan<byte> bytes)
    {
        var crc = ~before;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
