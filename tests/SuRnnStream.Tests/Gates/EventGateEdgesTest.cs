using Xunit;

namespace SuRnnStream.Tests.Gates;

/// <summary>What the gate tells its detector beside detections, the end of a stream, and the bounds of a saved place. A frame has 320 samples.</summary>
public sealed class EventGateEdgesTest
{
    const int Hop = 320;
    static readonly DetectorOptions Scores = MadeFrames.Talk with { Rule = GateRule.Scores };

    static TimeSpan Frames(int count) => TimeSpan.FromMilliseconds(20 * count);

    [Fact]
    public void LongestWait_IsWhatTheRuleMayTake()
    {
        var options = Scores with { DecisionWindow = Frames(3), Burst = new() { Longest = Frames(60), Calm = Frames(7) }, Talk = new() { CalmWithin = Frames(40) } };
        Assert.Equal(3 * Hop, Gate(options).LongestWait);
        Assert.Equal(67 * Hop, Gate(options with { Rule = GateRule.Bursts }).LongestWait);
        Assert.Equal(43 * Hop, Gate(options with { Rule = GateRule.Talk }).LongestWait);
    }

    [Fact]
    public void IsBusy_FromTheFirstFrameOfABurst_UntilItsCalm()
    {
        var gate = Gate(MadeFrames.Bursts with { Burst = new() { Calm = Frames(2) } });
        Assert.False(gate.IsBusy);
        new MadeFrames().Then(1, open: 20).Run(gate); // the burst begins at sample 0
        Assert.True(gate.IsBusy);
        Assert.Equal(0, gate.LastFrame);
        new MadeFrames().Then(1).Run(gate);
        Assert.True(gate.IsBusy);
        new MadeFrames().Then(1).Run(gate);
        Assert.False(gate.IsBusy);
        Assert.Equal(2 * Hop, gate.LastFrame);
    }

    [Fact]
    public void IsBusy_WhileADecisionWindowIsOpen()
    {
        var gate = Gate(Scores with { DecisionWindow = Frames(2) });
        new MadeFrames().Then(2, yes: 0.9f).Run(gate);
        Assert.True(gate.IsBusy);
        Assert.Single(new MadeFrames().Then(1, yes: 0.9f).Run(gate));
        Assert.False(gate.IsBusy);
    }

    [Fact]
    public void IsBusy_WhileACandidateWaitsForCalm_ThoughNoBurstGoesOn()
    {
        var options = MadeFrames.Talk with { DecisionWindow = TimeSpan.Zero, Burst = new() { Calm = Frames(1) } };
        var gate = Gate(options);
        gate.Retune(options with { Burst = new() { Calm = Frames(3) } }); // one frame of calm is no longer enough
        Assert.Empty(new MadeFrames().Then(1, yes: 0.9f).Run(gate));
        Assert.True(gate.IsBusy);
        Assert.Single(new MadeFrames().Then(1).Run(gate));
        Assert.False(gate.IsBusy);
    }

    [Theory, InlineData(GateRule.Scores), InlineData(GateRule.Talk)]
    public void HasFired_FromTheDetectionToTheRelease(GateRule rule)
    {
        var gate = Gate(Scores with { Rule = rule, DecisionWindow = TimeSpan.Zero });
        Assert.False(gate.HasFired(2));
        Assert.Single(new MadeFrames().Then(1, yes: 0.9f).Run(gate));
        Assert.True(gate.HasFired(2));
        Assert.False(gate.HasFired(3));
        new MadeFrames().Then(1).Run(gate);
        Assert.False(gate.HasFired(2));
    }

    [Fact]
    public void HasFired_IsNeverSoUnderBursts()
    {
        var gate = Gate(MadeFrames.Bursts);
        Assert.Single(new MadeFrames().Then(10, open: 20, yes: 0.9f).Then(7, yes: 0.9f).Run(gate));
        Assert.False(gate.HasFired(2));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(30)]
    public void RunOut_TakesAsManyFramesAsAreLeft(int after)
    {
        var gate = Gate(Scores);
        gate.RunOut([0, 0, 0, 0], after, _ => Assert.Fail("nothing was pending"));
        Assert.Equal((75 - after) * Hop, gate.Position);
        Assert.Equal(75, EventGate.FramesToRunOut(MadeFrames.Config.RequireTiming()));
    }

    /// <summary>Calm may take up to two seconds, longer than scores are held: the burst is decided all the same.</summary>
    [Theory, InlineData(74), InlineData(75), InlineData(76), InlineData(100)]
    public void RunOut_WaitsForTheCalmOfABurst(int calm)
    {
        var options = MadeFrames.Bursts with { Burst = new() { Calm = Frames(calm), OpenPart = 1 / 128f } }; // one open switch would keep it going
        var (gate, heard) = (Gate(options), new List<Detection>());
        new MadeFrames().Then(10, open: 20, yes: 0.9f).Run(gate);
        gate.RunOut([0, 0, 0, 0], 0, heard.Add);
        Assert.Equal((calm + 10, "yes"), ((int)(Assert.Single(heard).Time / Frames(1)), heard[0].Label));
        Assert.False(gate.IsBusy);
        Assert.Equal((10 + Math.Max(75, calm)) * Hop, gate.Position);
    }

    [Fact]
    public void RunOut_WaitsForALongDecisionWindow()
    {
        var (gate, heard) = (Gate(Scores with { DecisionWindow = Frames(100) }), new List<Detection>());
        new MadeFrames().Then(1, yes: 0.9f).Run(gate);
        gate.RunOut([0, 0, 0.1f, 0], 0, heard.Add);
        Assert.Equal(Frames(101), Assert.Single(heard).Time);
    }

    /// <summary>Whatever the restoring gate has taken before is gone.</summary>
    [Theory, InlineData(GateRule.Scores), InlineData(GateRule.Bursts), InlineData(GateRule.Talk)]
    public void Restore_LeavesNothingOfWhatWasTakenBefore(GateRule rule)
    {
        var options = Scores with { Rule = rule };
        var made = MadeFrames.Random(1_500, seed: 5);
        var expected = made.Run(options);
        Assert.NotEmpty(expected);
        var saved = Saved(Gate(options));
        for (var before = 1; before < 60; before += 7)
        {
            var gate = Gate(options);
            MadeFrames.Random(before, seed: 9).Run(gate);
            Restore(gate, saved);
            Assert.Equal(expected, made.Run(gate));
        }
    }

    [Theory]
    [InlineData(-1, 0), InlineData(0, -1), InlineData(Hop, Hop + 1), InlineData(long.MaxValue / 4 + 1, 0), InlineData(long.MinValue, long.MinValue), InlineData(long.MaxValue, long.MaxValue)]
    public void Restore_OfAPlaceThatCannotBe_IsRefused(long position, long next)
    {
        var saved = Saved(Gate(Scores), position, next);
        Assert.StartsWith("A saved gate is at sample", Assert.Throws<InvalidDataException>(() => Restore(Gate(Scores), saved)).Message);
    }

    [Theory, InlineData(0, 0), InlineData(Hop, 0), InlineData(Hop, Hop), InlineData(long.MaxValue / 4, 7)]
    public void Restore_OfAPlaceThatMayBe_IsTaken(long position, long next)
    {
        var gate = Gate(Scores);
        Restore(gate, Saved(Gate(Scores), position, next));
        Assert.Equal(position, gate.Position);
    }

    static EventGate Gate(DetectorOptions options) => new(options, MadeFrames.Config);

    static byte[] Saved(EventGate gate, long? position = null, long? next = null)
    {
        var to = new MemoryStream();
        using (var writer = new BinaryWriter(to)) gate.Save(writer);
        var saved = to.ToArray();
        if (position is { } place) BitConverter.TryWriteBytes(saved.AsSpan(1), place); // after the byte of the rule
        if (next is { } after) BitConverter.TryWriteBytes(saved.AsSpan(9), after);
        return saved;
    }

    static void Restore(EventGate gate, byte[] saved)
    {
        using var reader = new BinaryReader(new MemoryStream(saved));
        gate.Restore(reader);
    }
}
