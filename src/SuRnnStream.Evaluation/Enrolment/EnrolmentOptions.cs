using static SuRnnStream.OptionCheck;

namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>How a word is enrolled.</summary>
public sealed record EnrolmentOptions
{
    /// <summary>False alarms an hour of speech that the threshold is to allow, 0.01 to 100.</summary>
    public double FalseAlarmsPerHour { get; init; } = 0.5;

    /// <summary>Changed copies of each take beside itself, 0 to 20: level, speed, noise, at times a room.</summary>
    public int Copies { get; init; } = 4;

    /// <summary>True: only voices like the enrolled ones are accepted. No security: see <see cref="WordEnroller"/>.</summary>
    public bool OnlyMe { get; init; }

    /// <summary>Part of the enrolled speaker's own takes that <see cref="OnlyMe"/> may refuse, 0.01 to 0.5.</summary>
    public double RefusedOfOwn { get; init; } = 0.05;

    /// <summary>Recordings of the room without speech, mixed into the copies, at the model's sample rate; none: made-up noise.</summary>
    public IReadOnlyList<float[]> Noise { get; init; } = [];

    /// <summary>Sounds that are not the word, at the model's sample rate: one's own talk, reviewed near misses, synthesised ones. All that the first stage proposes in them is a negative.</summary>
    public IReadOnlyList<Take> Negatives { get; init; } = [];

    /// <summary>How much a candidate of <see cref="Negatives"/> counts against one of the bank, 1 to 100.</summary>
    public double NegativeWeight { get; init; } = 3;

    /// <summary>The same seed and takes give the same file.</summary>
    public int Seed { get; init; } = 1;

    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    internal EnrolmentOptions Validate()
    {
        Require(FalseAlarmsPerHour is >= 0.01 and <= 100, nameof(FalseAlarmsPerHour), FalseAlarmsPerHour, "0.01 to 100");
        Require(Copies is >= 0 and <= 20, nameof(Copies), Copies, "0 to 20");
        Require(RefusedOfOwn is >= 0.01 and <= 0.5, nameof(RefusedOfOwn), RefusedOfOwn, "0.01 to 0.5");
        Require(NegativeWeight is >= 1 and <= 100, nameof(NegativeWeight), NegativeWeight, "1 to 100");
        return this;
    }
}
