using System.Runtime.CompilerServices;

namespace SuRnnStream.Training.Net;

/// <summary>
/// Holds up the finalizer thread while it lives. TorchSharp passes numbers to native code as temporary Scalars and drops the last reference
/// before the call is over; when a collection falls into it, the finalizer frees the number while it is being read ("Unknown scalar type":
/// seen here after some hundred steps). With finalizers only between steps that cannot happen.
/// </summary>
sealed class FinalizerPause : IDisposable
{
    readonly ManualResetEventSlim _held = new(), _released = new();

    public FinalizerPause()
    {
        Drop(this);
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        _held.Wait();
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // so that no register keeps the holder alive
    static void Drop(FinalizerPause pause) => _ = new Holder(pause);

    public void Dispose() => _released.Set();

    sealed class Holder(FinalizerPause pause)
    {
        ~Holder()
        {
            pause._held.Set();
            pause._released.Wait();
        }
    }
}
