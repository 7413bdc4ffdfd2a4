using System.Runtime.InteropServices;
using System.Text;

namespace SuRnnStream;

/// <summary>Replaces files so that a crash, a full disk or a pulled plug leaves the old one or the new one, whole.</summary>
public static partial class SafeFile
{
    const string PreviousEnding = ".previous";

    /// <summary>Path of the previous generation of a file that was replaced with <c>keepPrevious</c>.</summary>
    public static string PreviousOf(string path) => path + PreviousEnding;

    /// <summary>
    /// Writes a file beside <paramref name="path"/>, flushes it to the disk, moves it there and flushes the folder. What
    /// <paramref name="write"/> throws leaves the old file as it was. A device is written to as it is. With <paramref name="keepPrevious"/> the file that was there stays as <see cref="PreviousOf"/>.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Replace(string path, Action<Stream> write, bool keepPrevious = false) => Replace(path, write, (to, write) => write(to), keepPrevious);

    /// <summary>The same with a value that <paramref name="write"/> gets, which may be a span.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Replace<T>(string path, T what, Action<Stream, T> write, bool keepPrevious = false) where T : allows ref struct
    {
        if (IsDevice(path))
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            write(device, what);
            return;
        }
        var temporary = path + (keepPrevious ? ".tmp" : $".{Guid.NewGuid():N}.tmp"); // of a writer that is alone, what a kill left is written over
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(file, what);
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

    /// <summary>The same with text, in UTF-8.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Replace(string path, string text) => Replace(path, Encoding.UTF8.GetBytes(text));

    /// <summary>The same with bytes.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Replace(string path, byte[] bytes) => Replace(path, to => to.Write(bytes));

    /// <summary>What must not be replaced by a file: <c>/dev/stdout</c>, <c>/dev/null</c>, a shell's <c>/proc/self/fd/63</c>.</summary>
    static bool IsDevice(string path) => !OperatingSystem.IsWindows() && Path.GetFullPath(path) is var full
        && (full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal)) && File.Exists(full);

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
