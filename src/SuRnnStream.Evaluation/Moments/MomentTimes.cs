namespace SuRnnStream.Evaluation.Moments;

/// <summary>When an event that is a moment may be detected, and which frames are in it. In seconds; the defaults are the heartbeat's.</summary>
sealed record MomentTimes
{
    /// <summary>Before an event: in it already.</summary>
    public double Before { get; init; } = 0.06;

    /// <summary>From here on after an event its label may hold; negative: already before it.</summary>
    public double FirstAnswer { get; init; } = 0.02;

    /// <summary>Until here it must.</summary>
    public double AnswerUntil { get; init; } = 0.2;

    /// <summary>From here on it must not; the event ends too.</summary>
    public double AnswerGone { get; init; } = 0.28;

    /// <summary>Between an event and a detection that finds it; the heartbeat's is that of ANSI/AAMI EC57.</summary>
    public double Tolerance { get; init; } = 0.15;
}
