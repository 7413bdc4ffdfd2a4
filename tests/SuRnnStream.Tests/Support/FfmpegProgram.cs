using System.Diagnostics;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>The installed ffmpeg, to make files with; and scripts that stand in for one.</summary>
static class FfmpegProgram
{
    /// <summary>Turns a WAV into what the output's name says. Skips the test where there is no ffmpeg.</summary>
    public static void Convert(string wav, string output, params string[] options)
    {
        var program = Ffmpeg.Find(Environment.GetEnvironmentVariable("PATH"));
        Assert.SkipWhen(program is null, "There is no ffmpeg: apt-get install ffmpeg (.ci/run does).");
        using var process = Process.Start(program, ["-nostdin", "-v", "error", "-y", "-i", wav, .. options, "file:" + output]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>A folder with a shell script of the name ffmpeg.</summary>
    public static string Script(string folder, string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell script stands in for ffmpeg.");
        var file = Path.Combine(folder, "ffmpeg");
        File.WriteAllText(file, "#!/bin/sh\n" + script);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }
}
