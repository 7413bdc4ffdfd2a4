namespace SuRnnStream;

/// <summary>Finds the files below a folder for every command that takes folders: each real file once, whichever links lead to it; folders that cannot be read are reported.</summary>
public static class FolderWalk
{
    const int MostLinks = 40; // in one path, as the systems themselves have it

    /// <summary>Files that are wanted, in the order of their names. Hidden files and folders stay out.</summary>
    /// <param name="folder">Is there.</param>
    /// <param name="below">Those in folders inside it too.</param>
    /// <param name="wanted">Takes a path.</param>
    /// <param name="unreadable">Told of each folder that cannot be read; null: that throws.</param>
    /// <exception cref="IOException">A folder cannot be read, and nobody is told.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static IReadOnlyList<string> Files(string folder, bool below, Func<string, bool> wanted, Action<string, Exception>? unreadable = null)
    {
        var (files, seenFolders, seenFiles) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var next))
        {
            if (!seenFolders.Add(RealPath(next))) continue;
            foreach (var entry in Entries(next, unreadable))
            {
                if ((entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0) continue;
                var path = Path.Join(next, entry.Name);
                if (Directory.Exists(path))
                {
                    if (below) folders.Push(path);
                }
                else if (wanted(path)) files.Add(path);
            }
        }
        files.Sort(StringComparer.Ordinal);
        return [.. files.OrderBy(IsLink).Where(file => seenFiles.Add(RealPath(file))).Order(StringComparer.Ordinal)];
    }

    /// <summary>The folders in a folder, in the order of their names, likewise.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> Folders(string folder)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. Entries(folder, null).Where(entry => (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) == 0)
            .Select(entry => Path.Join(folder, entry.Name)).Where(Directory.Exists).OrderBy(IsLink).ThenBy(path => path, StringComparer.Ordinal)
            .Where(path => seen.Add(RealPath(path))).Order(StringComparer.Ordinal)];
    }

    static FileSystemInfo[] Entries(string folder, Action<string, Exception>? unreadable)
    {
        try
        {
            return new DirectoryInfo(folder).GetFileSystemInfos("*", new EnumerationOptions { IgnoreInaccessible = false, AttributesToSkip = 0 });
        }
        catch (Exception error) when (unreadable is not null && error is IOException or UnauthorizedAccessException)
        {
            unreadable!(folder, error);
            return [];
        }
    }

    static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    /// <summary>The path without links in any of its parts; a link to nothing or to itself is what it is.</summary>
    static string RealPath(string path)
    {
        var (real, links) = ("", 0);
        var rest = new Stack<string>(Parts(Path.GetFullPath(path)));
        while (rest.TryPop(out var part))
        {
            var next = real.Length == 0 ? part : Path.Join(real, part);
            var target = real.Length == 0 ? null : new FileInfo(next).LinkTarget;
            if (target is null || ++links > MostLinks)
            {
                real = next;
                continue;
            }
            foreach (var piece in Parts(Path.GetFullPath(target, real))) rest.Push(piece);
            real = "";
        }
        return real;
    }

    /// <summary>Root and names of a full path, the last first: a stack of them begins with the root.</summary>
    static IEnumerable<string> Parts(string path)
    {
        var root = Path.GetPathRoot(path) ?? "";
        return path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse().Append(root);
    }
}
