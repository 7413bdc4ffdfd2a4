using System.Runtime.CompilerServices;

namespace SuRnnStream.Training.Net;

/// <summary>
/// Holds up the finalizer thread while any of these lives. TorchSharp passes numbers to native code as temporary Scalars and drops the last
/// reference before the call is over; when a collection falls into it, the finalizer frees the number while it is being read ("Unknown scalar
/// type": seen here after some hundred steps). With finalizers only between steps that cannot happen. Pauses may nest and overlap.
/// </summary>
sealed class FinalizerPause : IDisposable
{
    static readonly Lock Gate = new();
    static int _alive;     // under Gate
    static Hold? _hold;    // under Gate: what all pauses alive share

    bool _over;            // under Gate

    public FinalizerPause()
    {
        lock (Gate)
        {
            if (_alive == 0) _hold = Hold.Begin();
            _alive++;
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_over) return;
            _over = true;
            if (--_alive == 0) _hold!.Released.Set();
        }
    }

    sealed class Hold
    {
        public readonly ManualResetEventSlim Held = new(), Released = new();

        public static Hold Begin()
        {
            GC.WaitForPendingFinalizers(); // or what waits since the last pause could starve: the order of finalizers is not that of their garbage
            var hold = new Hold();
            Drop(hold);
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            // Rarely another thread's collection comes before the holder is dropped and takes it to an older generation.
            while (!hold.Held.Wait(100)) GC.Collect();
            return hold;
        }

        [MethodImpl(MethodImplOptions.NoInlining)] // so that no register keeps the holder alive
        static void Drop(Hold hold) => _ = new Holder(hold);
    }

    sealed class Holder(Hold hold)
    {
        ~Holder()
        {
            hold.Held.Set();
            hold.Released.Wait();
        }
    }
}
