namespace SuRnnStream;

/// <summary>
/// Audio that cannot be read because of what is in it. The message is one line: the file, the place and what to do about it.
/// A file which is missing, locked or forbidden keeps its usual exception.
/// </summary>
public sealed class InvalidAudioException : IOException
{
    /// <param name="name">The file, as the user named it.</param>
    /// <param name="offset">Bytes from the start of the audio file to the bad place; 0 or more.</param>
    /// <param name="problem">What is wrong, without a full stop.</param>
    /// <param name="remedy">What the user can do, without a full stop.</param>
    public InvalidAudioException(string name, long offset, string problem, string remedy)
        : base(OneLine($"{name}: byte {offset}: {problem}; {remedy}.")) => (Name, Offset) = (name, offset);

    /// <summary>The file as a whole cannot be read.</summary>
    /// <param name="name">The file, as the user named it.</param>
    /// <param name="problem">What is wrong, without a full stop.</param>
    /// <param name="remedy">What the user can do, without a full stop.</param>
    public InvalidAudioException(string name, string problem, string remedy) : base(OneLine($"{name}: {problem}; {remedy}.")) => Name = name;

    /// <summary>The file, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Bytes from the start of the audio file to the bad place; 0 also where it is the file as a whole.</summary>
    public long Offset { get; }

    /// <summary>What a WAV file's samples are coded as that ffmpeg may decode. Null: that is not what is wrong.</summary>
    public string? Coding { get; init; }

    static string OneLine(string text) =>
        string.Create(text.Length, text, static (line, source) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
        });
}
