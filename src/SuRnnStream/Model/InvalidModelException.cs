namespace SuRnnStream;

/// <summary>A model file cannot be used. The message is one line: the file, what is wrong, at which byte, and what to do.</summary>
public sealed class InvalidModelException : IOException
{
    const int LongestProblem = 400; // some problems quote the file, which may hold anything

    internal InvalidModelException(string name, long offset, string problem, string remedy, Exception? cause = null)
        : base($"{OneLine(name)}: {OneLine(problem)} (byte {offset}). {remedy}", cause) => Offset = offset;

    /// <summary>Bytes from the start of the model to the place where it stops making sense.</summary>
    public long Offset { get; }

    static string OneLine(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).TrimEnd(' ', '.');
        return line.Length <= LongestProblem ? line : line[..LongestProblem] + "...";
    }
}
