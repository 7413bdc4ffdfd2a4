using System.Collections.Concurrent;

namespace SuRnnStream;

/// <summary>
/// Reports the changes of an <see cref="ICaptureSource"/> to its user: in order, one call at a time, under no lock, and what the user throws goes no further. A change that
/// comes in the middle of a call is reported after it, by the thread that is in that call.
/// </summary>
/// <param name="told">The user's callback. Null: nobody is told.</param>
public sealed class StatusTeller(Action<CaptureStatus>? told)
{
    readonly ConcurrentQueue<CaptureStatus> _waiting = new();
    int _teller;    // id of the thread that is telling; 0: none
    int _errors;

    /// <summary>Exceptions that were thrown.</summary>
    public int Errors => Volatile.Read(ref _errors);

    /// <summary>True: this thread is in a call.</summary>
    public bool IsTelling => Volatile.Read(ref _teller) == Environment.CurrentManagedThreadId;

    /// <summary>To be told at the next <see cref="Tell"/>. May be called under any lock.</summary>
    public void Add(CaptureStatus status)
    {
        if (told is not null) _waiting.Enqueue(status);
    }

    /// <summary>Tells what waits, unless another thread, or this one further up, is doing so. To be called under no lock.</summary>
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
