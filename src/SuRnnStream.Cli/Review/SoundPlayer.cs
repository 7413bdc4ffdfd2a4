using System.ComponentModel;
using System.Diagnostics;

namespace SuRnnStream.Cli;

/// <summary>Plays a WAV file by a program of this machine, in the background.</summary>
sealed class SoundPlayer : IDisposable
{
    static readonly (string Program, string[] Arguments)[] Known = [("pw-play", []), ("paplay", []), ("aplay", ["-q"]), ("afplay", []), ("ffplay", ["-nodisp", "-autoexit", "-loglevel", "error"])];

    readonly string _program;
    readonly string[] _arguments;
    Process? _playing;

    SoundPlayer(string program, string[] arguments) => (_program, _arguments) = (program, arguments);

    /// <summary>The program's name.</summary>
    public string Name => Path.GetFileName(_program);

    /// <summary>The first player that there is: of PipeWire, PulseAudio, ALSA, macOS, ffmpeg. Null: there is none.</summary>
    /// <param name="path">Folders that are looked at, as the variable PATH has them.</param>
    public static SoundPlayer? Find(string? path)
    {
        foreach (var (program, arguments) in Known)
        {
            foreach (var folder in (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
                if (File.Exists(Path.Combine(folder, program))) return new SoundPlayer(Path.Combine(folder, program), arguments);
        }
        return null;
    }

    /// <summary>A program that takes a file's path as its only argument.</summary>
    public static SoundPlayer Of(string program) => new(program, []);

    /// <summary>Ends what plays, and begins this.</summary>
    /// <returns>False: the program cannot be run.</returns>
    public bool Play(string file)
    {
        Stop();
        var start = new ProcessStartInfo(_program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in _arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add(Path.GetFullPath(file));
        try
        {
            _playing = Process.Start(start);
            _playing?.StandardInput.Close();
            _ = _playing?.StandardError.ReadToEndAsync();
            _ = _playing?.StandardOutput.ReadToEndAsync();
            return _playing is not null;
        }
        catch (Exception error) when (error is Win32Exception or IOException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Waits until what plays has ended.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        if (_playing is { } playing) await playing.WaitForExitAsync(cancellation);
    }

    public void Stop()
    {
        if (_playing is not { } playing) return;
        _playing = null;
        try
        {
            if (!playing.HasExited) playing.Kill();
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            // it has just ended
        }
        playing.Dispose();
    }

    public void Dispose() => Stop();
}
