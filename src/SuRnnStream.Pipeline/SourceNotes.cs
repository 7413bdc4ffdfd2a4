namespace SuRnnStream;

/// <summary>What a source that has ended has to say of itself: files of sound, recordings of sensors, and these where they are paced.</summary>
public static class SourceNotes
{
    /// <summary>Damage: a part of it was left out or could not be read. Remark: all was read, but may not be as it seems. Each is one line for a user; null: nothing, or the source is of another kind.</summary>
    public static (string? Damage, string? Remark) Of(ISampleSource source) => source switch
    {
        null => throw new ArgumentNullException(nameof(source)),
        AudioFile sound => (sound.Damage is { } damage ? $"a part could not be decoded: {damage}" : null, sound.Remark),
        WavFile { Truncated: true } => ("a part could not be decoded: the file ends before its sound does", null),
        PacedSource { Inner: var inner } => Of(inner),
        LineSource lines => (lines.Damage, lines.Remark),
        _ => (null, null),
    };
}
