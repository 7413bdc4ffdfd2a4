using System.ComponentModel;
using System.Diagnostics;

namespace SuRnnStream;

/// <summary>An ffmpeg process that decodes the first sound of a file into a WAV of 32-bit floats.</summary>
sealed class Ffmpeg : IDisposable
{
    readonly Process _process;
    readonly string _path;
    string? _complaint; // set by the thread that reads standard error, complete once the process has ended

    /// <exception cref="InvalidAudioException">The program does not start.</exception>
    public Ffmpeg(string program, string path) : this(program, path, "file:" + Path.GetFullPath(path), null) { }

    /// <summary>Decodes what a pipe brings.</summary>
    /// <exception cref="InvalidAudioException">The program does not start.</exception>
    public Ffmpeg(string program, string name, Stream input) : this(program, name, "pipe:0", input) { }

    // A playlist must not make it fetch anything: only this file is read.
    Ffmpeg(string program, string path, string input, Stream? piped)
        : this(program, path, input, piped, ["-protocol_whitelist", "file,pipe", "-i", input, "-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1"]) { }

    /// <summary>Decodes with arguments of the caller's.</summary>
    /// <param name="program">The program.</param>
    /// <param name="path">The file or address, as the user may see it.</param>
    /// <param name="input">Its name in what ffmpeg says.</param>
    /// <param name="piped">What it reads; null: nothing.</param>
    /// <param name="arguments">From the input's options to the output.</param>
    /// <exception cref="InvalidAudioException">The program does not start.</exception>
    public Ffmpeg(string program, string path, string input, Stream? piped, IReadOnlyList<string> arguments)
    {
        _path = input;
        var start = new ProcessStartInfo(program, ["-nostdin", "-v", "error", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = piped is not null,
        };
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => _complaint ??= Plain(line.Data);
        try
        {
            _process.Start();
        }
        catch (Win32Exception error)
        {
            _process.Dispose();
            throw new InvalidAudioException(path, $"{program} does not start: {error.Message}", "install ffmpeg again, or convert the file to WAV");
        }
        _process.BeginErrorReadLine(); // or it would wait for a reader once the pipe is full
        if (piped is not null) new Thread(() => Pump(piped)) { IsBackground = true, Name = "surnn ffmpeg input" }.Start();
    }

    void Pump(Stream from)
    {
        try
        {
            using var to = _process.StandardInput.BaseStream;
            from.CopyTo(to);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // it has ended, and says why
        }
    }

    /// <summary>The WAV as it is made; its length is not known.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The first line that it wrote to standard error, once it has ended.</summary>
    public string? Complaint => _complaint;

    /// <summary>The program in the first of the folders, written as in PATH, that has it; null: none has.</summary>
    public static string? Find(string? folders)
    {
        var name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        return (folders ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <returns>Its exit code, 0 for success.</returns>
    public int WaitForExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends it, if it still runs.</summary>
    public void Dispose()
    {
        try
        {
            _process.Kill();
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // disposed before
        }
        _process.Dispose();
    }

    /// <summary>Without the part of the program and the file, which the user has not named like that.</summary>
    string? Plain(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return null;
        if (line[0] == '[' && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end) line = line[(end + 2)..];
        return line.Replace(_path + ": ", "");
    }
}
