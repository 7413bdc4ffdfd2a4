namespace SuRnnStream;

/// <summary>By which of a detection's times a rule goes.</summary>
public enum DecisionClock
{
    /// <summary><see cref="Detection.Time"/>: one stream, or several that began together.</summary>
    Stream,

    /// <summary><see cref="Detection.At"/>, since 1970 in UTC: streams that began at different times, or on different machines.</summary>
    Wall,
}
