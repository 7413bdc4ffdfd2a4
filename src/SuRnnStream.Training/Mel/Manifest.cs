namespace SuRnnStream.Training.Mel;

/// <summary>
/// What a folder's manifest.tsv says about its files. Clips of speakers that are kept for judging are left out, and those whose licence asks
/// that what is made of them has the same one (share-alike, ODbL).
/// </summary>
static class Manifest
{
    /// <summary>True for a file that may be trained on; a folder without a manifest allows all.</summary>
    public static Func<string, bool> Allowed(string root)
    {
        var list = Path.Combine(root, "manifest.tsv");
        if (!File.Exists(list)) return _ => true;
        var lines = File.ReadAllLines(list);
        var columns = lines[0].Split('\t');
        int split = Array.IndexOf(columns, "split"), licence = Array.IndexOf(columns, "licence");
        var refused = lines.Skip(1).Select(line => line.Split('\t'))
            .Where(cells => cells[split] == "validation" || cells[licence].Contains("-SA", StringComparison.Ordinal) || cells[licence].StartsWith("ODbL", StringComparison.Ordinal))
            .Select(cells => Path.GetFullPath(Path.Combine(root, cells[0]))).ToHashSet(StringComparer.Ordinal);
        return path => !refused.Contains(Path.GetFullPath(path));
    }
}
