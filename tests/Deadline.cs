using System.Collections.Concurrent;
using System.Reflection;
using SuRnnStream.Tests;
using Xunit;
using Xunit.v3;

[assembly: Deadline]

namespace SuRnnStream.Tests;

/// <summary>
/// No test keeps a run for ever. The runner names one that takes minutes (xunit.runner.json); after sixty-five its cancellation token is cancelled,
/// which fails it, and a test that does not heed the token ends the run after seventy.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
sealed class DeadlineAttribute : BeforeAfterTestAttribute
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(65), Grace = TimeSpan.FromMinutes(5);

    readonly ConcurrentDictionary<string, Timer> _running = [];

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var (context, cancelled) = (TestContext.Current, false);
        _running[test.UniqueID] = new Timer(_ =>
        {
            if (cancelled) Environment.FailFast($"{test.TestDisplayName} has run for {(Patience + Grace).TotalMinutes} minutes and heeds no cancellation.");
            cancelled = true;
            context.CancelCurrentTest();
        }, null, Patience, Grace);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (_running.TryRemove(test.UniqueID, out var timer)) timer.Dispose();
    }
}
