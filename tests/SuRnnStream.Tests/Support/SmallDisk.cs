using System.Diagnostics;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>A disk of its own, in memory, that is soon full. Skips the test where no disk may be mounted.</summary>
sealed class SmallDisk : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public SmallDisk(int bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root may mount a disk.");
        if (Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "surnn-small-disk", _folder.Path) == 0) return;
        _folder.Dispose();
        Assert.Skip("No disk may be mounted here.");
    }

    public string File(string name) => _folder.File(name);

    /// <summary>Takes all room but some bytes. A disk is given out in blocks of 4,096.</summary>
    public void Fill(int except = 0)
    {
        var room = new DriveInfo(_folder.Path).AvailableFreeSpace - except;
        System.IO.File.WriteAllBytes(File("filler"), new byte[room]);
    }

    public void MakeRoom() => System.IO.File.Delete(File("filler"));

    /// <summary>The names that are there, but for what fills it.</summary>
    public string[] Names() => [.. Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)!).Where(name => name != "filler").Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Run("umount", "--lazy", _folder.Path);
        _folder.Dispose();
    }

    static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1; // no such program
        }
    }
}
