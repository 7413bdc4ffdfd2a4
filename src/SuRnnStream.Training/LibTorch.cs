using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace SuRnnStream.Training;

/// <summary>
/// The native library of TorchSharp, 130 MB packed and half a gigabyte on the disk: beside the program, or in NuGet's folder of packages, where `surnn-train setup` and every project that refers to its
/// package put it.
/// </summary>
static class LibTorch
{
    public const string Version = "2.10.0"; // TorchSharp 0.107 is compiled against this one
    const string Core = "torch_cpu", Bridge = "LibTorchSharp";

    static readonly string[] Served = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>NuGet's folder of packages, by the environment or in the user's home.</summary>
    public static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The platform that a package is served for: linux-x64 for debian.12-x64. Null: there is none.</summary>
    /// <param name="runtime">A runtime identifier.</param>
    public static string? Platform(string runtime)
    {
        if (runtime.Split('-') is not [var system, .., var cpu] || runtime.Contains("musl", StringComparison.Ordinal)) return null;
        var family = system.StartsWith("win", StringComparison.Ordinal) ? "win" : system.StartsWith("osx", StringComparison.Ordinal) ? "osx" : "linux";
        return Array.Find(Served, served => served == $"{family}-{cpu}");
    }

    /// <summary>Its package.</summary>
    public static string Package(string platform) => $"libtorch-cpu-{platform}";

    /// <summary>What to do where it is missing, as it follows a colon.</summary>
    /// <param name="runtime">A runtime identifier.</param>
    public static string Remedy(string runtime) => Platform(runtime) is { } platform
        ? $"'surnn-train setup' fetches the package {Package(platform)} (130 MB, once) into {Packages}; a program of your own can bring it: <PackageReference Include=\"{Package(platform)}\" Version=\"{Version}\" />."
        : $"no package is served for {runtime}; there are {string.Join(", ", Served.Select(Package))}.";

    /// <summary>The folder with the library in a folder of packages. Null: it is not there.</summary>
    public static string? Find(string packages, string runtime)
    {
        if (Platform(runtime) is not { } platform) return null;
        var folder = Path.Combine(packages, Package(platform), Version, "runtimes", platform, "native");
        return File.Exists(Path.Combine(folder, FileName(Core))) ? folder : null;
    }

    /// <summary>From now on what TorchSharp does not find beside the program comes from NuGet's folder of packages. Costs nothing until then.</summary>
    public static void SearchPackages() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += Load;

    static nint Load(Assembly asker, string name)
    {
        var wanted = name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
        if (wanted is not (Core or Bridge)) return 0;
        if (Find(Packages, RuntimeInformation.RuntimeIdentifier) is not { } folder)
        {
            Console.SetOut(TextWriter.Null); // TorchSharp writes a page about it before it throws, and Run one line after that
            return 0;
        }
        var core = NativeLibrary.Load(Path.Combine(folder, FileName(Core)));
        if (wanted == Core) return core;
        NativeLibrary.Load(Path.Combine(folder, FileName("torch"))); // once loaded, the bridge finds both by their names
        string[] places = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", Platform(RuntimeInformation.RuntimeIdentifier)!, "native")];
        return places.Select(place => NativeLibrary.TryLoad(Path.Combine(place, FileName(Bridge)), out var bridge) ? bridge : 0).FirstOrDefault(bridge => bridge != 0);
    }

    static string FileName(string library) => OperatingSystem.IsWindows() ? $"{library}.dll" : $"lib{library}{(OperatingSystem.IsMacOS() ? ".dylib" : ".so")}";
}
