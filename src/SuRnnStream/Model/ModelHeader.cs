using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuRnnStream;

/// <summary>The JSON of a model file, see FORMAT.md. Apart from the types that it fills: to rename those must not change it.</summary>
sealed record ModelHeader : IJsonOnDeserialized
{
    public required FrontEndHeader? FrontEnd { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public SensorHeader? Sensor { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Inputs { get; init; }
    public required StemHeader[] Stem { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public FrameSwitchHeader? FrameSwitch { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool HeadSeesStem { get; init; }
    public required SalienceHeader Salience { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int BlockWidth { get; init; }
    public required LayerHeader[] Layers { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public Readout Readout { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public HeadKind Head { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public Precision Precision { get; init; }
    public required string[] Labels { get; init; }
    public required string[] Background { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public WordsHeader? Words { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public VerifierHeader? Verifier { get; init; }
    public required DetectorHeader Detector { get; init; }
    public required OrderedDictionary<string, string> Card { get; init; }
    public required TensorHeader[] Tensors { get; init; }

    /// <summary>CRC-32C of the whole file, in eight hexadecimal digits, which count as zeros in it. Last, so that its place is known. Null: an older file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Checksum { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        Elements.Require(Stem, "stem");
        Elements.Require(Layers, "layers");
        Elements.Require(Tensors, "tensors");
    }

    public static ModelHeader From(SuRnnModel model, TensorHeader[] tensors, string? checksum) => new()
    {
        FrontEnd = model.Config.FrontEnd is { } frontEnd ? FrontEndHeader.From(frontEnd) : null,
        Sensor = model.Config.Sensor is { } sensor ? SensorHeader.From(sensor) : null,
        Inputs = model.Config.Inputs,
        Stem = [.. model.Config.Stem.Select(StemHeader.From)],
        FrameSwitch = model.Config.FrameSwitch is { } frameSwitch ? FrameSwitchHeader.From(frameSwitch) : null,
        HeadSeesStem = model.Config.HeadSeesStem,
        Salience = new() { Size = model.Config.SalienceSize, Frames = model.Config.SalienceFrames, Depth = model.Config.SalienceDepth },
        BlockWidth = model.Config.BlockWidth,
        Layers = [.. model.Config.Layers.Select(LayerHeader.From)],
        Readout = model.Config.Readout,
        Head = model.Config.Head,
        Precision = model.Config.Precision,
        Labels = [.. model.Config.Labels],
        Background = [.. model.Config.Background],
        Words = model.Config.Words is { } words ? WordsHeader.From(words) : null,
        Verifier = model.Config.Verifier is { } verifier ? VerifierHeader.From(verifier) : null,
        Detector = DetectorHeader.From(model.Defaults),
        Card = new(model.Card),
        Tensors = tensors,
        Checksum = checksum,
    };

    public SuRnnConfig ToConfig() => new()
    {
        FrontEnd = FrontEnd?.ToConfig(),
        Sensor = Sensor?.ToConfig(),
        Inputs = Inputs,
        Stem = [.. Stem.Select(layer => layer.ToLayer())],
        FrameSwitch = FrameSwitch?.ToSwitch(),
        HeadSeesStem = HeadSeesStem,
        SalienceSize = Salience.Size,
        SalienceFrames = Salience.Frames,
        SalienceDepth = Salience.Depth,
        BlockWidth = BlockWidth,
        Layers = [.. Layers.Select(layer => layer.ToLayer())],
        Readout = Readout,
        Head = Head,
        Precision = Precision,
        Labels = Labels,
        Background = Background,
        Words = Words?.ToWords(),
        Verifier = Verifier?.ToVerifier(),
    };
}

// Classes, although a null in the place of a struct would be an error by itself: the serializer is compiled once for all of them, which saves a fifth of a megabyte in a native program.

sealed record FrontEndHeader
{
    public required int SampleRate { get; init; }
    public required int WindowLength { get; init; }
    public required int HopLength { get; init; }
    public required int Bands { get; init; }
    public required float LowHz { get; init; }
    public required float HighHz { get; init; }
    public required float Floor { get; init; }
    public required float Scale { get; init; }

    public static FrontEndHeader From(FrontEndConfig config) => new()
    {
        SampleRate = config.SampleRate,
        WindowLength = config.WindowLength,
        HopLength = config.HopLength,
        Bands = config.Bands,
        LowHz = config.LowHz,
        HighHz = config.HighHz,
        Floor = config.Floor,
        Scale = config.Scale,
    };

    public FrontEndConfig ToConfig() => new()
    {
        SampleRate = SampleRate,
        WindowLength = WindowLength,
        HopLength = HopLength,
        Bands = Bands,
        LowHz = LowHz,
        HighHz = HighHz,
        Floor = Floor,
        Scale = Scale,
    };
}

sealed record SensorHeader : IJsonOnDeserialized
{
    public required SensorChannelHeader[] Channels { get; init; }
    public required double SampleRate { get; init; }
    public required int HopLength { get; init; }
    public required FrameContent Content { get; init; }
    public required double NormalizeSeconds { get; init; }
    public required bool Derivatives { get; init; }
    public required bool FlagMissing { get; init; }
    public required double ResetSeconds { get; init; }
    public required double LandmarkSeconds { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public double RhythmSeconds { get; init; }

    void IJsonOnDeserialized.OnDeserialized() => Elements.Require(Channels, "channels");

    public static SensorHeader From(SensorFrontEndConfig config) => new()
    {
        Channels = [.. config.Channels.Select(SensorChannelHeader.From)],
        SampleRate = config.SampleRate,
        HopLength = config.HopLength,
        Content = config.Content,
        NormalizeSeconds = config.NormalizeOver.TotalSeconds,
        Derivatives = config.Derivatives,
        FlagMissing = config.FlagMissing,
        ResetSeconds = config.ResetAfter.TotalSeconds,
        LandmarkSeconds = config.LandmarkWithin.TotalSeconds,
        RhythmSeconds = config.RhythmWithin.TotalSeconds,
    };

    public SensorFrontEndConfig ToConfig() => new()
    {
        Channels = [.. Channels.Select(channel => channel.ToChannel())],
        SampleRate = SampleRate,
        HopLength = HopLength,
        Content = Content,
        NormalizeOver = Seconds.ToTime(NormalizeSeconds),
        Derivatives = Derivatives,
        FlagMissing = FlagMissing,
        ResetAfter = Seconds.ToTime(ResetSeconds),
        LandmarkWithin = Seconds.ToTime(LandmarkSeconds),
        RhythmWithin = Seconds.ToTime(RhythmSeconds),
    };
}

sealed record SensorChannelHeader
{
    public required string Name { get; init; }
    public required string Unit { get; init; }
    public required double HighPassHz { get; init; }
    public required double LowPassHz { get; init; }
    public required double Scale { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ChannelStatisticsHeader? Statistics { get; init; }

    public static SensorChannelHeader From(SensorChannel channel) => new()
    {
        Name = channel.Name,
        Unit = channel.Unit,
        HighPassHz = channel.HighPassHz,
        LowPassHz = channel.LowPassHz,
        Scale = channel.Scale,
        Statistics = channel.Statistics is { } statistics ? ChannelStatisticsHeader.From(statistics) : null,
    };

    public SensorChannel ToChannel() => new() { Name = Name, Unit = Unit, HighPassHz = HighPassHz, LowPassHz = LowPassHz, Scale = Scale, Statistics = Statistics?.ToStatistics() };
}

sealed record ChannelStatisticsHeader
{
    public required double Mean { get; init; }
    public required double Deviation { get; init; }
    public required double Least { get; init; }
    public required double Most { get; init; }
    public required double Calm { get; init; }

    public static ChannelStatisticsHeader From(ChannelStatistics from) => new() { Mean = from.Mean, Deviation = from.Deviation, Least = from.Least, Most = from.Most, Calm = from.Calm };

    public ChannelStatistics ToStatistics() => new() { Mean = Mean, Deviation = Deviation, Least = Least, Most = Most, Calm = Calm };
}

sealed record StemHeader
{
    public required int Channels { get; init; }
    public required int Kernel { get; init; }
    public required bool Separable { get; init; }
    public required bool Residual { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Dilation { get; init; } // left out: 1

    public static StemHeader From(StemLayer layer) => new()
    {
        Channels = layer.Channels,
        Kernel = layer.Kernel,
        Separable = layer.Separable,
        Residual = layer.Residual,
        Dilation = layer.Dilation == 1 ? 0 : layer.Dilation,
    };

    public StemLayer ToLayer() => new(Channels, Kernel, Separable, Residual, Dilation == 0 ? 1 : Dilation);
}

sealed record FrameSwitchHeader
{
    public required int Hidden { get; init; }
    public required float Opening { get; init; }
    public required int Hangover { get; init; }
    public required int Lead { get; init; }

    public static FrameSwitchHeader From(FrameSwitch shape) => new() { Hidden = shape.Hidden, Opening = shape.Opening, Hangover = shape.Hangover, Lead = shape.Lead };

    public FrameSwitch ToSwitch() => new(Hidden, Opening, Hangover, Lead);
}

sealed record SalienceHeader
{
    public required int Size { get; init; }
    public required int Frames { get; init; }
    public required int Depth { get; init; }
}

sealed record LayerHeader
{
    public required CellKind Cell { get; init; }
    public required int Hidden { get; init; }
    public required SwitchKind Switch { get; init; }
    public required int Harmonics { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Period { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Rest { get; init; }

    public static LayerHeader From(RecurrentLayer layer) => new()
    {
        Cell = layer.Cell,
        Hidden = layer.Hidden,
        Switch = layer.Switch,
        Harmonics = layer.Harmonics,
        Period = layer.Period,
        Rest = layer.Rest,
    };

    public RecurrentLayer ToLayer() => new(Cell, Hidden, Switch, Harmonics, Period, Rest);
}

sealed record DetectorHeader
{
    public required float Threshold { get; init; }
    public required OrderedDictionary<string, float> Thresholds { get; init; }
    public required float Release { get; init; }
    public required float Smoothing { get; init; }
    public required double RefractorySeconds { get; init; }
    public required double DecisionWindowSeconds { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public double SettleSeconds { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public GateRule Rule { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public BurstHeader? Burst { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public TalkHeader? Talk { get; init; }

    public static DetectorHeader From(DetectorOptions options) => new()
    {
        Threshold = options.Threshold,
        Thresholds = new(options.Thresholds),
        Release = options.Release,
        Smoothing = options.Smoothing,
        RefractorySeconds = options.Refractory.TotalSeconds,
        DecisionWindowSeconds = options.DecisionWindow.TotalSeconds,
        SettleSeconds = options.Settle.TotalSeconds,
        Rule = options.Rule,
        Burst = options.Rule == GateRule.Scores ? null : BurstHeader.From(options.Burst),
        Talk = options.Rule == GateRule.Talk ? TalkHeader.From(options.Talk) : null,
    };

    public DetectorOptions ToOptions() => new()
    {
        Threshold = Threshold,
        Thresholds = Thresholds,
        Release = Release,
        Smoothing = Smoothing,
        Refractory = Seconds.ToTime(RefractorySeconds),
        DecisionWindow = Seconds.ToTime(DecisionWindowSeconds),
        Settle = Seconds.ToTime(SettleSeconds),
        Rule = Rule,
        Burst = Burst?.ToOptions() ?? new(),
        Talk = Talk?.ToOptions() ?? new(),
    };
}

sealed record BurstHeader
{
    public required float OpenPart { get; init; }
    public required double CalmSeconds { get; init; }
    public required double ShortestSeconds { get; init; }
    public required double LongestSeconds { get; init; }
    public required double LookBackSeconds { get; init; }
    public required float Before { get; init; }
    public required float After { get; init; }
    public required float Second { get; init; }

    public static BurstHeader From(BurstOptions options) => new()
    {
        OpenPart = options.OpenPart,
        CalmSeconds = options.Calm.TotalSeconds,
        ShortestSeconds = options.Shortest.TotalSeconds,
        LongestSeconds = options.Longest.TotalSeconds,
        LookBackSeconds = options.LookBack.TotalSeconds,
        Before = options.Before,
        After = options.After,
        Second = options.Second,
    };

    public BurstOptions ToOptions() => new()
    {
        OpenPart = OpenPart,
        Calm = Seconds.ToTime(CalmSeconds),
        Shortest = Seconds.ToTime(ShortestSeconds),
        Longest = Seconds.ToTime(LongestSeconds),
        LookBack = Seconds.ToTime(LookBackSeconds),
        Before = Before,
        After = After,
        Second = Second,
    };
}

sealed record TalkHeader
{
    public required double CalmWithinSeconds { get; init; }
    public required float Veto { get; init; }
    public required double VetoBackSeconds { get; init; }

    public static TalkHeader From(TalkOptions options) => new()
    {
        CalmWithinSeconds = options.CalmWithin.TotalSeconds,
        Veto = options.Veto,
        VetoBackSeconds = options.VetoBack.TotalSeconds,
    };

    public TalkOptions ToOptions() => new()
    {
        CalmWithin = Seconds.ToTime(CalmWithinSeconds),
        Veto = Veto,
        VetoBack = Seconds.ToTime(VetoBackSeconds),
    };
}

static class Elements
{
    /// <summary>The serializer looks for a null in the place of a property, not of an element.</summary>
    /// <exception cref="JsonException">An element is null.</exception>
    public static void Require(object?[] elements, string name)
    {
        if (elements.Contains(null)) throw new JsonException($"'{name}' has an element that is null.");
    }
}

static class Seconds
{
    public static TimeSpan ToTime(double seconds) => new((long)Math.Round(seconds * TimeSpan.TicksPerSecond)); // the cast saturates
}

sealed record TensorHeader
{
    public required string Name { get; init; }
    public required int[] Shape { get; init; }
    public required string Dtype { get; init; }
    public required long Offset { get; init; }
    public required long Length { get; init; }
}

[JsonSerializable(typeof(ModelHeader))]
[JsonSerializable(typeof(SensorHeader))]
sealed partial class ModelJson : JsonSerializerContext
{
    public static readonly ModelJson Strict = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters =
        {
            new JsonStringEnumConverter<CellKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new JsonStringEnumConverter<SwitchKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new JsonStringEnumConverter<Readout>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new JsonStringEnumConverter<HeadKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new JsonStringEnumConverter<FrameContent>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new JsonStringEnumConverter<GateRule>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new JsonStringEnumConverter<Precision>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
        },
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // labels and card stay readable; nothing here goes into HTML
    });
}
