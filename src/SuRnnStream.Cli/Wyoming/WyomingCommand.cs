using System.CommandLine;
using Microsoft.Extensions.Logging;
using SuRnnStream.Wyoming;

namespace SuRnnStream.Cli;

sealed class WyomingCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("wyoming", "A wake word server for Home Assistant and others who speak the Wyoming protocol.");
        var model = command.Texts("--model", "Model files, each with its words. By default wake-words.surnn, which comes with the program.", "-m");
        var uri = command.TextOr("--uri", "tcp://127.0.0.1:10400", "Where it listens. tcp://0.0.0.0:10400 lets other machines in, without a password.");
        var threshold = command.Number<float>("--threshold", "One threshold in (0, 1) for all words in place of the models' own.", "-t");
        var noVerify = command.Flag("--no-verify", "Of models with a second look of their own: the first stage alone.");
        var refractory = command.Number<double>("--refractory", 2, "Least seconds between two detections of the same word for one client.");
        var voice = command.Flag("--voice", "Tell clients, too, when speech begins and ends.");
        var announce = command.Text("--announce", "A name to announce on the local network, so that Home Assistant finds the server by itself; needs Avahi.");
        var clients = command.Number<int>("--clients", 64, "The most clients at a time.");
        var idle = command.Number<double>("--idle", 60, "Seconds without a frame after which a client is closed.");
        return command.Runs((given, cancellation) => new WyomingCommand(terminal).Wyoming(
            given.GetRequiredValue(model), given.GetRequiredValue(uri), given.GetValue(threshold), given.GetValue(noVerify), given.GetValue(refractory), given.GetValue(voice),
            given.GetValue(announce), given.GetValue(clients), given.GetValue(idle), cancellation));
    }

    async Task<int> Wyoming(
        string[] model, string uri, float? threshold, bool noVerify, double refractory, bool voice, string? announce, int clients, double idle,
        CancellationToken cancellation)
    {
        if (clients is < 1 or > 10_000) throw new UsageException("--clients is 1 to 10000");
        var options = new WyomingServerOptions { Uri = uri, Threshold = threshold, Verify = !noVerify, Refractory = Seconds("--refractory", refractory), Voice = voice, Announce = announce, MostClients = clients, IdleTimeout = Seconds("--idle", idle, 0.1) };
        foreach (var path in model.Length > 0 ? model : [Models.Find(AppContext.BaseDirectory, Directory.GetCurrentDirectory(), "wake-words.surnn")]) options.Models.Add(Models.Named(path));
        await using var server = new WyomingServer(options, new Log(terminal));
        server.Start();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
        catch (OperationCanceledException)
        {
            var done = server.Counters;
            terminal.Complain(Words.Text($"{Words.Count(done.Accepted, "client")}, {Words.Count(done.Detections, "detection")}; closed: {done.Malformed} malformed, {done.Idle} idle, {done.Stalled} stalled, {done.Refused} refused"));
        }
        return 0;
    }

    static TimeSpan Seconds(string option, double value, double least = 0) =>
        value >= least && value < 86_400 ? TimeSpan.FromSeconds(value) : throw new UsageException(Words.Text($"{option} is {least} to 86399"));

    /// <summary>What the server says: warnings to standard error, the rest to standard output.</summary>
    sealed class Log(Terminal terminal) : ILogger<WyomingServer>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var text = formatter(state, exception) + (exception is null ? "" : $": {exception.GetType().Name}: {exception.Message}");
            if (logLevel == LogLevel.Information) terminal.Print(text);
            else terminal.Complain(text);
        }
    }
}
