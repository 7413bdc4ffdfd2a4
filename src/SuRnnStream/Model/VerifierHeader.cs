using System.Text.Json.Serialization;

namespace SuRnnStream;

/// <summary>A model's own second look in the JSON of its file, its rule among its sizes: one type less to be compiled into native programs and the page.</summary>
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
    public required float OwnFloor { get; init; }
    public required float OwnPower { get; init; }
    public required float BackgroundPower { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public float AfterPower { get; init; }
    public required double BackSeconds { get; init; }
    public required int Open { get; init; }
    public required double CalmSeconds { get; init; }
    public required double ShortestSeconds { get; init; }
    public required double LongestSeconds { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public double CutEverySeconds { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public float BelowLoudest { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public float SilentFrom { get; init; }
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
        OwnFloor = verifier.Rule.OwnFloor,
        OwnPower = verifier.Rule.OwnPower,
        BackgroundPower = verifier.Rule.BackgroundPower,
        AfterPower = verifier.Rule.AfterPower,
        BackSeconds = verifier.Rule.Back.TotalSeconds,
        Open = verifier.Rule.Open,
        CalmSeconds = verifier.Rule.Calm.TotalSeconds,
        ShortestSeconds = verifier.Rule.AtLeast.TotalSeconds,
        LongestSeconds = verifier.Rule.AtMost.TotalSeconds,
        CutEverySeconds = verifier.Rule.CutEvery.TotalSeconds,
        BelowLoudest = verifier.Rule.BelowLoudest,
        SilentFrom = verifier.Rule.SilentFrom,
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
        Rule = new()
        {
            OwnFloor = OwnFloor,
            OwnPower = OwnPower,
            BackgroundPower = BackgroundPower,
            AfterPower = AfterPower,
            Back = Seconds.ToTime(BackSeconds),
            Open = Open,
            Calm = Seconds.ToTime(CalmSeconds),
            AtLeast = Seconds.ToTime(ShortestSeconds),
            AtMost = Seconds.ToTime(LongestSeconds),
            CutEvery = Seconds.ToTime(CutEverySeconds),
            BelowLoudest = BelowLoudest,
            SilentFrom = SilentFrom,
        },
        FirstThreshold = FirstThreshold,
        FirstThresholds = FirstThresholds,
    };
}
