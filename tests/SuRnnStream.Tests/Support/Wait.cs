using System.Diagnostics;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>The tests' only waits in real time.</summary>
static class Wait
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Until another thread or program has brought something about, of which nothing tells.</summary>
    public static async Task Until(Func<bool> holds, Func<string>? state = null, double seconds = 300)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"It has not come to pass in {seconds} s. {state?.Invoke()}");
            await Task.Delay(Step, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Lets time pass for a program or device that has only real time.</summary>
    /// <param name="milliseconds">How long, at least.</param>
    /// <param name="because">Why virtual time does not do.</param>
    public static Task Really(double milliseconds, string because)
    {
        ArgumentException.ThrowIfNullOrEmpty(because);
        return Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
