using NVorbis;

namespace SuRnnStream;

/// <summary>Vorbis in Ogg, by NVorbis.</summary>
sealed class VorbisCodec : ISoundCodec
{
    public string Name => "Ogg Vorbis";

    public bool Knows(ReadOnlySpan<byte> start) => OggPage.FirstPacket(start).StartsWith("\u0001vorbis"u8);

    public ISoundDecoder Open(Stream sound) => new VorbisDecoder(sound);
}

sealed class VorbisDecoder : ISoundDecoder
{
    readonly VorbisReader _reader;

    public VorbisDecoder(Stream sound)
    {
        _reader = new VorbisReader(sound, closeOnDispose: true) { ClipSamples = false };
        (SampleRate, Channels) = (_reader.SampleRate, _reader.Channels);
    }

    public int SampleRate { get; }

    public int Channels { get; }

    public string? Damage { get; private set; }

    public int Read(Span<float> frames)
    {
        var count = _reader.ReadSamples(frames[..(frames.Length / Channels * Channels)]) / Channels * Channels;
        if (count == 0 && _reader.Streams.Count > 1) Damage = "there is a second sound, which is not read";
        return count;
    }

    public void Dispose() => _reader.Dispose();
}
