using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>How <see cref="GateRule.Talk"/> confirms what the scores propose. What a burst and its calm are <see cref="BurstOptions"/> says. This project's extension.</summary>
public sealed record TalkOptions
{
    /// <summary>Stream time after the decision window within which calm has to come; zero to 10 s.</summary>
    public TimeSpan CalmWithin { get; init; } = TimeSpan.FromMilliseconds(600);

    /// <summary>Score of a background label (but silence) that drops a candidate, in (0, 1]; 1: none does.</summary>
    public float Veto { get; init; } = 0.5f;

    /// <summary>How long before the verdict such a score drops the candidate; zero to 10 s.</summary>
    public TimeSpan VetoBack { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    internal void Validate()
    {
        Require(CalmWithin >= TimeSpan.Zero && CalmWithin <= TimeSpan.FromSeconds(10), nameof(CalmWithin), CalmWithin, "zero to 10 s");
        Require(Veto is > 0 and <= 1, nameof(Veto), Veto, "(0, 1]");
        Require(VetoBack >= TimeSpan.Zero && VetoBack <= TimeSpan.FromSeconds(10), nameof(VetoBack), VetoBack, "zero to 10 s");
    }
}
