using System.Globalization;
using SuRnnStream.Cli;
using SuRnnStream.Peers;

const string Usage = """
    Times this project's detector beside others on the same sounds, one thread each, taking turns. Every contestant has to show first that it
    does its job; if one does not there are no figures. Run it in the repository's root:

      dotnet run --project tools/Peers -c Release [-- OPTIONS]

      --model FILE     our model, whose recurrent layer is compared [models/commands.surnn]
      --dense FILE     its dense twin, whose weights the other GRUs get [models/commands-dense.surnn]
      --seconds N      length of each of the three sounds, 2 to 600 [10]
      --cache DIR      where the peers' npm packages are kept [~/.cache/surnn-peers]
      --output DIR     folder for CPU.peers.md, .json and .png [tests/SuRnnStream.Benchmarks/results]
    """;

var options = new Dictionary<string, string>
{
    ["--model"] = "models/commands.surnn",
    ["--dense"] = "models/commands-dense.surnn",
    ["--seconds"] = "10",
    ["--cache"] = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "surnn-peers"),
    ["--output"] = "tests/SuRnnStream.Benchmarks/results",
};
if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage);
    return 0;
}
try
{
    for (var i = 0; i < args.Length; i += 2)
    {
        if (!options.ContainsKey(args[i])) throw new UsageException($"there is no option '{args[i]}'; see --help");
        options[args[i]] = i + 1 < args.Length ? args[i + 1] : throw new UsageException($"{args[i]} needs a value; see --help");
    }
    if (!int.TryParse(options["--seconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 2 or > 600)
        throw new UsageException($"--seconds is 2 to 600, not {options["--seconds"]}");
    Compare.Run(options["--model"], options["--dense"], seconds, options["--cache"], options["--output"]);
    return 0;
}
catch (Exception error) when (error is InsaneException or UsageException or IOException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"surnn-peers: {error.Message.ReplaceLineEndings(" ")}");
    return 1;
}
