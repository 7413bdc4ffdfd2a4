using System.Text.Json.Serialization;

namespace SuRnnStream;

/// <summary>A model's own second look in the JSON of its file.</summary>
sealed class VerifierHeader
{
    public required int Channels { get; init; }
    public required int Blocks { get; init; }
    public required int Kernel { get; init; }
    public required int Segments { get; init; }
    public required int Segment { get; init; }
    public required int Shifts { get; init; }
    public required int FramesAfter { get; init; }
    public required int Hidden { get; init; }
    public required VerifierRuleHeader Rule { get; init; }
    public required float FirstThreshold { get; init; }
    public required OrderedDictionary<string, float> FirstThresholds { get; init; }

    public static VerifierHeader From(ModelVerifier verifier) => new()
    {
        Channels = verifier.Channels,
        Blocks = verifier.Blocks,
        Kernel = verifier.Kernel,
        Segments = verifier.Segments,
        Segment = verifier.Segment,
        Shifts = verifier.Shifts,
        FramesAfter = verifier.FramesAfter,
        Hidden = verifier.Hidden,
        Rule = VerifierRuleHeader.From(verifier.Rule),
        FirstThreshold = verifier.FirstThreshold,
        FirstThresholds = new(verifier.FirstThresholds),
    };

    public ModelVerifier ToVerifier() => new()
    {
        Channels = Channels,
        Blocks = Blocks,
        Kernel = Kernel,
        Segments = Segments,
        Segment = Segment,
        Shifts = Shifts,
        FramesAfter = FramesAfter,
        Hidden = Hidden,
        Rule = Rule.ToRule(),
        FirstThreshold = FirstThreshold,
        FirstThresholds = FirstThresholds,
    };
}

sealed class VerifierRuleHeader
{
    public required float OwnFloor { get; init; }
    public required float OwnPower { get; init; }
    public required float BackgroundPower { get; init; }
    public required double BackSeconds { get; init; }
    public required int Open { get; init; }
    public required double CalmSeconds { get; init; }
    public required double AtLeastSeconds { get; init; }
    public required double AtMostSeconds { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public double CutEverySeconds { get; init; }

    public static VerifierRuleHeader From(VerifierRule rule) => new()
    {
        OwnFloor = rule.OwnFloor,
        OwnPower = rule.OwnPower,
        BackgroundPower = rule.BackgroundPower,
        BackSeconds = rule.Back.TotalSeconds,
        Open = rule.Open,
        CalmSeconds = rule.Calm.TotalSeconds,
        AtLeastSeconds = rule.AtLeast.TotalSeconds,
        AtMostSeconds = rule.AtMost.TotalSeconds,
        CutEverySeconds = rule.CutEvery.TotalSeconds,
    };

    public VerifierRule ToRule() => new()
    {
        OwnFloor = OwnFloor,
        OwnPower = OwnPower,
        BackgroundPower = BackgroundPower,
        Back = Seconds.ToTime(BackSeconds),
        Open = Open,
        Calm = Seconds.ToTime(CalmSeconds),
        AtLeast = Seconds.ToTime(AtLeastSeconds),
        AtMost = Seconds.ToTime(AtMostSeconds),
        CutEvery = Seconds.ToTime(CutEverySeconds),
    };
}
