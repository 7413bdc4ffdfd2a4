using System.Buffers.Binary;
using Concentus;

namespace SuRnnStream;

/// <summary>Opus in Ogg (RFC 7845), by Concentus, at 48 kHz.</summary>
sealed class OpusCodec : ISoundCodec
{
    public string Name => "Ogg Opus";

    public bool Knows(ReadOnlySpan<byte> start) => OggPage.FirstPacket(start).StartsWith("OpusHead"u8);

    public ISoundDecoder Open(Stream sound) => new OpusDecoder(sound);
}

sealed class OpusDecoder : ISoundDecoder
{
    const int LongestPacket = 5_760;    // frames: 120 ms

    delegate int Decoder(ReadOnlySpan<byte> packet, Span<float> frames);

    readonly Stream _sound;
    readonly OggPackets _packets;
    readonly Decoder _decode;
    readonly float _gain;
    readonly float[] _frames;           // of the last packet
    int _start, _end;                   // samples of it that wait
    long _position;                     // frames decoded, those to skip among them
    readonly int _skip;

    public OpusDecoder(Stream sound)
    {
        _sound = sound;
        _packets = new OggPackets(sound);
        var head = _packets.Read()?.Bytes ?? throw new InvalidDataException("there is no packet in it");
        if (head.Length < 19 || !head.AsSpan().StartsWith("OpusHead"u8) || head[8] >> 4 != 0) throw new InvalidDataException("its first packet is no Opus header of version 0 to 15");
        Channels = head[9] is > 0 and var channels ? channels : throw new InvalidDataException("it has no channels");
        _skip = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(10));
        _gain = (float)Math.Pow(10, BinaryPrimitives.ReadInt16LittleEndian(head.AsSpan(16)) / 256.0 / 20);
        _decode = DecoderOf(head);
        _frames = new float[LongestPacket * Channels];
        if (_packets.Read() is not { } tags || !tags.Bytes.AsSpan().StartsWith("OpusTags"u8)) throw new InvalidDataException("its second packet are no tags of Opus");
    }

    public int SampleRate => 48_000;

    public int Channels { get; }

    public string? Damage => _packets.Damage;

    public int Read(Span<float> frames)
    {
        while (_start == _end)
        {
            if (_packets.Read() is not { } packet) return 0;
            Decode(packet);
        }
        var count = Math.Min(frames.Length / Channels * Channels, _end - _start);
        _frames.AsSpan(_start, count).CopyTo(frames);
        _start += count;
        return count;
    }

    public void Dispose() => _sound.Dispose();

    /// <summary>The header's mapping of streams to channels (RFC 7845, 5.1.1).</summary>
    Decoder DecoderOf(byte[] head)
    {
        OpusCodecFactory.AttemptToUseNativeLibrary = false; // the same samples on every machine
        if (head[18] == 0)
        {
            if (Channels > 2) throw new InvalidDataException($"it has {Channels} channels without a mapping");
            var decoder = OpusCodecFactory.CreateDecoder(SampleRate, Channels);
            return (packet, frames) => decoder.Decode(packet, frames, LongestPacket, false);
        }
        if (head.Length < 21 + Channels) throw new InvalidDataException("its header is cut off");
        var several = OpusCodecFactory.CreateMultiStreamDecoder(SampleRate, Channels, head[19], head[20], head[21..(21 + Channels)]);
        return (packet, frames) => several.DecodeMultistream(packet, frames, LongestPacket, false);
    }

    void Decode(OggPacket packet)
    {
        var decoded = _decode(packet.Bytes, _frames);
        var first = (int)Math.Clamp(_skip - _position, 0, decoded);
        var last = packet.End is { } end ? (int)Math.Clamp(end - _position, first, decoded) : decoded;
        _position += decoded;
        (_start, _end) = (first * Channels, last * Channels);
        if (_gain == 1) return;
        foreach (ref var sample in _frames.AsSpan(_start, _end - _start)) sample *= _gain;
    }
}
