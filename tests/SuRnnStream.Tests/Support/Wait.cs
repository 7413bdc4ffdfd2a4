using System.Diagnostics;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>For what another thread or program brings about, and nothing tells of.</summary>
static class Wait
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // a test that passes does not need it

    public static async Task Until(Func<bool> holds, Func<string>? state = null)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed < Patience, $"It has not come to pass in {Patience}. {state?.Invoke()}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
