using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>What a decoder makes as a WAV of 32-bit floats whose length is not known, as ffmpeg writes one into a pipe.</summary>
sealed class DecodedWav : ForwardStream
{
    const int HeaderBytes = 44;
    const uint UnknownLength = uint.MaxValue;

    readonly string _name, _kind;
    readonly ISoundDecoder _decoder;
    readonly float[] _frames;
    readonly byte[] _header = new byte[HeaderBytes];
    int _start, _end;                   // bytes of what waits in _frames
    int _headerRead;

    public DecodedWav(string name, string kind, ISoundDecoder decoder)
    {
        (_name, _kind, _decoder) = (name, kind, decoder);
        var (rate, channels) = (decoder.SampleRate, decoder.Channels);
        _frames = new float[Math.Max(1, 4_096 / channels) * channels];
        var header = _header.AsSpan();
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], UnknownLength);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 3); // IEEE float
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], rate * channels * sizeof(float));
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], (short)(channels * sizeof(float)));
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 32);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], UnknownLength);
    }

    /// <exception cref="InvalidAudioException">The rest cannot be decoded; what could be was read before.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_headerRead < HeaderBytes)
        {
            var part = Math.Min(buffer.Length, HeaderBytes - _headerRead);
            _header.AsSpan(_headerRead, part).CopyTo(buffer);
            _headerRead += part;
            return part;
        }
        if (_start == _end) (_start, _end) = (0, sizeof(float) * Decode());
        var count = Math.Min(buffer.Length, _end - _start);
        MemoryMarshal.AsBytes<float>(_frames).Slice(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    int Decode()
    {
        try
        {
            return _decoder.Read(_frames);
        }
        catch (Exception undecodable) when (undecodable is not (IOException or OutOfMemoryException)) // decoders of others fail in many ways
        {
            throw new InvalidAudioException(_name, $"this {_kind} cannot be decoded to its end: {undecodable.Message.TrimEnd('.')}", "replace the file, or convert it to WAV with a program that can");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoder.Dispose();
        base.Dispose(disposing);
    }
}
