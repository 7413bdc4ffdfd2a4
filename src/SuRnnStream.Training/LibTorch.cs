namespace SuRnnStream.Training;

/// <summary>What to do where TorchSharp finds no libtorch.</summary>
static class MissingLibTorch
{
    static readonly string[] Served = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>The package for a platform, as it follows a colon.</summary>
    /// <param name="runtime">Its runtime identifier.</param>
    public static string Remedy(string runtime) => Array.Find(Served, served => runtime.Split('-') is [var system, .., var cpu] && served == $"{(system.StartsWith("win", StringComparison.Ordinal) ? "win" : system.StartsWith("osx", StringComparison.Ordinal) ? "osx" : "linux")}-{cpu}") is { } served
        ? $"add <PackageReference Include=\"libtorch-cpu-{served}\" Version=\"2.10.0\" /> to its project."
        : $"no package is served for {runtime}; there are libtorch-cpu-{string.Join(", libtorch-cpu-", Served)}.";
}
