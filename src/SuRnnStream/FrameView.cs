namespace SuRnnStream;

/// <summary>
/// One frame as the detector left it, for displays and measurements. Its memory is the detector's own: it is valid until the observer returns.
/// </summary>
public readonly ref struct FrameView
{
    readonly SuRnnState _state;

    internal FrameView(SuRnnState state, ReadOnlySpan<float> features, TimeSpan end, ComputeStats stats)
    {
        (_state, End, Stats) = (state, end, stats);
        Features = features;
    }

    /// <summary>The frame [FrameLength]: log-mel bands, 0 at the floor; of sensors what <see cref="SensorFrontEndConfig"/> says.</summary>
    public ReadOnlySpan<float> Features { get; }

    /// <summary>Stream time of the end of the frame's window.</summary>
    public TimeSpan End { get; }

    /// <summary>What the frame cost: counts, and no times.</summary>
    public ComputeStats Stats { get; }

    /// <summary>Probabilities [Labels] after this frame; held from before where every switch was shut.</summary>
    public ReadOnlySpan<float> Scores => _state.Scores.Span;

    /// <summary>[H] of a layer: true where the switch was open.</summary>
    public ReadOnlySpan<bool> Open(int layer) => _state.Open(layer);
}

/// <summary>Looks at a frame, on the detector's thread, before the next one is made.</summary>
public delegate void FrameObserver(in FrameView frame);
