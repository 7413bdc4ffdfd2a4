using System.Buffers.Binary;

namespace SuRnnStream;

/// <summary>What a WAV file says about itself. Reading it leaves the stream at the first frame.</summary>
/// <param name="SampleRate">1 to <see cref="MaxSampleRate"/>.</param>
/// <param name="Channels">1 to 65535.</param>
/// <param name="Bits">Per sample: 8, 16, 24, 32, or 32 and 64 when <paramref name="IsFloat"/>; fewer bits of PCM count as the next of these.</param>
/// <param name="IsFloat">IEEE floating point.</param>
/// <param name="DataBytes">Bytes of audio that can be read; null when they run to an unknown end of the stream.</param>
/// <param name="Truncated">The file is known to end before its data chunk does.</param>
/// <param name="SampleBytes">A sample's place in a frame; 4 for 24 bits in the low three of them.</param>
internal readonly record struct WavHeader(int SampleRate, int Channels, int Bits, bool IsFloat, long? DataBytes, bool Truncated, int SampleBytes)
{
    /// <summary>Well above any converter; a higher rate is a broken header, and would ask a resampler for a huge filter.</summary>
    public const int MaxSampleRate = 10_000_000;

    public int FrameBytes => Channels * SampleBytes;

    public static WavHeader Read(Stream stream, string name) => new WavHeaderReader(stream, name).Read();
}

file sealed class WavHeaderReader(Stream stream, string name)
{
    const uint Unknown = uint.MaxValue;
    const uint StreamingSize = 0x7FFF_F000; // SoX and arecord put about 2 GiB when they cannot know the length
    const string Convert = "convert it, for example with: ffmpeg -i IN -c:a pcm_s16le OUT.wav";
    const string Again = "copy, download or record it again";
    const string Replace = "check the path, or download the file again";

    long _offset;               // bytes taken from the stream
    ulong? _dataBytes64;        // from the ds64 chunk of RF64 and BW64

    public WavHeader Read()
    {
        ReadRiff();
        WavHeader? format = null;
        Span<byte> chunk = stackalloc byte[8];
        while (true)
        {
            var at = _offset;
            if (Fill(chunk) < chunk.Length)
                throw Fail(at, format is null ? "the file ends and has no fmt chunk" : "the file ends and has no data chunk", Again);

            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("data"u8))
            {
                return format is { } found
                    ? Measure(found, at, size)
                    : throw Fail(at, "the data chunk has no fmt chunk before it", Convert);
            }
            if (chunk.StartsWith("fmt "u8)) format = ReadFormat(at, size);
            if (chunk.StartsWith("ds64"u8)) ReadSizes(at, size);
            var next = at + 8 + size + (size & 1);
            if (!SkipTo(next))
                throw Fail(at, $"the '{Printable(chunk[..4])}' chunk has {size} bytes, but the file ends at byte {_offset}", Again);
        }
    }

    void ReadRiff()
    {
        Span<byte> start = stackalloc byte[256];
        var got = Fill(start[..12]);
        if (got == 0) throw Fail(0, "the file is empty", Again);

        var id = start[..Math.Min(got, 4)];
        if (!"RIFF"u8.StartsWith(id) && !"RF64"u8.StartsWith(id) && !"BW64"u8.StartsWith(id))
        {
            if (got == 12) got += Fill(start[12..]);
            start = start[..got];
            if (FileKind.GuessOther(start) is { } other) throw Fail(0, $"this is not a WAV file, it looks like {other}", Replace);
            throw Fail(0, $"this is not a WAV file{(FileKind.GuessSound(start) is { } kind ? $", it looks like {kind}" : "")}", Convert);
        }
        if (got < 12) throw Fail(got, "the file ends inside its header", Again);
        if (!start[8..].StartsWith("WAVE"u8))
            throw Fail(8, $"this is a RIFF file with '{Printable(start[8..12])}' in it, not a WAV file", Convert);
    }

    WavHeader ReadFormat(long at, uint size)
    {
        Span<byte> fmt = stackalloc byte[40]; // plain 16, with an extension 18, EXTENSIBLE 40
        if (size < 16) throw Fail(at, $"the fmt chunk has {size} bytes and needs 16", Convert);
        fmt = fmt[..(int)Math.Min(size, 40)];
        if (Fill(fmt) < fmt.Length) throw Fail(_offset, "the file ends inside its fmt chunk", Again);

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(fmt[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(fmt[4..]);
        int frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(fmt[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(fmt[14..]);
        var tagAt = at + 8;
        if (tag == 0xFFFE) // EXTENSIBLE: the tag is the start of a GUID
        {
            if (fmt.Length < 40) throw Fail(at, $"the fmt chunk of an EXTENSIBLE file has {size} bytes and needs 40", Convert);
            var guid = new Guid(fmt[24..]);
            ReadOnlySpan<byte> waveGuid = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
            if (!fmt[26..].SequenceEqual(waveGuid)) throw Fail(at + 32, $"the codec {guid} is not supported", Convert);
            (tag, tagAt) = (BinaryPrimitives.ReadUInt16LittleEndian(fmt[24..]), at + 32);
        }

        if (tag is not (1 or 3)) throw new InvalidAudioException(name, tagAt, $"the codec 0x{tag:X4}{CodecName(tag)} is not supported", Convert) { Coding = CodecName(tag) is [' ', '(', .. var coding, ')'] ? coding : $"the codec 0x{tag:X4}" };
        if (channels == 0) throw Fail(at + 10, "the file has 0 channels", Convert);
        if (rate is 0 or > WavHeader.MaxSampleRate)
            throw Fail(at + 12, $"the sample rate is {rate} Hz and must be 1 to {WavHeader.MaxSampleRate} Hz", Convert);
        if (tag == 1 ? bits is < 1 or > 32 : bits is not (32 or 64))
            throw Fail(at + 22, $"{bits} bits per {(tag == 1 ? "PCM" : "float")} sample are not supported", Convert);
        // BlockAlign says nothing that the rest does not, but for 24 bits in four bytes; small recorders get it wrong, and other readers accept their files.
        var needed = (bits + 7) / 8;
        if (channels * needed > ushort.MaxValue) throw Fail(at + 10, $"{channels} channels of {bits} bits need {channels * needed} bytes a frame, and a WAV file has at most {ushort.MaxValue}", Convert);
        var sampleBytes = tag == 1 && needed == 3 && frameBytes == 4 * channels ? 4 : needed;
        return new WavHeader((int)rate, channels, 8 * needed, tag == 3, null, false, sampleBytes);
    }

    void ReadSizes(long at, uint size)
    {
        Span<byte> sizes = stackalloc byte[16]; // of the file, of the data
        if (size < sizes.Length) throw Fail(at, $"the ds64 chunk has {size} bytes and needs {sizes.Length}", Convert);
        if (Fill(sizes) < sizes.Length) throw Fail(_offset, "the file ends inside its ds64 chunk", Again);
        _dataBytes64 = BinaryPrimitives.ReadUInt64LittleEndian(sizes[8..]);
        if (_dataBytes64 is > long.MaxValue and not ulong.MaxValue)
            throw Fail(at + 16, $"the ds64 chunk claims {_dataBytes64} bytes of data", Again);
    }

    WavHeader Measure(WavHeader format, long at, uint size)
    {
        long? there = stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : null;
        var bytes = size == Unknown && _dataBytes64 is { } wide ? wide == ulong.MaxValue ? Unknown : (long)wide : size;
        var streamed = size == Unknown && _dataBytes64 is null or ulong.MaxValue
            || bytes == 0 && !AnotherChunkFollows(there)
            || size is >= StreamingSize and < Unknown && !(bytes <= there);
        if (streamed) return format with { DataBytes = there };
        if (bytes > there) return format with { DataBytes = there, Truncated = true };
        return format with { DataBytes = bytes };
    }

    /// <summary>Tells a data chunk that is really empty from one whose writer never came back to fill in the length.</summary>
    bool AnotherChunkFollows(long? there)
    {
        if (there is null or < 8) return false;
        Span<byte> chunk = stackalloc byte[8];
        var back = stream.Position;
        var got = Fill(chunk);
        stream.Position = back;
        return got == chunk.Length && !chunk[..4].ContainsAnyExceptInRange((byte)' ', (byte)'~')
            && BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]) <= there - 8;
    }

    int Fill(Span<byte> bytes)
    {
        var got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        _offset += got;
        return got;
    }

    bool SkipTo(long target)
    {
        if (stream.CanSeek)
        {
            var step = Math.Min(target - _offset, Math.Max(0, stream.Length - stream.Position));
            stream.Seek(step, SeekOrigin.Current);
            _offset += step;
            return _offset == target;
        }
        Span<byte> scratch = stackalloc byte[1024];
        while (_offset < target)
            if (Fill(scratch[..(int)Math.Min(scratch.Length, target - _offset)]) == 0) return false;
        return true;
    }

    InvalidAudioException Fail(long at, string problem, string remedy) => new(name, at, problem, remedy);

    static string Printable(ReadOnlySpan<byte> id) =>
        string.Create(4, BinaryPrimitives.ReadUInt32LittleEndian(id), static (text, id) =>
        {
            for (var i = 0; i < text.Length; i++, id >>= 8) text[i] = (byte)id is >= 0x20 and < 0x7F ? (char)(byte)id : '?';
        });

    static string CodecName(int tag) => tag switch
    {
        0x0002 => " (Microsoft ADPCM)",
        0x0006 => " (A-law)",
        0x0007 => " (mu-law)",
        0x0011 => " (IMA ADPCM)",
        0x0031 => " (GSM 6.10)",
        0x0050 => " (MPEG)",
        0x0055 => " (MP3)",
        0x00FF => " (AAC)",
        0x0161 => " (WMA)",
        0xF1AC => " (FLAC)",
        _ => "",
    };
}
