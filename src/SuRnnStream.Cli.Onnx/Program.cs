using SuRnnStream;
using SuRnnStream.Cli;

return await ConsoleRun.RunAsync(args, terminal => terminal with { OpenVerifier = head => SecondLooks.Open(head) });
