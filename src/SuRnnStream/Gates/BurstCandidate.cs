namespace SuRnnStream;

/// <summary>A burst of open switches that has come to rest: what a second look gets to see. Its memory is the gate's own, until the call returns.</summary>
readonly ref struct BurstCandidate
{
    /// <summary>Place in the stream of the first sample of the burst's first frame.</summary>
    public required long Begin { get; init; }

    /// <summary>Place after the last sample of the burst's last frame.</summary>
    public required long End { get; init; }

    /// <summary>Place after the last sample of the frame that ended the calm.</summary>
    public required long Now { get; init; }

    /// <summary>U: highest score of a background label but silence, in frames with any switch open in <see cref="BurstOptions.LookBack"/> before the burst.</summary>
    public required float OtherBefore { get; init; }

    /// <summary>N [Labels]: highest smoothed score from Begin to Now; 0 for background labels.</summary>
    public required ReadOnlySpan<float> Peaks { get; init; }

    /// <summary>[Labels] highest score from Begin to Now; 0 for background labels.</summary>
    public required ReadOnlySpan<float> RawPeaks { get; init; }

    /// <summary>A [Labels]: highest score of a background label but silence after the label's own raw peak.</summary>
    public required ReadOnlySpan<float> OtherAfter { get; init; }
}

/// <summary>Looks at a candidate again before its threshold.</summary>
interface IBurstVerifier
{
    /// <summary>Called on the detector's thread, at the frame that ends the calm.</summary>
    /// <param name="candidate">The burst.</param>
    /// <param name="scores">[Labels] in: what the rule alone gives, 0 for background labels. Out: what counts. The label with the highest score fires if it reaches its threshold.</param>
    void Verify(in BurstCandidate candidate, Span<float> scores);
}
