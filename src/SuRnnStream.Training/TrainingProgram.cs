using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Arguments;
using SuRnnStream.Training.Commands;

namespace SuRnnStream.Training;

/// <summary>The commands of <c>surnn-train</c>, for a program that brings the libtorch of its machine, or finds the one that <c>setup</c> fetches.</summary>
public static class TrainingProgram
{
    /// <summary>Commands whose options are a record: <see cref="OptionRecord"/> reads them, and gets them as what follows a --.</summary>
    static readonly string[] TakeRecords = ["fit", "fit-events", "fit-words", "fit-verifier"];

    static int Main(string[] args) => Run(args);

    /// <summary>
    /// Runs one command to its end: trains, judges or exports, writes files and prints what it does. Sets the process's culture to the invariant one.
    /// </summary>
    /// <param name="args">The command and its options; <c>--help</c> lists them.</param>
    /// <returns>The exit code: 0, or 1 where what was asked for cannot be done, for want of a libtorch too; one line on standard error then says why.</returns>
    public static int Run(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        if (UnknownCommand.Of(UnknownCommand.Names<CommandAttribute>(command => command.Command), args) is { } fault)
        {
            Console.Error.WriteLine(fault);
            return 1;
        }
        ConsoleApp.Timeout = TimeSpan.FromMinutes(5); // a training stops after its step and says how to go on
        var app = ConsoleApp.Create();
        app.UseFilter<OneLineErrors>();
        LibTorch.SearchPackages();
        app.Add<FitCommand>();
        app.Add<FitWordsCommand>();
        app.Add<FetchEmbeddingCommand>();
        app.Add<SecondLookCommand>();
        app.Add<WordLookCommand>();
        app.Add<FitVerifierCommand>();
        app.Add<AddVerifierCommand>();
        app.Add<JudgeCommand>();
        app.Add<TableCommand>();
        app.Add<ArmedCommand>();
        app.Add<ChooseRuleCommand>();
        app.Add<AverageCommand>();
        app.Add<SplitCommand>();
        app.Add<EventsCommand>();
        app.Add<GestureCommand>();
        app.Add<JoinEventsCommand>();
        app.Add<ChannelStatisticsCommand>();
        app.Add<MineCommand>();
        app.Add<VoicesCommand>();
        app.Add<WordSpaceCommand>();
        app.Add<WordBankCommand>();
        app.Add<EnrolmentCommand>();
        app.Add<EnrolmentSpeakersCommand>();
        app.Add<EnrolmentLookCommand>();
        app.Add<SoundsCommand>();
        app.Add<JudgeSoundsCommand>();
        app.Add<WordCommand>();
        app.Add<SetupCommand>();
        app.Run(args is [var command, .. var options] && TakeRecords.Contains(command) ? [command, "--", .. options] : args);
        return Environment.ExitCode;
    }
}

/// <summary>An error in what was asked for is one line and exit code 1; a bug keeps its stack trace.</summary>
sealed class OneLineErrors(ConsoleAppFilter next) : ConsoleAppFilter(next)
{
    public override async Task InvokeAsync(ConsoleAppContext context, CancellationToken cancellationToken)
    {
        try
        {
            await Next.InvokeAsync(context, cancellationToken);
        }
        catch (Exception error) when (ErrorLine.Of(error) is { } line)
        {
            Console.Error.WriteLine(line);
            Environment.ExitCode = 1;
        }
    }
}
