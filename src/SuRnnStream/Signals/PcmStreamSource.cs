namespace SuRnnStream;

/// <summary>
/// Raw 16-bit little-endian PCM without a header, from standard input, a pipe or a socket. Reads the mean of the channels.
/// A frame that the end of the stream cuts short is ignored.
/// </summary>
public sealed class PcmStreamSource : ISampleSource
{
    readonly FrameReader _frames;

    /// <param name="stream">Stands at the first sample; need not be seekable; stays the caller's to close.</param>
    /// <param name="sampleRate">Samples per second of each channel, above zero.</param>
    /// <param name="channels">Interleaved channels, 1 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the number of channels is out of its range.</exception>
    public PcmStreamSource(Stream stream, int sampleRate, int channels = 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, ushort.MaxValue);
        (SampleRate, _frames) = (sampleRate, FrameReader.Create<Pcm16>(stream, channels));
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public int Read(Span<float> samples) => _frames.Read(samples);
}
