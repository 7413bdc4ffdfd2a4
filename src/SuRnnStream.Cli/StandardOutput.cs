using System.Runtime.InteropServices;

namespace SuRnnStream.Cli;

/// <summary>
/// Standard output by the system's own calls. .NET's console stream takes a reader that has gone for one that reads: a listener before
/// <c>head -1</c> would never end. Not for Windows.
/// </summary>
sealed partial class StandardOutput : Stream
{
    const int Handle = 1, Interrupted = 4, BrokenPipe = 32, Again = 11, AgainOnMac = 35;
    const short Writable = 4, Failed = 8, HungUp = 16;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = WriteTo(Handle, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted) continue;
            if (error is Again or AgainOnMac) _ = Wait(Writable, 1_000);
            else throw error == BrokenPipe ? new NobodyReadsException() : new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    /// <summary>Waits until nobody can read any more what is written; returns at once where that cannot be known.</summary>
    public static bool WaitUntilGone(TimeSpan most) => (Wait(0, (int)most.TotalMilliseconds) & (Failed | HungUp)) != 0;

    static short Wait(short events, int milliseconds)
    {
        var one = new Poll { Handle = Handle, Events = events };
        return PollOf(ref one, 1, milliseconds) > 0 ? one.Happened : (short)0;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    struct Poll
    {
        public int Handle;
        public short Events, Happened;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int handle, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollOf(ref Poll one, nuint count, int milliseconds);
}

/// <summary>The reader of a pipe has gone, as head does after its lines: no fault, and nothing to be said.</summary>
sealed class NobodyReadsException() : IOException("Broken pipe");
