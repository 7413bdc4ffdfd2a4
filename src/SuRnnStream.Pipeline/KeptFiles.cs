using System.Globalization;
using System.Text.RegularExpressions;

namespace SuRnnStream;

/// <summary>Folders and names of WAV files that are kept of what a detector detects, or nearly does: people's voices, of which the oldest go first.</summary>
static partial class KeptFiles
{
    const int LongestPart = 60;

    /// <summary>Makes a folder for this user alone, if there is none.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>True for a name that begins with a <see cref="Time"/>, so that files in the order of their names are in that of their times.</summary>
    public static bool IsOurs(string name) => Ours().IsMatch(name);

    /// <summary>What a name begins with.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Of a text, what may be a part of a file's name everywhere: letters, digits, _ and -, at most 60 of them.</summary>
    public static string Part(string text)
    {
        var part = Strange().Replace(text, "_");
        return part.Length <= LongestPart ? part : part[..LongestPart];
    }

    [GeneratedRegex(@"[^\p{L}\p{N}_-]")]
    private static partial Regex Strange();

    [GeneratedRegex(@"^\d{8}T\d{6}\.\d{3}Z-.+\.wav$")]
    private static partial Regex Ours();
}
