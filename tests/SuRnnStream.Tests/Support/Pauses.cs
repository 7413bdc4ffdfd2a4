using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>Pauses between tries, of which chance leaves out up to half.</summary>
static class Pauses
{
    /// <summary>These pauses, in their order, none longer, none shorter than half.</summary>
    /// <param name="longest">In ms.</param>
    /// <param name="pauses">What was waited for.</param>
    public static void Are(double[] longest, IEnumerable<TimeSpan> pauses)
    {
        double[] waited = [.. pauses.Select(pause => pause.TotalMilliseconds)];
        Assert.Equal(longest.Length, waited.Length);
        Assert.All(waited.Zip(longest), pair => Assert.InRange(pair.First, 0.4999 * pair.Second, pair.Second));
    }
}
