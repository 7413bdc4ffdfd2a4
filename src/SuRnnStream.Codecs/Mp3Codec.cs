using NLayer;

namespace SuRnnStream;

/// <summary>MPEG audio of layer 3, or 1 and 2, by NLayer.</summary>
sealed class Mp3Codec : ISoundCodec
{
    public string Name => "MP3";

    public bool Knows(ReadOnlySpan<byte> start) => start.StartsWith("ID3"u8) || start is [0xFF, var b, ..] && (b & 0xE0) == 0xE0 && (b & 0x06) != 0; // layer 0 would be AAC

    public ISoundDecoder Open(Stream sound) => new Mp3Decoder(sound);
}

sealed class Mp3Decoder : ISoundDecoder
{
    readonly Stream _sound;
    readonly MpegFile _file;
    readonly float[] _skipped = new float[1_152];
    long _toSkip;                       // samples of all channels before the sound begins
    long _left;                         // likewise those of the sound

    public Mp3Decoder(Stream sound)
    {
        var padding = Mp3Padding.Read(sound);
        (_sound, _file) = (sound, new MpegFile(sound));
        (SampleRate, Channels) = (_file.SampleRate, _file.Channels);
        if (SampleRate == 8_000) throw new NotSupportedException("NLayer decodes MP3 of 8 kHz wrongly, so ffmpeg is needed, which is not installed"); // NLayer 3.0.1, in short blocks; if ffmpeg is installed it is used instead
        (_toSkip, _left) = padding is { } known ? (known.Before * Channels, known.Frames * Channels) : (0, long.MaxValue);
    }

    public int SampleRate { get; }

    public int Channels { get; }

    public string? Damage => null; // NLayer skips damaged frames without reporting them

    public int Read(Span<float> frames)
    {
        while (_toSkip > 0)
        {
            var skipped = _file.ReadSamples(_skipped.AsSpan(0, (int)Math.Min(_toSkip, _skipped.Length)));
            if (skipped == 0) return 0;
            _toSkip -= skipped;
        }
        var count = _file.ReadSamples(frames[..((int)Math.Min(frames.Length, _left) / Channels * Channels)]);
        _left -= count;
        return count;
    }

    public void Dispose()
    {
        _file.Dispose(); // which leaves the stream open
        _sound.Dispose();
    }
}
