using System.Runtime.CompilerServices;
using SuRnnStream.Training.Net;
using Xunit;

namespace SuRnnStream.Training.Tests.Net;

public class FinalizerPauseTest
{
    [Fact]
    public void WhileAPauseLives_NoFinalizerRuns_AndAfterItTheyAllDo()
    {
        var ran = new CountdownEvent(10);
        using (new FinalizerPause())
        {
            for (var i = 0; i < 10; i++) Drop(ran);
            GC.Collect();
            Assert.False(AllRun(ran, 200), "a finalizer ran within the pause");
            Assert.Equal(10, ran.CurrentCount);
        }
        Assert.True(AllRun(ran), $"{ran.CurrentCount} finalizers did not run after the pause");
    }

    [Fact]
    public void NewPause_LetsWaitingFinalizersRunFirst()
    {
        for (var round = 0; round < 20; round++)
        {
            var ran = new CountdownEvent(100);
            using (new FinalizerPause())
            {
                for (var i = 0; i < 100; i++) Drop(ran);
                GC.Collect();
            }
            using (new FinalizerPause()) Assert.Equal(0, ran.CurrentCount);
        }
    }

    [Fact]
    public void NestedPauses_HoldUntilTheLastIsOver()
    {
        var ran = new CountdownEvent(1);
        Finishes(() =>
        {
            var outer = new FinalizerPause();
            var inner = new FinalizerPause();
            Drop(ran);
            GC.Collect();
            outer.Dispose(); // in whichever order
            outer.Dispose();
            Assert.False(AllRun(ran, 100), "a finalizer ran within the inner pause");
            inner.Dispose();
        });
        Assert.True(AllRun(ran));
    }

    [Fact]
    public void ExceptionWithinAPause_EndsIt()
    {
        var ran = new CountdownEvent(1);
        Assert.Throws<InvalidOperationException>((Action)(() =>
        {
            using var pause = new FinalizerPause();
            Drop(ran);
            GC.Collect();
            throw new InvalidOperationException();
        }));
        Assert.True(AllRun(ran));
        Finishes(() => new FinalizerPause().Dispose());
    }

    /// <summary>Other threads collect all the time here, as the makers of stretches do.</summary>
    [Fact]
    public void ManyPauses_BesideThreadsThatMakeGarbage_NeverHang()
    {
        var done = false;
        Thread[] garbage = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            for (byte[] last = []; !Volatile.Read(ref done); last = new byte[10_000]) GC.KeepAlive(last);
        }))];
        foreach (var thread in garbage) thread.Start();
        Finishes(() => Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var outer = new FinalizerPause();
                using var inner = new FinalizerPause();
            }
        }));
        Volatile.Write(ref done, true);
        foreach (var thread in garbage) thread.Join();
    }

    static bool AllRun(CountdownEvent ran, int milliseconds = 20_000) => ran.Wait(milliseconds, TestContext.Current.CancellationToken);

    static void Finishes(Action work)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(work)) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(20_000), "deadlock");
        Assert.Null(failure);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Drop(CountdownEvent ran) => _ = new Finalized(ran);

    sealed class Finalized(CountdownEvent ran)
    {
        ~Finalized() => ran.Signal();
    }
}
