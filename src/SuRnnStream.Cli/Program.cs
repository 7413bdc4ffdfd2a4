using System.Text;
using SuRnnStream.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await Surnn.RunAsync(args, new Terminal(Console.Out, Console.Error, Console.OpenStandardInput));
