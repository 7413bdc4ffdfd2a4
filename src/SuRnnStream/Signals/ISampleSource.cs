namespace SuRnnStream;

/// <summary>Where samples come from: a microphone, a file, a socket, a test. One channel, nominally in [-1, 1].</summary>
public interface ISampleSource
{
    /// <summary>Samples per second, above zero; constant for the life of the source.</summary>
    int SampleRate { get; }

    /// <summary>
    /// Fills the front of <paramref name="samples"/> and returns how many were written. Blocks until it has at least one sample.
    /// Returns 0 at the end of the stream, and from then on.
    /// </summary>
    int Read(Span<float> samples);
}
