namespace SuRnnStream.Training.Data;

/// <summary>Clips in folders that are named after their label: DIR/LABEL/*.wav, both in the order of their names.</summary>
static class LabelFolders
{
    /// <summary>The folders of the labels.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no folder <paramref name="root"/>.</exception>
    public static IEnumerable<(string Label, string Folder)> In(string root) =>
        Directory.Exists(root) ? Directory.GetDirectories(root).Order(StringComparer.Ordinal).Select(folder => (Path.GetFileName(folder), folder)) : throw new DirectoryNotFoundException($"There is no folder {root}.");

    /// <summary>The clips of one of them.</summary>
    public static IEnumerable<string> Clips(string folder) => Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal);

    /// <summary>All clips, label by label.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no folder <paramref name="root"/>.</exception>
    public static IEnumerable<(string Label, string File)> ClipsIn(string root) => In(root).SelectMany(one => Clips(one.Folder).Select(file => (one.Label, file)));
}
