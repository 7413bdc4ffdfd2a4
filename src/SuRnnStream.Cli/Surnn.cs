using System.CommandLine;
using System.CommandLine.Help;

namespace SuRnnStream.Cli;

/// <summary>Finds the command and runs it.</summary>
static class Surnn
{
    /// <summary>Exit code of a run that ended with an error of an input, an output or the machine.</summary>
    public const int Failed = 1;

    /// <summary>Exit code of a command line that makes no sense.</summary>
    public const int Misused = 2;

    /// <summary>Exit code of a run that was interrupted before it had a result, as a shell says of SIGINT.</summary>
    public const int Interrupted = 130;

    /// <returns>The exit code: 0, <see cref="Failed"/>, <see cref="Misused"/> or <see cref="Interrupted"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellation = default)
    {
#if !MINIMAL
        SoundCodecs.Register();
#endif
        var printed = new StringWriter(); // help, version, completions
        try
        {
            var given = Create(terminal).Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null }); // a path may begin with @
            if (CommandMisuse.Of(given) is { } misuse) throw new UsageException(misuse);
            var exitCode = await given.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = printed }, cancellation);
            if (printed.GetStringBuilder().Length > 0) terminal.PrintLines(printed.ToString().TrimEnd());
            return exitCode;
        }
        catch (UsageException misuse)
        {
            terminal.Complain(misuse.Message);
            return Misused;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception error)
        {
            var expected = error is InputException or OutputException or IOException or UnauthorizedAccessException or ArgumentException;
            if (error.InnerException is not NobodyReadsException) terminal.Complain(expected ? error.Message : $"{error.GetType().Name}: {error.Message}");
            return Failed;
        }
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand("Detects words and events in recordings, microphones and sensors.")
        {
            DetectCommand.Create(terminal),
            ListenCommand.Create(terminal),
            ClassifyCommand.Create(terminal),
            InspectCommand.Create(terminal),
            QuantizeCommand.Create(terminal),
            BenchCommand.Create(terminal),
            MakeStreamCommand.Create(terminal),
            DevicesCommand.Create(terminal),
#if !MINIMAL
            EvaluateCommand.Create(terminal),
            ReviewCommand.Create(terminal),
            EnrollCommand.Create(terminal),
            RecordCommand.Create(terminal),
            LabelCommand.Create(terminal),
            WyomingCommand.Create(terminal),
#endif
        };
        foreach (var option in root.Options.ToArray()) root.Options.Remove(option); // on Linux /h may be a path
        var help = new HelpOption("--help", "-h") { Description = "Show help." };
        root.Options.Add(help);
        root.Options.Add(new VersionOption("--version", "-V") { Description = "Show the version." });
        root.SetAction(new HelpAction().Invoke); // no command at all
        return root;
    }
}
