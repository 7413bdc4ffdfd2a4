using System.Diagnostics;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>For what another thread or program brings about, and nothing tells of.</summary>
static class Wait
{
    public static async Task Until(Func<bool> holds, Func<string>? state = null, double seconds = 60)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"It has not come to pass in {seconds} s. {state?.Invoke()}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
