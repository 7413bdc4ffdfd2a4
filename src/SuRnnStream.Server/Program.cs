using SuRnnStream;
using SuRnnStream.Server;

try
{
    await ServerApp.Build(args).RunAsync();
    return 0;
}
catch (Exception error) when (error is ServerStartException || HostFault.Describe(error) is not null)
{
    HostFault.Complain("surnn-server", HostFault.Describe(error) ?? error.Message);
    return 1;
}
