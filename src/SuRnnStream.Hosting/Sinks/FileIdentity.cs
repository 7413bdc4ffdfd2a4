using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SuRnnStream;

/// <summary>Whether a path still names a file that is open: programs that rotate logs rename it, and put a new one in its place.</summary>
static partial class FileIdentity
{
    const int CurrentFolder = -100, EmptyPath = 0x1000; // AT_FDCWD, AT_EMPTY_PATH
    const uint Inode = 0x100;                           // STATX_INO
    const int StatxBytes = 256, InodeAt = 32, DeviceAt = 136; // struct statx, the same on every machine: see statx(2)

    /// <summary>True: the path names it, or nobody can say.</summary>
    public static bool IsStill(FileStream file, string path)
    {
        if (!OperatingSystem.IsLinux()) return File.Exists(path) && new FileInfo(path).Length == file.Length; // a good guess
        try
        {
            return Of(path, out var there) && (!Of(file.SafeFileHandle, out var here) || here == there);
        }
        catch (EntryPointNotFoundException)
        {
            return true; // a C library without it
        }
    }

    static bool Of(string path, out (ulong Inode, ulong Device) identity)
    {
        Span<byte> statx = stackalloc byte[StatxBytes];
        var found = Statx(CurrentFolder, path, 0, Inode, ref MemoryMarshal.GetReference(statx)) == 0;
        identity = Parse(statx);
        return found;
    }

    static bool Of(SafeFileHandle handle, out (ulong Inode, ulong Device) identity)
    {
        Span<byte> statx = stackalloc byte[StatxBytes];
        var found = Statx((int)handle.DangerousGetHandle(), "", EmptyPath, Inode, ref MemoryMarshal.GetReference(statx)) == 0;
        identity = Parse(statx);
        return found;
    }

    static (ulong, ulong) Parse(ReadOnlySpan<byte> statx) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(statx[InodeAt..]), BinaryPrimitives.ReadUInt64LittleEndian(statx[DeviceAt..]));

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte statx);
}
