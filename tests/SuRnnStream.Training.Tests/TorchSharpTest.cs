using TorchSharp;
using Xunit;

namespace SuRnnStream.Training.Tests;

/// <summary>The repair of TorchSharp.dll (KeepArguments), without which a collection frees a number while libtorch reads it.</summary>
public class TorchSharpTest
{
    [Fact]
    public void NumbersOfAnOperation_UnderCollectionsOfAnotherThread_StayAlive()
    {
        var done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            using var ones = torch.ones(4);
            for (var i = 0; i < 30_000; i++) // without the repair some ten of these throw
            {
                using var less = ones - (i % 7 + 0.25);
                using var twice = less * 2.0;
                Assert.Equal(1.5f - 2 * (i % 7), twice.data<float>()[3]);
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            collector.Join();
        }
    }
}
