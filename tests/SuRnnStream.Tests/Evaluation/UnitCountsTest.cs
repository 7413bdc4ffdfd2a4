using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class UnitCountsTest
{
    static UnitCounts Of(params (string Unit, int Events, int Misses)[] units)
    {
        var counts = new UnitCounts();
        foreach (var (unit, events, misses) in units) counts.Add(unit, events, misses, 0, 0);
        return counts;
    }

    [Fact]
    public void AFewSpeakersWithManyWords_AreFewSpeakers()
    {
        // 1,000 of 2,000 words are missed, all by one of two speakers: drawn by word 48 to 52 %, by speaker anything.
        Assert.Equal((0.0, 1.0), Of(("ann", 1_000, 0), ("bob", 1_000, 1_000)).MissRange(1));
        var (lower, upper) = Of([.. Enumerable.Range(0, 400).Select(i => ($"{i}", 5, i % 2 * 5))]).MissRange(1);
        Assert.InRange(lower, 0.44, 0.47); // 400 coins: 0.5 -+ 1.96 sqrt(0.25 / 400)
        Assert.InRange(upper, 0.53, 0.56);
    }

    [Fact]
    public void OneSpeaker_HasNoRange() => Assert.True(double.IsNaN(Of(("ann", 10, 5)).MissRange(1).Lower));

    [Fact]
    public void Differences_ArePaired()
    {
        (string, int, int)[] units = [.. Enumerable.Range(0, 50).Select(i => ($"{i}", 10, i % 7))];
        var same = Of(units).MissDifference(Of(units), 1);
        Assert.Equal((0.0, 0.0), same); // however much the speakers differ
        var (lower, upper) = Of(units).MissDifference(Of([.. units.Select(unit => (unit.Item1, unit.Item2, unit.Item3 + 1))]), 1);
        Assert.Equal(-0.1, lower, 1e-9);
        Assert.Equal(-0.1, upper, 1e-9);
    }

    [Fact]
    public void AlarmRange_GoesByTheHour()
    {
        var counts = new UnitCounts();
        counts.Add("a", 0, 0, 0, 1);
        counts.Add("b", 0, 0, 4, 1);
        counts.Add("word", 5, 5, 0, 0); // has no hours, and is not drawn
        Assert.Equal((0.0, 4.0), counts.AlarmRange(1));
    }
}
