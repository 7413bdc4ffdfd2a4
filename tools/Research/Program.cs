using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Research.Commands;

namespace SuRnnStream.Research;

/// <summary>`surnn-research`: what the paper measures, on the trainer's networks. It is run from the repository and is in no package.</summary>
static class Program
{
    internal static int Main(string[] args)
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
        app.Add<LongRangeCommand>();
        app.Add<LongRangeTestCommand>();
        app.Add<AnomaliesCommand>();
        app.Add<PictureCommand>();
        app.Run(args);
        return Environment.ExitCode;
    }
}

/// <summary>As that of surnn-train: its base class is generated into each program, so it cannot be shared. What is one line is decided in <see cref="ErrorLine"/>.</summary>
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
