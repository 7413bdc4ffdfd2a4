using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Files of sound by name or folder.</summary>
static class AudioPaths
{
    /// <summary>The file itself; of a folder every file below it that ends as a sound does, in the order of their names. <paramref name="unreadable"/> is told of folders that cannot be read.</summary>
    /// <exception cref="IOException">The folder has none.</exception>
    public static IReadOnlyList<string> Expand(string path, Action<string, Exception> unreadable)
    {
        if (!Directory.Exists(path)) return [path];
        var files = AudioFile.In(path, unreadable: unreadable);
        return files.Count > 0 ? files : throw new IOException($"there is no sound file ({string.Join(", ", AudioFile.Extensions)}) in this folder");
    }

    /// <summary>True: the input is to blame, and others may be better.</summary>
    public static bool IsUnreadable(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>File and reason.</summary>
    public static string Complaint(string path, Exception error) => error switch
    {
        InvalidAudioException when SensorFile.Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()) =>
            $"{path}: this is no sound; if it is a recording of sensors name a model of sensors, as -m heartbeat for an ECG",
        InvalidSensorDataException or InvalidAudioException when error.Message.StartsWith(path, StringComparison.Ordinal) => error.Message,
        FileNotFoundException or DirectoryNotFoundException => $"{path}: there is no such file or folder",
        UnauthorizedAccessException => $"{path}: this user may not read it",
        InvalidEventTableException => error.Message, // the table's name is in it
        _ when error.Message.StartsWith(path, StringComparison.Ordinal) => error.Message,
        _ => $"{path}: {error.Message}",
    };
}
