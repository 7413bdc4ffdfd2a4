using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class ThresholdChoiceTest
{
    static IReadOnlyList<OperatingPoint> Curve(params (int Hits, int FalseAlarms)[] points) =>
        [.. points.Select((point, i) => new OperatingPoint((i + 1) / 10f, 20, point.Hits, 0, 0, point.FalseAlarms, 1))];

    static (string, float?)[] Choose(int allowed, params IReadOnlyList<OperatingPoint>[] curves) =>
        [.. ThresholdChoice.Within(curves.Index().ToDictionary(curve => $"{curve.Index}", curve => curve.Item), allowed).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => (label.Key, label.Value?.Threshold))];

    // The first label gains 6 hits for 3 false alarms, the second 1 for each: with 3 allowed, a fair share of 1.5 each would find fewer.
    [Fact]
    public void Within_GivesFalseAlarmsToTheLabelThatGainsMost() =>
        Assert.Equal([("0", 0.1f), ("1", 0.3f)], Choose(3, Curve((18, 3), (12, 0)), Curve((14, 2), (13, 1), (12, 0))));

    [Fact]
    public void Within_IsWhatTryingEverythingFinds()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var curves = Enumerable.Range(0, 3).Select(_ => Curve([.. Enumerable.Range(0, 5).Select(_ => (random.Next(20), random.Next(6)))])).ToArray();
            var allowed = random.Next(16);
            var tried = from a in curves[0]
                        from b in curves[1]
                        from c in curves[2]
                        where a.FalseAlarms + b.FalseAlarms + c.FalseAlarms <= allowed
                        select (Misses: a.Misses + b.Misses + c.Misses, Alarms: a.FalseAlarms + b.FalseAlarms + c.FalseAlarms);
            if (!tried.Any()) continue;
            var chosen = ThresholdChoice.Within(curves.Index().ToDictionary(curve => $"{curve.Index}", curve => curve.Item), allowed).Values;
            Assert.Equal(tried.Min(), (chosen.Sum(point => point!.Misses), chosen.Sum(point => point!.FalseAlarms)));
        }
    }

    [Fact]
    public void Within_WhatCannotBe_LeavesTheLoudestOut()
    {
        Assert.Equal([("0", 0.1f), ("1", null)], Choose(2, Curve((5, 2), (4, 1)), Curve((9, 4), (8, 3))));
        Assert.Equal([("0", null), ("1", null)], Choose(0, Curve((5, 2), (4, 1)), Curve((9, 4), (8, 3))));
    }

    [Fact]
    public void Within_NothingToChoose_IsNothing() => Assert.Empty(Choose(3));
}
