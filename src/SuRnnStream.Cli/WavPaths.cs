namespace SuRnnStream.Cli;

/// <summary>WAV files by name or folder.</summary>
static class WavPaths
{
    // Hidden files stay out: what some systems leave beside WAV files is none.
    static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive };
    static readonly EnumerationOptions Inside = new() { MatchCasing = MatchCasing.CaseInsensitive };

    /// <summary>The file itself; of a folder all *.wav below it, in the order of their names.</summary>
    /// <exception cref="IOException">The folder has none.</exception>
    public static IReadOnlyList<string> Expand(string path)
    {
        if (!Directory.Exists(path)) return [path];
        string[] files = [.. Directory.EnumerateFiles(path, "*.wav", Below).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new IOException("there is no .wav file in this folder");
    }

    /// <summary>The *.wav in a folder, not those in folders inside it.</summary>
    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder, "*.wav", Inside).Order(StringComparer.Ordinal);

    /// <summary>True: the input is to blame, and others may be better.</summary>
    public static bool IsUnreadable(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>File and reason.</summary>
    public static string Complaint(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path}: there is no such file or folder",
        UnauthorizedAccessException => $"{path}: this user may not read it",
        _ when error.Message.StartsWith(path, StringComparison.Ordinal) => error.Message,
        _ => $"{path}: {error.Message}",
    };
}
