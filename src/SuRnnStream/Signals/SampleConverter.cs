using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// Turns pushed sound of any format into samples of one channel at a model's rate: 16-bit or float samples, or bytes of any encoding, interleaved, in any pieces. Over a whole stream that is, sample for
/// sample, what <see cref="PcmFormat.Decode"/> and <see cref="Resampler"/> give. Not thread-safe.
/// </summary>
public sealed class SampleConverter
{
    const int Piece = 4_096;                        // frames decoded at a time

    readonly PcmFormat _format;
    readonly int? _channel;
    readonly PcmFormat _shorts, _floats;            // the same channels in these encodings
    readonly LiveResampler? _resampler;             // null: the rates are the same
    readonly byte[] _rest;                          // bytes of a frame that has not come whole
    int _restLength;
    float[] _mono = [], _output = [];

    /// <param name="format">Rate and channels of what comes; its encoding is that of bytes.</param>
    /// <param name="targetRate">Of what is given, in Hz; above zero.</param>
    /// <param name="channel">The channel to take, counted from 0; null for the mean of all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range, or there is no such channel.</exception>
    public SampleConverter(PcmFormat format, int targetRate, int? channel = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetRate);
        (_format, _channel, TargetRate) = (format, channel, targetRate);
        format.Decode([], [], channel); // complains of the channel
        (_shorts, _floats) = (new PcmFormat(SampleEncoding.S16, format.SampleRate, format.Channels), new PcmFormat(SampleEncoding.F32, format.SampleRate, format.Channels));
        _rest = new byte[format.FrameBytes];
        if (format.SampleRate != targetRate) _resampler = new LiveResampler(format.SampleRate, targetRate);
    }

    /// <summary>A converter to the rate of a model that detects events of sound.</summary>
    /// <exception cref="ArgumentException">The model detects events of sensors, or there is no such channel.</exception>
    public static SampleConverter For(SuRnnModel model, PcmFormat format, int? channel = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new SampleConverter(format, model.Config.RequireFrontEnd().SampleRate, channel);
    }

    /// <summary>Samples per second of what is given.</summary>
    public int TargetRate { get; }

    /// <summary>Takes 16-bit samples, interleaved, whole frames.</summary>
    /// <returns>What is ready at <see cref="TargetRate"/>; valid until the next call.</returns>
    /// <exception cref="ArgumentException">The last frame is not whole.</exception>
    public ReadOnlyMemory<float> PushInt16(ReadOnlySpan<short> samples) => Take(MemoryMarshal.AsBytes(LittleEndian(samples)), _shorts);

    /// <summary>Takes float samples in [-1, 1], interleaved, whole frames.</summary>
    /// <inheritdoc cref="PushInt16"/>
    public ReadOnlyMemory<float> PushFloat32(ReadOnlySpan<float> samples)
    {
        if (_format.Channels == 1) return Give(samples);
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Interleaved float samples are taken on little-endian machines: push bytes.");
        return Take(MemoryMarshal.AsBytes(samples), _floats);
    }

    /// <summary>Takes bytes in the format's encoding, interleaved, little-endian. A frame may be cut: its rest comes with the next call.</summary>
    /// <returns>What is ready at <see cref="TargetRate"/>; valid until the next call.</returns>
    public ReadOnlyMemory<float> PushBytes(ReadOnlySpan<byte> bytes)
    {
        if (_restLength > 0)
        {
            var missing = Math.Min(_rest.Length - _restLength, bytes.Length);
            bytes[..missing].CopyTo(_rest.AsSpan(_restLength));
            _restLength += missing;
            bytes = bytes[missing..];
            if (_restLength < _rest.Length) return ReadOnlyMemory<float>.Empty;
            _restLength = 0;
            byte[] first = [.. _rest]; // which the rest of these bytes takes next
            byte[] whole = [.. first, .. WholeFrames(ref bytes)];
            return Take(whole, _format);
        }
        return Take(WholeFrames(ref bytes), _format);
    }

    /// <summary>The sound has ended. Call it once, last.</summary>
    /// <returns>What the resampler still holds.</returns>
    public ReadOnlyMemory<float> End() => _resampler?.End() ?? ReadOnlyMemory<float>.Empty;

    /// <summary>The frames that have come whole; the bytes of one that has not are kept.</summary>
    ReadOnlySpan<byte> WholeFrames(ref ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length / _format.FrameBytes * _format.FrameBytes;
        bytes[length..].CopyTo(_rest);
        _restLength = bytes.Length - length;
        return bytes[..length];
    }

    ReadOnlyMemory<float> Take(ReadOnlySpan<byte> frames, PcmFormat format)
    {
        if (frames.Length % format.FrameBytes != 0) throw new ArgumentException($"{frames.Length / (format.FrameBytes / format.Channels)} samples are no whole frames of {format.Channels} channels.");
        var count = frames.Length / format.FrameBytes;
        if (_mono.Length < count) _mono = new float[Math.Max(count, Piece)];
        format.Decode(frames, _mono, _channel);
        return _resampler is null ? _mono.AsMemory(0, count) : _resampler.Push(_mono.AsSpan(0, count));
    }

    ReadOnlyMemory<float> Give(ReadOnlySpan<float> mono)
    {
        if (_resampler is not null) return _resampler.Push(mono);
        if (_output.Length < mono.Length) _output = new float[Math.Max(mono.Length, Piece)];
        mono.CopyTo(_output);
        return _output.AsMemory(0, mono.Length);
    }

    static ReadOnlySpan<short> LittleEndian(ReadOnlySpan<short> samples)
    {
        if (BitConverter.IsLittleEndian) return samples;
        var swapped = samples.ToArray();
        System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(swapped, swapped);
        return swapped;
    }
}
