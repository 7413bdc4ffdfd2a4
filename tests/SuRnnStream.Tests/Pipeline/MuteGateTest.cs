using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public sealed class MuteGateTest
{
    readonly ManualTime _time = new();

    static Detection At(double end, EventPhase phase = EventPhase.Whole) => new("stop", 0.9f, TimeSpan.FromSeconds(end - 0.5), TimeSpan.FromSeconds(end), TimeSpan.FromSeconds(end)) { Phase = phase };

    [Fact]
    public void Mute_KeepsBack_ForATimeOfTheClock_WhichAnotherCallEnds()
    {
        var gate = new MuteGate(_time);
        Assert.Equal((null, TimeSpan.Zero), (gate.WhyHeld(At(1)), gate.MutedFor));
        gate.Mute(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(("Muted", TimeSpan.FromSeconds(1)), (gate.WhyHeld(At(2)), gate.MutedFor));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(gate.WhyHeld(At(3)));
        gate.Mute(TimeSpan.FromSeconds(3));
        gate.Mute(TimeSpan.Zero);
        Assert.Null(gate.WhyHeld(At(4)));
        Assert.Equal((1L, 0L), (gate.DetectionsMuted, gate.DetectionsIgnored));
    }

    [Fact]
    public void Ignore_KeepsBack_WhatOverlapsATimeOfTheStream()
    {
        var gate = new MuteGate(_time);
        gate.Ignore(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        Assert.Equal([null, "Ignored", "Ignored", null], new[] { 1.9, 2.1, 4.4, 4.6 }.Select(end => gate.WhyHeld(At(end))));
        Assert.Equal((0L, 2L), (gate.DetectionsMuted, gate.DetectionsIgnored));
    }

    [Fact]
    public void TheEndOfAnEvent_GoesWithItsBegin()
    {
        var gate = new MuteGate(_time);
        Assert.Null(gate.WhyHeld(At(1, EventPhase.Begin)));
        gate.Mute(TimeSpan.FromSeconds(1));
        Assert.Null(gate.WhyHeld(At(2, EventPhase.End)));
        Assert.NotNull(gate.WhyHeld(At(3, EventPhase.Begin)));
        gate.Mute(TimeSpan.Zero);
        Assert.NotNull(gate.WhyHeld(At(4, EventPhase.End)));
        Assert.Equal(1, gate.DetectionsMuted);
    }

    [Fact]
    public void TimesThatAreNone_AreRefused()
    {
        var gate = new MuteGate();
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.Mute(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentException>(() => gate.Ignore(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        Assert.Null(gate.WhyHeld(At(1)));
    }
}
