using System.Text;
using Spectre.Console;
using SuRnnStream.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var screen = Console.IsOutputRedirected ? null : AnsiConsole.Console;
return await Surnn.RunAsync(args, new Terminal(Console.Out, Console.Error, Console.OpenStandardInput, screen));
