using SuRnnStream.Server;

try
{
    await ServerApp.Build(args).RunAsync();
    return 0;
}
catch (Exception error) when (error is ServerStartException or IOException)
{
    Console.Error.WriteLine($"surnn-server: {error.Message}");
    return 1;
}
