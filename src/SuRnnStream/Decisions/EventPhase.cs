namespace SuRnnStream;

/// <summary>Which part of an event a <see cref="Detection"/> reports.</summary>
public enum EventPhase : byte
{
    /// <summary>The event, reported once: its edges were not asked for.</summary>
    Whole,

    /// <summary>The event begins. Its end is certain to follow.</summary>
    Begin,

    /// <summary>The event that began has ended; <see cref="Detection.EndedBy"/> says why.</summary>
    End,
}

/// <summary>Why an event ended.</summary>
public enum EventEnd : byte
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>Its score fell below the release level, or nothing was detected for the hold time.</summary>
    Released,

    /// <summary>It lasted for the maximum duration.</summary>
    MaximumDuration,

    /// <summary>Samples were lost: its end is not known.</summary>
    Gap,

    /// <summary>The detector was reset, or its model was replaced.</summary>
    Reset,

    /// <summary>The stream ended.</summary>
    StreamEnded,
}
