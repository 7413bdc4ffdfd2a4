using SuRnnStream.Cli;

return await ConsoleRun.RunAsync(args);
