namespace SuRnnStream.Evaluation;

/// <summary>Clips in folders that are named after what is heard in them, DIR/LABEL/*, as recordings of words and sounds are usually kept. Hidden files and folders stay out.</summary>
public static class LabelledFolders
{
    /// <summary>The folders, in the order of their names.</summary>
    /// <param name="root">The folder that holds them.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<(string Label, string Folder)> In(string root) => Directory.Exists(root)
        ? [.. FolderWalk.Folders(root).Select(folder => (Path.GetFileName(folder), folder))]
        : throw new DirectoryNotFoundException($"{root}: there is no such folder");

    /// <summary>The clips, label by label: sounds of any kind that <see cref="AudioFile"/> opens, not those in folders inside a label's.</summary>
    /// <param name="root">The folder that holds the labels' folders.</param>
    /// <param name="unreadable">Told of each folder that cannot be read; null: that throws.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">A folder cannot be read, and nobody is told.</exception>
    public static IEnumerable<(string Label, string File)> ClipsIn(string root, Action<string, Exception>? unreadable = null) =>
        In(root).SelectMany(one => AudioFile.In(one.Folder, below: false, unreadable).Select(file => (one.Label, file)));
}
