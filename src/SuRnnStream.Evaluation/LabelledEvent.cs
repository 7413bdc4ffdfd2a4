namespace SuRnnStream.Evaluation;

/// <summary>Something that happens in a stream: what, and its first and last moment.</summary>
public readonly record struct LabelledEvent(string Label, TimeSpan Start, TimeSpan End)
{
    /// <summary>Who, where a table has a column of that name; null: it has none.</summary>
    public string? Speaker { get; init; }
}
