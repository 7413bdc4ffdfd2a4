using System.Buffers.Binary;

namespace SuRnnStream;

/// <summary>One page of an Ogg stream (RFC 3533, chapter 6).</summary>
/// <param name="Flags">1: goes on with a packet of the page before; 2: the first of its stream; 4: the last.</param>
/// <param name="Granule">Where the last packet that ends here ends, as the codec counts; -1: none ends here.</param>
/// <param name="Serial">Which stream it is of.</param>
/// <param name="Sequence">Counts the pages of its stream.</param>
/// <param name="Lacing">Lengths of the segments; one of less than 255 ends a packet.</param>
/// <param name="Body">The segments.</param>
sealed record OggPage(byte Flags, long Granule, uint Serial, uint Sequence, byte[] Lacing, byte[] Body)
{
    const int HeaderBytes = 27;
    const int LongestSearch = 1 << 20;  // bytes between two pages

    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(TableEntry)];

    public bool Continues => (Flags & 1) != 0;

    public bool Begins => (Flags & 2) != 0;

    public bool Ends => (Flags & 4) != 0;

    /// <summary>The beginning of the first packet of a file that begins with these bytes; empty where it is no Ogg.</summary>
    public static ReadOnlySpan<byte> FirstPacket(ReadOnlySpan<byte> start)
    {
        if (start.Length <= HeaderBytes || !start.StartsWith("OggS"u8)) return [];
        var body = HeaderBytes + start[HeaderBytes - 1];
        return body < start.Length ? start[body..] : [];
    }

    /// <summary>The next page with a right checksum. Null: there is none.</summary>
    /// <param name="stream">Read on, by the byte where no page begins.</param>
    /// <param name="skipped">True: bytes were left out before it, or before the end.</param>
    public static OggPage? Read(Stream stream, out bool skipped)
    {
        skipped = false;
        var header = new byte[HeaderBytes];
        var got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        for (var searched = 0; got == HeaderBytes && searched < LongestSearch; searched++)
        {
            if (header.AsSpan().StartsWith("OggS"u8) && header[4] == 0)
            {
                var lacing = new byte[header[26]];
                var body = stream.ReadAtLeast(lacing, lacing.Length, throwOnEndOfStream: false) == lacing.Length ? new byte[lacing.Sum(length => length)] : null;
                if (body is null || stream.ReadAtLeast(body, body.Length, throwOnEndOfStream: false) < body.Length)
                {
                    skipped = true;
                    return null; // cut off
                }
                if (Checksum(header, lacing, body) == BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(22)))
                {
                    return new OggPage(header[5], BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(6)), BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(14)),
                        BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(18)), lacing, body);
                }
                skipped = true;
                got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
                continue;
            }
            skipped = true;
            header.AsSpan(1).CopyTo(header);
            got = HeaderBytes - 1 + stream.Read(header.AsSpan(HeaderBytes - 1));
        }
        skipped |= got > 0;
        return null;
    }

    /// <summary>CRC-32 with the polynomial 0x04C11DB7, highest bit first, from 0, over the page with zeros in its own place.</summary>
    static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> lacing, ReadOnlySpan<byte> body)
    {
        Span<byte> blank = stackalloc byte[HeaderBytes];
        header.CopyTo(blank);
        blank.Slice(22, 4).Clear();
        return Add(Add(Add(0, blank), lacing), body);

        static uint Add(uint crc, ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes) crc = crc << 8 ^ Table[(byte)(crc >> 24 ^ b)];
            return crc;
        }
    }

    static uint TableEntry(int value)
    {
        var crc = (uint)value << 24;
        for (var bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) != 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
        return crc;
    }
}
