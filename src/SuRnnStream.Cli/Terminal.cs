namespace SuRnnStream.Cli;

/// <summary>Where the commands read and write: the console, or a test.</summary>
sealed record Terminal(TextWriter Out, TextWriter Error, Func<Stream> OpenInput)
{
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
