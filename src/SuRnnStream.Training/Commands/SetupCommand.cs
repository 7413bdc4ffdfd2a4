using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ConsoleAppFramework;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train setup`: fetches libtorch for the tool, which does not bring it.</summary>
sealed class SetupCommand
{
    /// <summary>Fetches libtorch for this platform, 130 MB, by NuGet into its folder of packages, where trainings look for it. Done at once where it is there.</summary>
    /// <param name="source">-s, Folder or address of the package source; those of NuGet's settings unless given.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    [Command("setup")]
    public async Task Setup(string? source = null, CancellationToken cancellationToken = default)
    {
        var runtime = RuntimeInformation.RuntimeIdentifier;
        if (LibTorch.Find(LibTorch.Packages, runtime) is null) await FetchAsync(LibTorch.Platform(runtime) ?? throw new InvalidDataException($"There is no libtorch for this machine: {LibTorch.Remedy(runtime)}"), source, cancellationToken);
        Console.WriteLine($"libtorch {LibTorch.Version} is in {LibTorch.Find(LibTorch.Packages, runtime) ?? throw new InvalidDataException($"{LibTorch.Packages} has no libtorch, although NuGet fetched it")}");
    }

    /// <summary>By a project that needs nothing but the package: NuGet's own sources, proxies, credentials and checks count.</summary>
    static async Task FetchAsync(string platform, string? source, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("surnn-train-");
        try
        {
            var project = Path.Combine(folder.FullName, "libtorch.csproj");
            await File.WriteAllTextAsync(project, $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageDownload Include="{LibTorch.Package(platform)}" Version="[{LibTorch.Version}]" />
                  </ItemGroup>
                </Project>
                """, cancellationToken);
            Console.WriteLine($"fetching {LibTorch.Package(platform)} {LibTorch.Version} into {LibTorch.Packages}");
            var start = new ProcessStartInfo("dotnet", ["restore", project, "--packages", LibTorch.Packages, "-v", "quiet", "-nologo", .. source is null ? (string[])[] : ["--source", source]]) { RedirectStandardOutput = true };
            using var restore = Process.Start(start)!;
            var said = await restore.StandardOutput.ReadToEndAsync(cancellationToken);
            await restore.WaitForExitAsync(cancellationToken);
            if (restore.ExitCode != 0) throw new IOException($"NuGet could not fetch it: {said.Trim()}");
        }
        catch (Win32Exception missing)
        {
            throw new IOException($"'dotnet' of the .NET SDK cannot be started, which fetches the package: {missing.Message}", missing);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
