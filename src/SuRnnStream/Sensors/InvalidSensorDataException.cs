namespace SuRnnStream;

/// <summary>
/// A recording of sensors that cannot be read because of what is in it. The message is one line: the file, the place and what to do about it.
/// A file which is missing, locked or forbidden keeps its usual exception.
/// </summary>
public sealed class InvalidSensorDataException : IOException
{
    const int LongestProblem = 400; // some problems quote the file, which may hold anything

    /// <summary>The message is <c>NAME: PLACE: PROBLEM; REMEDY.</c></summary>
    /// <param name="name">The file, as the user named it.</param>
    /// <param name="place">Where in it: <c>line 7</c>, <c>byte 12</c>.</param>
    /// <param name="problem">What is wrong, without a full stop.</param>
    /// <param name="remedy">What the user can do, without a full stop.</param>
    public InvalidSensorDataException(string name, string place, string problem, string remedy)
        : base($"{OneLine(name)}: {place}: {OneLine(problem)}; {remedy}.") => (Name, Place) = (name, place);

    /// <summary>The file, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Where in it.</summary>
    public string Place { get; }

    static string OneLine(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c));
        return line.Length <= LongestProblem ? line : line[..LongestProblem] + "...";
    }
}
