namespace SuRnnStream;

/// <summary>
/// Where samples come from: a microphone, a file, a socket, a test. Sound has one channel, nominally in [-1, 1]; sensors have their own
/// channels, in their own units, and NaN where a value is missing.
/// </summary>
public interface ISampleSource
{
    /// <summary>Samples of each channel per second, above zero; constant for the life of the source. Rounded up where <see cref="Rate"/> is not whole.</summary>
    int SampleRate { get; }

    /// <summary>The same exactly, for sensors: it need not be whole.</summary>
    double Rate => SampleRate;

    /// <summary>Channels, one or more. The samples of one moment stand one behind the other.</summary>
    int Channels => 1;

    /// <summary>
    /// Fills the front of <paramref name="samples"/> and returns how many were written: of several channels, whole moments, so there has to
    /// be room for one. Blocks until it has at least one. Returns 0 at the end of the stream, and from then on. The buffer is the caller's:
    /// the source writes to it during the call only.
    /// </summary>
    int Read(Span<float> samples);
}
