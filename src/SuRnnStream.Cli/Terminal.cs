using Spectre.Console;

namespace SuRnnStream.Cli;

/// <summary>Where the commands read and write: the console, or a test. Whatever the text holds, it is plain when it leaves.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="OpenInput">Opens standard input.</param>
/// <param name="Screen">Where pictures can move; null: output goes to a file or a pipe.</param>
public sealed record Terminal(TextWriter Out, TextWriter Error, Func<Stream> OpenInput, IAnsiConsole? Screen = null)
{
    /// <summary>Opens a second look by its file. Null: this program has no runtime for one.</summary>
    public Func<string, IVerifier>? OpenVerifier { get; init; }

    /// <summary>One line on standard error. Where nobody reads it any more, it is lost, and the work goes on.</summary>
    public void Complain(string text)
    {
        try
        {
            lock (Error) Error.WriteLine("surnn: " + PlainText.Clean(text.ReplaceLineEndings(" ")));
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // full or closed: there is nowhere left to say it
        }
    }

    /// <summary>One line on standard output, there at once.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Print(string line) => Write(PlainText.Clean(line));

    /// <summary>Cells with tabs between them, on one line.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void PrintCells(params ReadOnlySpan<string> cells)
    {
        var clean = new string[cells.Length];
        for (var i = 0; i < clean.Length; i++) clean[i] = PlainText.Clean(cells[i]);
        Write(string.Join('\t', clean));
    }

    /// <summary>Text of the program's own, with line ends in it.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void PrintLines(string text) => Write(PlainText.CleanLines(text));

    void Write(string text)
    {
        try
        {
            Out.WriteLine(text);
            Out.Flush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            throw new OutputException(error);
        }
    }
}

/// <summary>Standard output cannot be written: no input is to blame.</summary>
sealed class OutputException(Exception reason) : Exception($"standard output cannot be written: {reason.Message}", reason);

/// <summary>The command line makes no sense: exit code 2.</summary>
sealed class UsageException(string message) : Exception(message);

/// <summary>What the command line names cannot be used, such as a file that is missing: exit code 1.</summary>
sealed class InputException(string message) : Exception(message);
