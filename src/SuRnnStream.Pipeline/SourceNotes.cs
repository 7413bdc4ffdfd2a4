namespace SuRnnStream;

/// <summary>What a source that has ended has to say of itself.</summary>
static class SourceNotes
{
    /// <summary>Damage: a part of it was left out or could not be read. Remark: all was read, but may not be as it seems. Null: nothing.</summary>
    public static (string? Damage, string? Remark) Of(ISampleSource source) => source switch
    {
        AudioFile sound => (sound.Damage is { } damage ? $"a part could not be decoded: {damage}" : null, sound.Remark),
        WavFile { Truncated: true } => ("a part could not be decoded: the file ends before its sound does", null),
        PacedSource { Inner: var inner } => Of(inner),
        LineSource lines => (lines.Damage, lines.Remark),
        _ => (null, null),
    };
}
