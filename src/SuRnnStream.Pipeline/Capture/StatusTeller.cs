using System.Collections.Concurrent;

namespace SuRnnStream;

/// <summary>
/// Calls the user's OnStatus: in order, one call at a time, under no lock of ours, and what it throws goes no further. A change that comes in the middle of a
/// call is told after it, by the thread that is in that call.
/// </summary>
/// <param name="told">Null: nobody is told.</param>
sealed class StatusTeller(Action<CaptureStatus>? told)
{
    readonly ConcurrentQueue<CaptureStatus> _waiting = new();
    int _teller;    // id of the thread that is telling; 0: none
    int _errors;

    /// <summary>Exceptions that were thrown.</summary>
    public int Errors => Volatile.Read(ref _errors);

    /// <summary>True: this thread is in a call.</summary>
    public bool IsTelling => Volatile.Read(ref _teller) == Environment.CurrentManagedThreadId;

    /// <summary>To be told at the next <see cref="Tell"/>. Under any lock.</summary>
    public void Add(CaptureStatus status)
    {
        if (told is not null) _waiting.Enqueue(status);
    }

    /// <summary>Tells what waits, unless another thread, or this one further up, is at it. Under no lock.</summary>
    public void Tell()
    {
        while (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _teller, Environment.CurrentManagedThreadId, 0) == 0)
        {
            while (_waiting.TryDequeue(out var status)) Call(status);
            Volatile.Write(ref _teller, 0);
        }
    }

    void Call(CaptureStatus status)
    {
        try
        {
            told!(status);
        }
        catch (Exception)
        {
            Interlocked.Increment(ref _errors);
        }
    }
}
