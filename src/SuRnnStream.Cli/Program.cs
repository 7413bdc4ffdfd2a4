using System.Text;
using Spectre.Console;
using SuRnnStream.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var screen = Console.IsOutputRedirected ? null : AnsiConsole.Console;
if (screen is not null || OperatingSystem.IsWindows()) return await Surnn.RunAsync(args, new Terminal(Console.Out, Console.Error, Console.OpenStandardInput, screen));

const int NobodyReads = 141; // as a shell says of a program that SIGPIPE ended
using var output = new StreamWriter(new StandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
using var gone = new CancellationTokenSource();
var watch = new Thread(() =>
{
    while (!StandardOutput.WaitUntilGone(TimeSpan.FromSeconds(1))) Thread.Yield();
    gone.Cancel();
}) { IsBackground = true, Name = "surnn output" };
watch.Start();
var exitCode = await Surnn.RunAsync(args, new Terminal(output, Console.Error, Console.OpenStandardInput), gone.Token);
return gone.IsCancellationRequested ? NobodyReads : exitCode;
