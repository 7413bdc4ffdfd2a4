using System.Globalization;

namespace SuRnnStream;

/// <summary>What bytes of sound mean: interleaved channels, frame after frame.</summary>
public sealed record PcmFormat
{
    const int Extensible = 0xFFFE;

    readonly Downmix.Mixer _mix;

    /// <param name="encoding">How each sample is written.</param>
    /// <param name="sampleRate">Frames per second, above zero.</param>
    /// <param name="channels">1 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public PcmFormat(SampleEncoding encoding, int sampleRate, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, ushort.MaxValue);
        (Encoding, SampleRate, Channels) = (encoding, sampleRate, channels);
        (_mix, var sampleBytes) = Downmix.Of(encoding);
        FrameBytes = sampleBytes * channels;
    }

    /// <summary>How each sample is written.</summary>
    public SampleEncoding Encoding { get; }

    /// <summary>Frames per second.</summary>
    public int SampleRate { get; }

    /// <summary>Samples in a frame.</summary>
    public int Channels { get; }

    /// <summary>Bytes of one sample of every channel.</summary>
    public int FrameBytes { get; }

    /// <summary>The format that a WAVEFORMATEX or WAVEFORMATEXTENSIBLE describes, as Windows' audio devices and NAudio do.</summary>
    /// <param name="tag">1 for PCM, 3 for IEEE float, 0xFFFE for extensible: then <paramref name="subFormat"/> decides.</param>
    /// <param name="bits">Bits that a sample takes up, its padding included.</param>
    /// <param name="sampleRate">Frames per second.</param>
    /// <param name="channels">Samples in a frame.</param>
    /// <param name="subFormat">KSDATAFORMAT_SUBTYPE_PCM or _IEEE_FLOAT of an extensible format.</param>
    /// <exception cref="NotSupportedException">It is compressed, or no number of bits that a sample can have.</exception>
    public static PcmFormat FromWave(int tag, int bits, int sampleRate, int channels, Guid? subFormat = null)
    {
        var (inner, known) = tag == Extensible && subFormat is { } guid ? InnerTag(guid) : (tag, true);
        SampleEncoding? encoding = (known, inner, bits) switch
        {
            (true, 1, 8) => SampleEncoding.U8,
            (true, 1, 16) => SampleEncoding.S16,
            (true, 1, 24) => SampleEncoding.S24,
            (true, 1, 32) => SampleEncoding.S32,
            (true, 3, 32) => SampleEncoding.F32,
            (true, 3, 64) => SampleEncoding.F64,
            _ => null,
        };
        return encoding is { } found ? new PcmFormat(found, sampleRate, channels) : throw new NotSupportedException(string.Create(
            CultureInfo.InvariantCulture,
            $"Sound of format {(subFormat is null ? $"{tag}" : $"{subFormat}")} with {bits} bits cannot be read; ask the device for PCM of 8, 16, 24 or 32 bits or float."));
    }

    /// <summary>Turns whole frames into samples of one channel.</summary>
    /// <param name="frames">A multiple of <see cref="FrameBytes"/>.</param>
    /// <param name="samples">At least one for every frame.</param>
    /// <param name="channel">The channel to take, counted from 0; null for the mean of all of them.</param>
    /// <returns>Samples written: one for every frame.</returns>
    /// <exception cref="ArgumentException">These are not whole frames, or there is no room for them, or no such channel.</exception>
    public int Decode(ReadOnlySpan<byte> frames, Span<float> samples, int? channel = null)
    {
        var (count, rest) = Math.DivRem(frames.Length, FrameBytes);
        if (rest != 0) throw new ArgumentException($"{frames.Length} bytes are not whole frames of {FrameBytes}.", nameof(frames));
        if (samples.Length < count) throw new ArgumentException($"{count} frames do not fit into {samples.Length} samples.", nameof(samples));
        if (channel < 0 || channel >= Channels)
            throw new ArgumentOutOfRangeException(nameof(channel), channel, $"The sound has channels 0 to {Channels - 1}.");
        var each = 0.0;
        _mix(frames, Channels, channel, samples[..count], ref each);
        return count;
    }

    /// <summary>An extensible format's GUID is a format's tag and then a fixed rest.</summary>
    static (int Tag, bool Known) InnerTag(Guid subFormat)
    {
        Span<byte> bytes = stackalloc byte[16];
        subFormat.TryWriteBytes(bytes);
        ReadOnlySpan<byte> rest = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
        return (bytes[0] | bytes[1] << 8, bytes[2..].SequenceEqual(rest));
    }
}
