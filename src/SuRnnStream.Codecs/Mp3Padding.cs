using System.Buffers.Binary;

namespace SuRnnStream;

/// <summary>Padding that the encoder put before and after the sound, as the tag in the first frame says (LAME's extension of the Xing header).</summary>
/// <param name="Before">Frames (a sample of each channel) to leave out.</param>
/// <param name="Frames">Frames of the sound itself.</param>
readonly record struct Mp3Padding(long Before, long Frames)
{
    const int DecoderDelay = 529;       // samples by which every decoder of layer 3 is late
    const int LargestPadding = 4_096;   // zero bytes after an ID3 tag
    const int TagBytes = 200;           // of the first frame that are looked at

    /// <summary>Reads the tag and returns to the start of the file. Null: no tag gives the padding.</summary>
    public static Mp3Padding? Read(Stream sound)
    {
        Span<byte> head = stackalloc byte[10];
        var got = sound.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var tags = got == head.Length && head.StartsWith("ID3"u8) ? 10 + ((head[6] & 0x7F) << 21 | (head[7] & 0x7F) << 14 | (head[8] & 0x7F) << 7 | head[9] & 0x7F) : 0;
        sound.Position = Math.Min(tags, sound.Length);
        var bytes = new byte[LargestPadding + TagBytes];
        got = sound.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        sound.Position = 0;
        var frame = bytes.AsSpan(0, got).TrimStart((byte)0);
        return frame.Length >= TagBytes ? OfFrame(frame) : null;
    }

    static Mp3Padding? OfFrame(ReadOnlySpan<byte> frame)
    {
        if (frame[0] != 0xFF || (frame[1] & 0xE6) != 0xE2) return null; // layer 3
        var mpeg1 = (frame[1] & 0x18) == 0x18;
        var mono = (frame[3] & 0xC0) == 0xC0;
        var xing = frame[(4 + (mpeg1, mono) switch { (true, false) => 32, (true, true) or (false, false) => 17, _ => 9 })..];
        if (!xing.StartsWith("Xing"u8) && !xing.StartsWith("Info"u8)) return null;
        var flags = BinaryPrimitives.ReadUInt32BigEndian(xing[4..]);
        if ((flags & 1) == 0) return null; // it does not say how many frames there are
        var frames = BinaryPrimitives.ReadUInt32BigEndian(xing[8..]);
        var lame = 12 + ((flags & 2) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 100 : 0) + ((flags & 8) != 0 ? 4 : 0);
        if (xing.Length < lame + 24) return null;
        var gaps = xing.Slice(lame + 21, 3);
        var (before, after) = (gaps[0] << 4 | gaps[1] >> 4, (gaps[1] & 0x0F) << 8 | gaps[2]);
        var samples = frames * (mpeg1 ? 1_152L : 576L) - before - after;
        return before + after > 0 && samples > 0 ? new Mp3Padding(before + DecoderDelay, samples) : null;
    }
}
