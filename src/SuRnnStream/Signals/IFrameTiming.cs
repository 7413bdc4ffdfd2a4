namespace SuRnnStream;

/// <summary>
/// How a front end's frames lie in their stream. Positions and lengths count single samples: where a stream has channels, the samples of one
/// moment follow each other.
/// </summary>
public interface IFrameTiming
{
    /// <summary>Samples from one frame to the next.</summary>
    int HopLength { get; }

    /// <summary>Samples that a frame covers.</summary>
    int WindowLength { get; }

    /// <summary>Time from one frame to the next.</summary>
    TimeSpan Hop { get; }

    /// <summary>Samples in a second of stream, of all channels together.</summary>
    double SamplesPerSecond { get; }

    /// <summary>Channels of the stream.</summary>
    int Channels { get; }

    /// <summary>When sample number <paramref name="sample"/> begins.</summary>
    TimeSpan StreamTime(long sample);
}
