using System.Diagnostics;

namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>A native program, or one for another CPU with the emulator that runs it.</summary>
/// <param name="emulator">The emulator's command; empty: none is needed.</param>
/// <param name="program">Its path.</param>
sealed class NativeProgram(string[] emulator, string program)
{
    /// <summary>What starts it; its arguments follow.</summary>
    public string[] Command => [.. emulator, program];

    public (int ExitCode, string Text) Run(params string[] arguments) => Execute(Command[0], [.. Command[1..], .. arguments]);

    /// <summary>Standard output; the error output goes to the tests' own.</summary>
    public static (int ExitCode, string Text) Execute(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEndAsync();
        if (text.Wait(TimeSpan.FromMinutes(60)) && process.WaitForExit(TimeSpan.FromMinutes(1))) return (process.ExitCode, text.Result);
        process.Kill(entireProcessTree: true);
        throw new TimeoutException($"{program} did not end within 60 minutes.");
    }
}
