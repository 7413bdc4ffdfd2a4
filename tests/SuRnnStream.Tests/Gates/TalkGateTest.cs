using Xunit;

namespace SuRnnStream.Tests.Gates;

public sealed class TalkGateTest
{
    static readonly DetectorOptions Options = MadeFrames.Talk; // a decision window of three frames, calm of seven within thirty

    static TimeSpan Frames(double count) => TimeSpan.FromMilliseconds(20 * count);

    [Fact]
    public void AWord_IsConfirmedAtTheFrameThatEndsTheCalm()
    {
        var heard = new MadeFrames().Then(5).Then(10, open: 9, yes: 0.9f).Then(7).Run(Options);
        var detection = Assert.Single(heard);
        Assert.Equal(("yes", 0.9f, Frames(6), Frames(6), Frames(22)), (detection.Label, detection.Score, detection.Start, detection.End, detection.Time));
    }

    [Theory, InlineData(60, true), InlineData(61, false)]
    public void ALongBurst_IsSpeech(int frames, bool fires) =>
        Assert.Equal(fires, new MadeFrames().Then(frames - 6, open: 9).Then(6, open: 9, yes: 0.9f).Then(7).Run(Options).Count == 1);

    [Theory, InlineData(23, true), InlineData(24, false)]
    public void Calm_HasToComeInTime(int frames, bool fires) => // the window ends with its fourth frame
        Assert.Equal(fires, new MadeFrames().Then(4, open: 9, yes: 0.9f).Then(frames, open: 9).Then(7).Run(Options).Count == 1);

    [Theory, InlineData(10, 5, false), InlineData(11, 5, true), InlineData(10, 0, true)]
    public void TheBackground_DropsACandidate_IfASwitchWasOpen(int ago, int open, bool fires) => // 15 frames until the verdict
        Assert.Equal(fires, new MadeFrames().Then(1, open, unknown: 0.6f).Then(ago).Then(6, open: 9, yes: 0.9f).Then(7).Run(Options).Count == 1);

    [Fact]
    public void TheBackground_WhileACandidateWaits_DropsIt() =>
        Assert.Empty(new MadeFrames().Then(6, open: 9, yes: 0.9f).Then(1, open: 5, unknown: 0.6f).Then(9).Run(Options));

    [Fact]
    public void ALouderCandidate_TakesThePlaceOfAQuieterOne() =>
        Assert.Equal("no", Assert.Single(new MadeFrames().Then(6, open: 9, yes: 0.5f).Then(6, open: 9, no: 0.9f).Then(7).Run(Options)).Label);

    [Fact]
    public void TheRefractoryTime_CountsFromWhatWasConfirmed()
    {
        var options = Options with { Refractory = TimeSpan.FromSeconds(1) };
        var made = new MadeFrames().Then(6, open: 9, yes: 0.9f).Then(1, open: 5, unknown: 0.6f).Then(25).Then(6, open: 9, yes: 0.9f).Then(7).Then(6, open: 9, yes: 0.9f).Then(7);
        Assert.Equal(Frames(6 + 1 + 25 + 6 + 7), Assert.Single(made.Run(options)).Time); // the dropped one holds nobody up, the confirmed one does
    }

    [Fact]
    public void RunOut_ConfirmsWhatWaits()
    {
        var (gate, heard) = (new EventGate(Options, MadeFrames.Config), new List<Detection>());
        new MadeFrames().Then(6, open: 9, yes: 0.9f).Run(gate);
        gate.RunOut([0, 0, 0.9f, 0], 0, heard.Add);
        Assert.Equal("yes", Assert.Single(heard).Label);
    }

    [Fact]
    public void AGap_IsNoCalm()
    {
        var gate = new EventGate(Options, MadeFrames.Config);
        new MadeFrames().Then(6, open: 9, yes: 0.9f).Run(gate);
        gate.Position += 10 * 320;
        Assert.Empty(new MadeFrames().Then(1).Run(gate));
        Assert.Single(new MadeFrames().Then(6).Run(gate));
    }
}
