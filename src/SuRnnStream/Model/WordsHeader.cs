using System.Text.Json.Serialization;

namespace SuRnnStream;

/// <summary>Enrolled words in the JSON of a model file.</summary>
sealed record WordsHeader : IJsonOnDeserialized
{
    public required SpaceHeader Space { get; init; }
    public required WordHeader[] Words { get; init; }

    void IJsonOnDeserialized.OnDeserialized() => Elements.Require(Words, "words");

    public static WordsHeader From(EnrolledWords words) => new() { Space = SpaceHeader.From(words.Space), Words = [.. words.Words.Select(WordHeader.From)] };

    public EnrolledWords ToWords() => new() { Space = Space.ToShape(), Words = [.. Words.Select(word => word.ToWord())] };
}

sealed record WordHeader
{
    public required string Label { get; init; }
    public required int Takes { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public float? VoiceLimit { get; init; }

    public static WordHeader From(EnrolledWord word) => new() { Label = word.Label, Takes = word.Takes, VoiceLimit = word.VoiceLimit <= -1 ? null : word.VoiceLimit };

    public EnrolledWord ToWord() => new(Label, Takes, VoiceLimit ?? -1);
}

sealed record SpaceHeader
{
    public required int Bands { get; init; }
    public required int Channels { get; init; }
    public required int Blocks { get; init; }
    public required int Kernel { get; init; }
    public required int Segments { get; init; }
    public required int Segment { get; init; }
    public required int Shifts { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? ShiftStep { get; init; }
    public required int FramesAfter { get; init; }
    public required int Size { get; init; }
    public required int VoiceChannels { get; init; }
    public required int VoiceSize { get; init; }

    public static SpaceHeader From(WordSpaceShape shape) => new()
    {
        Bands = shape.Bands,
        Channels = shape.Channels,
        Blocks = shape.Blocks,
        Kernel = shape.Kernel,
        Segments = shape.Segments,
        Segment = shape.Segment,
        Shifts = shape.Shifts,
        ShiftStep = shape.ShiftStep == 1 ? null : shape.ShiftStep, // files from before it was there keep their bytes
        FramesAfter = shape.FramesAfter,
        Size = shape.Size,
        VoiceChannels = shape.VoiceChannels,
        VoiceSize = shape.VoiceSize,
    };

    public WordSpaceShape ToShape() => new()
    {
        Bands = Bands,
        Channels = Channels,
        Blocks = Blocks,
        Kernel = Kernel,
        Segments = Segments,
        Segment = Segment,
        Shifts = Shifts,
        ShiftStep = ShiftStep ?? 1,
        FramesAfter = FramesAfter,
        Size = Size,
        VoiceChannels = VoiceChannels,
        VoiceSize = VoiceSize,
    };
}
