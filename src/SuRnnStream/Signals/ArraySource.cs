namespace SuRnnStream;

/// <summary>Samples that are already in memory, read once from the first to the last.</summary>
public sealed class ArraySource : ISampleSource
{
    ReadOnlyMemory<float> _rest;

    /// <param name="samples">One channel, nominally in [-1, 1]; not copied.</param>
    /// <param name="sampleRate">Samples per second, above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not above zero.</exception>
    public ArraySource(ReadOnlyMemory<float> samples, int sampleRate) : this(samples, sampleRate, 1) { }

    /// <param name="samples">Of sensors: whole moments, one sample of every channel each, NaN where one is missing; not copied.</param>
    /// <param name="rate">Moments per second, above zero.</param>
    /// <param name="channels">One or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the number of channels is not above zero.</exception>
    /// <exception cref="ArgumentException">The last moment is not whole.</exception>
    public ArraySource(ReadOnlyMemory<float> samples, double rate, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        if (samples.Length % channels != 0) throw new ArgumentException($"{samples.Length} samples are no whole moments of {channels} channels.");
        (_rest, Rate, SampleRate, Channels) = (samples, rate, (int)Math.Ceiling(rate), channels);
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public double Rate { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        var count = Math.Min(samples.Length / Channels * Channels, _rest.Length);
        _rest.Span[..count].CopyTo(samples);
        _rest = _rest[count..];
        return count;
    }
}
