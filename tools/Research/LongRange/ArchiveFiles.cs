using System.Formats.Tar;
using System.IO.Compression;

namespace SuRnnStream.Research.LongRange;

/// <summary>The files of a data set as it is handed out: a folder, or a .tar, .tar.gz, .tgz or .zip of it.</summary>
static class ArchiveFiles
{
    /// <summary>The first of some names that lies in a folder, itself or as one of the archives.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">None of them is there.</exception>
    public static string Find(string folder, IReadOnlyList<string> names, string source)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder}.");
        foreach (var name in names)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path) || Directory.Exists(path)) return path;
        }
        throw new FileNotFoundException($"{folder} has none of {string.Join(", ", names)}; they are {source}.");
    }

    /// <summary>Names, with '/' between folders, and bytes of the files that are wanted, in the order of the archive.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public static IEnumerable<(string Name, byte[] Bytes)> Read(string path, Func<string, bool> wanted)
    {
        if (Directory.Exists(path)) return OfFolder(path, wanted);
        return path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? OfZip(path, wanted) : OfTar(path, wanted);
    }

    static IEnumerable<(string, byte[])> OfFolder(string path, Func<string, bool> wanted)
    {
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(path, file).Replace('\\', '/');
            if (wanted(name)) yield return (name, File.ReadAllBytes(file));
        }
    }

    static IEnumerable<(string, byte[])> OfZip(string path, Func<string, bool> wanted)
    {
        using var zip = Checked(path, () => ZipFile.OpenRead(path));
        foreach (var entry in zip.Entries.Where(entry => wanted(entry.FullName))) yield return (entry.FullName, Checked(path, () => Bytes(entry.Open())));
    }

    static IEnumerable<(string, byte[])> OfTar(string path, Func<string, bool> wanted)
    {
        using var file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? file : new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(stream);
        while (Checked(path, () => tar.GetNextEntry()) is { } entry)
            if (entry.DataStream is { } data && wanted(entry.Name)) yield return (entry.Name, Checked(path, () => Bytes(data)));
    }

    static byte[] Bytes(Stream from)
    {
        using (from)
        {
            using var to = new MemoryStream();
            from.CopyTo(to);
            return to.ToArray();
        }
    }

    static T Checked<T>(string path, Func<T> read)
    {
        try { return read(); }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is damaged: {damaged.Message} Fetch it again.", damaged);
        }
    }
}
