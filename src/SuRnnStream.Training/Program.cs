using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Commands;

CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
var app = ConsoleApp.Create();
app.UseFilter<OneLineErrors>();
app.Add<FitCommand>();
app.Add<JudgeCommand>();
app.Add<EventsCommand>();
app.Add<JoinEventsCommand>();
app.Add<MineCommand>();
app.Add<VoicesCommand>();
app.Add<WordCommand>();
app.Add<LongRangeCommand>();
app.Add<AnomaliesCommand>();
app.Add<PictureCommand>();
app.Run(args);

/// <summary>An error in what was asked for is one line and exit code 1; a bug keeps its stack trace.</summary>
sealed class OneLineErrors(ConsoleAppFilter next) : ConsoleAppFilter(next)
{
    public override async Task InvokeAsync(ConsoleAppContext context, CancellationToken cancellationToken)
    {
        try
        {
            await Next.InvokeAsync(context, cancellationToken);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine(error.Message);
            Environment.ExitCode = 1;
        }
    }
}
