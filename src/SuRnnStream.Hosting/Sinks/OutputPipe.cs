using Microsoft.Win32.SafeHandles;

namespace SuRnnStream;

/// <summary>Standard output that says when it is gone: the console's own stream throws away without a word what a pipe without a reader does not take.</summary>
static class OutputPipe
{
    const int Descriptor = 1; // of standard output, on every Unix

    public static Stream Open()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        try
        {
            var pipe = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return pipe.CanSeek ? Console.OpenStandardOutput() : pipe; // of a file the console's stream tells everything
        }
        catch (Exception unusual) when (unusual is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return Console.OpenStandardOutput(); // closed, or open to read only
        }
    }
}
