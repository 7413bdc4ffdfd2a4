namespace SuRnnStream.Evaluation;

/// <summary>A table of events that cannot be read because of what is in it. The message is one line: the file, the line and what to do.</summary>
public sealed class InvalidEventTableException : IOException
{
    /// <param name="file">The table.</param>
    /// <param name="line">Number of the bad line, from 1.</param>
    /// <param name="problem">What is wrong, without a full stop.</param>
    /// <param name="remedy">What the user can do, without a full stop.</param>
    internal InvalidEventTableException(string file, int line, string problem, string remedy)
        : base($"{file}: line {line}: {problem}; {remedy}.".ReplaceLineEndings(" ")) => (File, Line) = (file, line);

    /// <summary>The table.</summary>
    public string File { get; }

    /// <summary>Number of the bad line, from 1.</summary>
    public int Line { get; }
}
