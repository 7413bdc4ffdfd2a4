using System.Runtime.InteropServices;

namespace SuRnnStream.Training;

/// <summary>Ctrl+C, SIGTERM and a closed terminal end a training after its step, with what is done on the disk. A second signal ends the process at once.</summary>
sealed class Interruption : IDisposable
{
    /// <summary>The exit code of a training that was interrupted, as shells have it for Ctrl+C.</summary>
    public const int ExitCode = 130;

    readonly CancellationTokenSource _stop = new();
    readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    void Stop(PosixSignalContext signal)
    {
        if (_stop.IsCancellationRequested) return; // again: as if nobody listened
        signal.Cancel = true;
        Console.Error.WriteLine($"{signal.Signal}: stopping after this step; once more ends it at once");
        _stop.Cancel();
    }

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _stop.Dispose();
    }
}
