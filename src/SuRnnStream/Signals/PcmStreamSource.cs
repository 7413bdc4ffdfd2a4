namespace SuRnnStream;

/// <summary>
/// Raw samples without a header, from standard input, a pipe or a socket. A frame that the end of the stream cuts short is ignored.
/// </summary>
public sealed class PcmStreamSource : ISampleSource
{
    readonly FrameReader _frames;

    /// <summary>16-bit little-endian PCM, of which the mean of the channels is read.</summary>
    /// <param name="stream">At the first sample; need not be seekable; stays the caller's to close.</param>
    /// <param name="sampleRate">Samples per second of each channel, above zero.</param>
    /// <param name="channels">Interleaved channels, 1 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the number of channels is out of its range.</exception>
    public PcmStreamSource(Stream stream, int sampleRate, int channels = 1)
        : this(stream, new PcmFormat(SampleEncoding.S16, sampleRate, channels)) { }

    /// <summary>Samples of any format.</summary>
    /// <param name="stream">At the first sample; need not be seekable; stays the caller's to close.</param>
    /// <param name="format">What its bytes mean.</param>
    /// <param name="channel">The channel to read, counted from 0; null for the mean of all of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public PcmStreamSource(Stream stream, PcmFormat format, int? channel = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(format);
        if (channel < 0 || channel >= format.Channels)
            throw new ArgumentOutOfRangeException(nameof(channel), channel, $"The sound has channels 0 to {format.Channels - 1}.");
        (SampleRate, _frames) = (format.SampleRate, new FrameReader(stream, format.Encoding, format.Channels, channel));
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public int Read(Span<float> samples) => _frames.Read(samples);
}
