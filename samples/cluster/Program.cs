using SuRnnStream.ClusterSample;

// surnn-cluster silo [--KEY=VALUE ...]   a machine of a cluster, as appsettings.json and the arguments say
// surnn-cluster load [--name=value ...]  three silos and a load on this machine; see README.md
// surnn-cluster cost [--name=value ...]  what a block costs through one silo and in a bare pool
// surnn-cluster pool [--name=value ...]  the bare pool, which cost starts
try
{
    return args switch
    {
        ["silo", .. var rest] => await SiloProgram.RunAsync(rest),
        ["load", .. var rest] => await new LoadRun(LoadOptions.Parse(rest)).RunAsync(),
        [] => await new LoadRun(LoadOptions.Parse([])).RunAsync(),
        ["cost", .. var rest] => await CostRun.RunAsync(LoadOptions.Parse(rest, silos: 1)),
        ["pool", .. var rest] => BarePool.Run(LoadOptions.Parse(rest, silos: 1)),
        _ => throw new ArgumentException($"'{args[0]}' is no command: name silo, load, cost or pool."),
    };
}
catch (Exception error) when (error is ArgumentException or IOException or InvalidOperationException)
{
    Console.Error.WriteLine($"surnn-cluster: {error.Message}");
    return 1;
}
