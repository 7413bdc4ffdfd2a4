namespace SuRnnStream;

/// <summary>
/// What a channel's values were in training, in the channel's unit, before any filter: by it a recording in another unit is noticed. Says nothing to the network.
/// </summary>
public sealed record ChannelStatistics
{
    /// <summary>Their mean.</summary>
    public required double Mean { get; init; }

    /// <summary>Their standard deviation, from 0.</summary>
    public required double Deviation { get; init; }

    /// <summary>One value of a thousand is below this.</summary>
    public required double Least { get; init; }

    /// <summary>One value of a thousand is above this.</summary>
    public required double Most { get; init; }

    /// <summary>One segment of five seconds in twenty has a root mean square below this; from 0.</summary>
    public required double Calm { get; init; }

    /// <exception cref="ArgumentException">A number is outside its range; the message names it and the channel.</exception>
    internal void Validate(string channel)
    {
        if (!double.IsFinite(Mean) || !double.IsFinite(Least) || !(Deviation >= 0 && double.IsFinite(Deviation)) || !(Calm >= 0 && double.IsFinite(Calm)) || !(Most >= Least && double.IsFinite(Most)))
            throw new ArgumentException(FormattableString.Invariant($"The statistics of '{channel}' are impossible: mean {Mean}, deviation {Deviation}, from {Least} to {Most}, calm {Calm}."));
    }
}
