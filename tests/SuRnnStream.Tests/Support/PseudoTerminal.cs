using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SuRnnStream.Tests.Support;

/// <summary>A pair of pseudo-terminals: what is sent here comes out of the device at <see cref="Path"/>.</summary>
sealed partial class PseudoTerminal : IDisposable
{
    const int ReadWrite = 2, NoControllingTerminal = 0x100, CloseOnExec = 0x80000; // a program that another test starts would keep the line up

    readonly SafeFileHandle _master;
    readonly FileStream _stream;

    public PseudoTerminal()
    {
        var descriptor = posix_openpt(ReadWrite | NoControllingTerminal | CloseOnExec);
        _master = new SafeFileHandle(descriptor, ownsHandle: true);
        if (descriptor < 0 || grantpt(descriptor) < 0 || unlockpt(descriptor) < 0) throw new IOException("There is no pseudo-terminal to be had.");
        Path = Marshal.PtrToStringUTF8(ptsname(descriptor))!;
        _stream = new FileStream(_master, FileAccess.Write, bufferSize: 0);
    }

    public string Path { get; }

    public void Send(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < bytes.Length; at += 512) _stream.Write(bytes.AsSpan(at, Math.Min(512, bytes.Length - at)));
    }

    public void Dispose() => _stream.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint ptsname(int descriptor);
}
