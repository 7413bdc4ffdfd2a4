using System.Text;
using Spectre.Console;
using SuRnnStream;
using SuRnnStream.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var screen = Console.IsOutputRedirected ? null : AnsiConsole.Console;
var terminal = new Terminal(Console.Out, Console.Error, Console.OpenStandardInput, screen) { OpenVerifier = head => SpeechVerifier.Load(head) };
return await Surnn.RunAsync(args, terminal);
