using Spectre.Console;

namespace SuRnnStream.Cli;

/// <summary>Where the commands read and write: the console, or a test.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="OpenInput">Opens standard input.</param>
/// <param name="Screen">Where pictures can move; null: output goes to a file or a pipe.</param>
sealed record Terminal(TextWriter Out, TextWriter Error, Func<Stream> OpenInput, IAnsiConsole? Screen = null)
{
    /// <summary>Opens a second look by its file. Null: this program has no runtime for one.</summary>
    public Func<string, IVerifier>? OpenVerifier { get; init; }

    /// <summary>One line on standard error, whatever the text holds.</summary>
    public void Complain(string text) => Error.WriteLine("surnn: " + text.ReplaceLineEndings(" "));

    /// <summary>One line on standard output, there at once.</summary>
    public void Print(string line)
    {
        Out.WriteLine(line);
        Out.Flush();
    }
}

/// <summary>The command line asks for something that there is not.</summary>
sealed class UsageException(string message) : Exception(message);
