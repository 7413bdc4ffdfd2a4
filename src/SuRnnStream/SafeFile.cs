using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>Replaces files so that a crash, a full disk or a pulled plug leaves the old one or the new one, whole.</summary>
static partial class SafeFile
{
    const string PreviousEnding = ".previous";

    /// <summary>The generation before, of a file that was replaced with <c>keepPrevious</c>.</summary>
    public static string PreviousOf(string path) => path + PreviousEnding;

    /// <summary>
    /// Writes a file beside <paramref name="path"/>, flushes it to the disk, moves it there and flushes the folder. What
    /// <paramref name="write"/> throws leaves the old file as it was. With <paramref name="keepPrevious"/> the file that was there stays as <see cref="PreviousOf"/>.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Replace(string path, Action<Stream> write, bool keepPrevious = false)
    {
        var temporary = path + (keepPrevious ? ".tmp" : $".{Guid.NewGuid():N}.tmp"); // of a writer that is alone, what a kill left is written over
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            if (keepPrevious && File.Exists(path)) File.Move(path, PreviousOf(path), overwrite: true);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>A rename is durable once its folder is; where a system has no such call, or refuses it, the rename itself has to do.</summary>
    static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return;
        var handle = Open(folder, 0);
        if (handle < 0) return;
        _ = FSync(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
