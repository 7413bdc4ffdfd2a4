namespace SuRnnStream;

/// <summary>A burst of open switches that may be an event. Its memory is the detector's own: it stays valid until the verifier returns.</summary>
public readonly ref struct VerifierCandidate
{
    /// <summary>[SamplesBefore + SamplesAfter] around the burst's end, as <see cref="VerifierWindow"/> asks; zero where the stream has none.</summary>
    public ReadOnlySpan<float> Samples { get; init; }

    /// <summary>[FramesBefore + FramesAfter, FrameLength], the last of FramesBefore being the burst's last open one; zero where the stream has none.</summary>
    public ReadOnlySpan<float> Frames { get; init; }

    /// <summary>Stream time at which its first open frame begins.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>Stream time at which its last open frame ends; of a long burst that is cut, where it is cut.</summary>
    public TimeSpan End { get; init; }
}
