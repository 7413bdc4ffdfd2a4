namespace SuRnnStream;

/// <summary>Samples that are already in memory, read once from the first to the last.</summary>
public sealed class ArraySource : ISampleSource
{
    ReadOnlyMemory<float> _rest;

    /// <param name="samples">One channel, nominally in [-1, 1]; not copied.</param>
    /// <param name="sampleRate">Samples per second, above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not above zero.</exception>
    public ArraySource(ReadOnlyMemory<float> samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        (_rest, SampleRate) = (samples, sampleRate);
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        var count = Math.Min(samples.Length, _rest.Length);
        _rest.Span[..count].CopyTo(samples);
        _rest = _rest[count..];
        return count;
    }
}
