using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;

namespace SuRnnStream.Cli;

/// <summary>A run of the program on the process's own console; what it writes has one reader, who may go.</summary>
public static class ConsoleRun
{
    const int NobodyReads = 141; // as a shell says of a program that SIGPIPE ended

    /// <param name="args">The command line.</param>
    /// <param name="with">What a program brings beside the console; null: nothing.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Func<Terminal, Terminal>? with = null)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Terminal Of(TextWriter output, IAnsiConsole? screen)
        {
            var terminal = new Terminal(output, Console.Error, Console.OpenStandardInput, screen);
            return with?.Invoke(terminal) ?? terminal;
        }
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            if (stop.IsCancellationRequested) return; // the second one ends the process
            signal.Cancel = true;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        var screen = Console.IsOutputRedirected ? null : AnsiConsole.Console;
        if (screen is not null || OperatingSystem.IsWindows()) return await Surnn.RunAsync(args, Of(Console.Out, screen), stop.Token);

        using var output = new StreamWriter(new StandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var gone = new CancellationTokenSource(); // the thread outlives this
        var watch = new Thread(() =>
        {
            while (!StandardOutput.WaitUntilGone(TimeSpan.FromSeconds(1))) Thread.Yield();
            gone.Cancel();
        })
        { IsBackground = true, Name = "surnn output" };
        watch.Start();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, gone.Token);
        var exitCode = await Surnn.RunAsync(args, Of(output, null), either.Token);
        return gone.IsCancellationRequested || StandardOutput.WaitUntilGone(TimeSpan.Zero) ? NobodyReads : exitCode;
    }
}
