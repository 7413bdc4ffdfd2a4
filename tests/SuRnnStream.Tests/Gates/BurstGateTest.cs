using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Gates;

public sealed class BurstGateTest
{
    static readonly DetectorOptions Options = MadeFrames.Bursts;

    static TimeSpan Frames(double count) => TimeSpan.FromMilliseconds(20 * count);

    [Fact]
    public void ABurst_IsJudgedAtTheFrameThatEndsItsCalm_ByTheFormula()
    {
        var heard = new MadeFrames()
            .Then(10, open: 1, unknown: 0.4f)                       // before: U
            .Then(10, open: 20, unknown: 0.9f, yes: 0.3f)           // unknown before the peak does not count
            .Then(1, open: 20, yes: 0.8f, no: 0.2f)
            .Then(4, open: 20, unknown: 0.25f, yes: 0.6f)           // after it: A
            .Then(10, open: 3, unknown: 0.1f, yes: 0.1f).Run(Options);
        var detection = Assert.Single(heard);
        Assert.Equal("yes", detection.Label);
        Assert.Equal(0.8 * Math.Pow(1 - 0.4, 0.25) * Math.Pow(1 - 0.25, 1.5) * Math.Pow(1 - 0.2 / 0.8, 0.25), detection.Score, 1e-6);
        Assert.Equal((Frames(11), Frames(25), Frames(32)), (detection.Start, detection.End, detection.Time)); // seven frames of calm
    }

    /// <summary>Four labels are followed at a time: turned round, the same scores fire the same, at numbers of labels that leave every remainder.</summary>
    [Fact]
    public void ALabelsPlace_ChangesNothing()
    {
        for (var labels = 3; labels <= 13; labels++)
        {
            string[] names = ["unknown", .. Enumerable.Range(1, labels - 1).Select(i => $"word {i}")];
            string[] turned = ["word 1", .. names[2..], "unknown"]; // every label one place further to the front
            var fired = 0;
            EventGate New(string[] order) => new(Options with { Threshold = 0.2f }, TinyModels.Config() with { Labels = order, Background = ["unknown"] });
            EventGate gate = New(names), other = New(turned);
            var (random, scores, moved, open) = (new Random(labels), new float[labels], new float[labels], 0);
            for (var frame = 0; frame < 3_000; frame++)
            {
                if (frame % 15 == 0) open = frame % 2 * random.Next(64);
                for (var i = 0; i < labels; i++) scores[i] = open == 0 ? 0.01f * i : random.NextSingle() * (i == open % labels ? 0.95f : 0.3f);
                for (var i = 0; i < labels; i++) moved[Array.IndexOf(turned, names[i])] = scores[i];
                var due = gate.TryAdvance(scores, open, out var detection);
                Assert.Equal(due, other.TryAdvance(moved, open, out var same));
                Assert.Equal(detection, same);
                fired += due ? 1 : 0;
            }
            Assert.True(fired > 5, $"{labels} labels: {fired} detections");
        }
    }

    /// <summary>Against the definition written down a second time, over whole lists and without any state.</summary>
    [Fact]
    public void RandomFrames_GiveWhatTheDefinitionGives()
    {
        var count = 0;
        foreach (var smoothing in new[] { 0f, 0.8f })
        {
            for (var seed = 0; seed < 20; seed++)
            {
                var options = Options with { Smoothing = smoothing, Threshold = 0.1f };
                var made = MadeFrames.Random(3_000, seed);
                var (expected, heard) = (Defined(made, options), made.Run(options));
                Assert.Equal(expected.Select(one => (one.Label, one.Start, one.End, one.Time)), heard.Select(one => (one.Label, one.Start, one.End, one.Time)));
                foreach (var (a, b) in expected.Zip(heard)) Assert.Equal(a.Score, b.Score, 1e-5);
                count += heard.Count;
            }
        }
        Assert.True(count > 300, $"{count} detections do not tell much");
    }

    static List<Detection> Defined(MadeFrames made, DetectorOptions options)
    {
        var (frames, found) = (made.All, new List<Detection>());
        var smoothed = new float[frames.Count][];
        for (var t = 0; t < frames.Count; t++)
            smoothed[t] = [.. Enumerable.Range(0, 4).Select(l => (t > 0 ? options.Smoothing * smoothed[t - 1][l] : 0) + (1 - options.Smoothing) * frames[t].Scores[l])];
        for (var begin = 0; begin < frames.Count; begin++)
        {
            if (frames[begin].Open < 4) continue;
            var last = begin;
            for (var t = begin; t < frames.Count && t - last <= 7; t++) if (frames[t].Open >= 4) last = t;
            var now = last + 7;
            if (now >= frames.Count) break;
            if (last - begin + 1 is >= 5 and <= 60)
            {
                var burst = Enumerable.Range(begin, now - begin + 1).ToList();
                var before = Enumerable.Range(Math.Max(0, begin - 100), Math.Min(100, begin)).Where(t => frames[t].Open > 0).Select(t => frames[t].Scores[1]).DefaultIfEmpty(0).Max();
                (int Label, double Score)[] labels = [.. new[] { 2, 3 }.Select(label =>
                {
                    double peak = burst.Max(t => smoothed[t][label]), second = burst.Max(t => smoothed[t][5 - label]);
                    var at = burst.MaxBy(t => frames[t].Scores[label]);
                    var after = burst.Where(t => t > at).Select(t => frames[t].Scores[1]).DefaultIfEmpty(0).Max();
                    return (label, peak <= second ? 0 : peak * Math.Pow(1 - before, 0.25) * Math.Pow(1 - after, 1.5) * Math.Pow(1 - second / peak, 0.25));
                })];
                var best = labels.MaxBy(label => label.Score);
                if (best.Score >= options.Threshold) found.Add(new Detection(MadeFrames.Config.Labels[best.Label], (float)best.Score, Frames(begin + 1), Frames(last + 1), Frames(now + 1)));
            }
            begin = now;
        }
        return found;
    }

    [Theory, InlineData(4, false), InlineData(5, true), InlineData(60, true), InlineData(61, false)]
    public void ABurst_OfWhateverLength_CountsFromATenthOfASecondTo1Point2(int frames, bool counts) =>
        Assert.Equal(counts, new MadeFrames().Then(frames, open: 4, yes: 0.9f).Then(7).Run(Options).Count == 1);

    [Theory, InlineData(6, 1), InlineData(7, 2)]
    public void APause_ShorterThanCalm_JoinsBursts(int pause, int bursts) =>
        Assert.Equal(bursts, new MadeFrames().Then(6, open: 9, yes: 0.9f).Then(pause, open: 3).Then(6, open: 9, yes: 0.9f).Then(7).Run(Options).Count);

    [Theory, InlineData(99, 2, false), InlineData(101, 2, true), InlineData(10, 0, true)]
    public void TheBackgroundBefore_CountsForTwoSeconds_WhereASwitchWasOpen(int ago, int open, bool fires)
    {
        var options = Options with { Threshold = 0.8f };
        Assert.Equal(fires, new MadeFrames().Then(1, open, unknown: 0.9f).Then(ago - 1).Then(10, open: 9, yes: 0.9f).Then(7).Run(options).Count == 1);
    }

    [Theory, InlineData(6, false), InlineData(7, true), InlineData(1_000, true)]
    public void AGap_LongerThanCalm_EndsABurst(int lost, bool ends)
    {
        var gate = new EventGate(Options, MadeFrames.Config);
        Assert.Empty(new MadeFrames().Then(8, open: 9, yes: 0.9f).Run(gate));
        gate.Position += lost * 320;
        var heard = new MadeFrames().Then(1, open: 9, no: 0.5f).Run(gate);
        Assert.Equal(ends, heard.Count == 1);
        if (ends) Assert.Equal(("yes", Frames(9 + lost)), (heard[0].Label, heard[0].Time));
        Assert.Equal(ends ? "no" : "yes", Assert.Single(new MadeFrames().Then(7, open: 9, no: 0.5f).Then(7).Run(gate)).Label);
    }

    [Fact]
    public void RunOut_DecidesABurstThatGoesOn()
    {
        var (gate, heard) = (new EventGate(Options, MadeFrames.Config), new List<Detection>());
        new MadeFrames().Then(8, open: 9, yes: 0.9f).Run(gate);
        gate.RunOut([0, 0, 0.9f, 0], 0, heard.Add);
        Assert.Equal(("yes", Frames(15)), (Assert.Single(heard).Label, heard[0].Time));
    }

    [Fact]
    public void SaveAndRestore_AtAnyFrame_ChangeNothing()
    {
        foreach (var options in new[] { Options, MadeFrames.Talk })
        {
            var made = MadeFrames.Random(1_500, 5);
            var expected = made.Run(options);
            Assert.True(expected.Count > 3, $"{expected.Count} detections do not tell much");
            var (gate, heard) = (new EventGate(options, MadeFrames.Config), new List<Detection>());
            foreach (var (open, scores) in made.All)
            {
                gate = MadeFrames.SavedAndRestored(gate, options);
                if (gate.TryAdvance(scores, open, out var detection)) heard.Add(detection);
            }
            Assert.Equal(expected, heard);
        }
    }

    [Fact]
    public void Restore_UnderAnotherRule_IsRefused_AndSaysWhichItWas()
    {
        var (saved, gate) = (new MemoryStream(), new EventGate(MadeFrames.Talk, MadeFrames.Config));
        using var writer = new BinaryWriter(saved);
        new EventGate(Options, MadeFrames.Config).Save(writer);
        saved.Position = 0;
        Assert.Contains("under the rule Bursts", Assert.Throws<InvalidDataException>(() => gate.Restore(new BinaryReader(saved))).Message);
    }

    [Fact]
    public void Retune_KeepsTheBurst_AndAnotherRuleForgetsIt()
    {
        var gate = new EventGate(Options with { Threshold = 0.95f }, MadeFrames.Config);
        Assert.Empty(new MadeFrames().Then(10, open: 9, yes: 0.9f).Run(gate));
        gate.Retune(Options);
        Assert.Single(new MadeFrames().Then(7).Run(gate));
        new MadeFrames().Then(10, open: 9, yes: 0.9f).Run(gate);
        gate.Retune(MadeFrames.Talk);
        gate.Retune(Options);
        Assert.Empty(new MadeFrames().Then(7).Run(gate));
    }

    [Fact]
    public void Arm_ForgetsWhatWasHeard_AndWaitsForTheBackgroundToFall()
    {
        float Score(Action<EventGate> between, float unknown)
        {
            var gate = new EventGate(Options with { Threshold = 0.01f }, MadeFrames.Config);
            new MadeFrames().Then(20, open: 9, unknown: 0.95f).Run(gate);
            between(gate);
            return Assert.Single(new MadeFrames().Then(10, open: 2, unknown: 0.95f).Then(3, open: 2, unknown).Then(5, open: 2, unknown: 0.6f).Then(10, open: 9, yes: 0.9f).Then(7).Run(gate)).Score;
        }
        Assert.Equal(0.9 * Math.Pow(0.05, 0.25), Score(gate => gate.Reset(gate.Position), 0.6f), 1e-5);
        Assert.Equal(0.9, Score(gate => gate.Arm(), 0.6f), 1e-5);                        // never low: it does not count
        Assert.Equal(0.9 * Math.Pow(0.4, 0.25), Score(gate => gate.Arm(), 0.2f), 1e-5);  // low once: from then on it does
    }

    [Theory, InlineData(SwitchKind.None), InlineData(SwitchKind.Harmonic), InlineData(SwitchKind.Random)]
    public void AModelWithoutEventSwitches_IsRefused_NamingThem(SwitchKind kind)
    {
        var config = MadeFrames.Config with { Layers = [new RecurrentLayer(CellKind.Gru, 8, kind, kind == SwitchKind.Harmonic ? 2 : 0)] };
        foreach (var options in new[] { Options, MadeFrames.Talk })
            Assert.Contains($"those of layer 0 are {kind}", Assert.Throws<ArgumentException>(() => new EventGate(options, config)).Message);
        _ = new EventGate(Options with { Rule = GateRule.Scores }, config);
    }

    [Fact]
    public void OptionsOutOfRange_AreNamed()
    {
        (BurstOptions Options, string Says)[] wrong =
        [
            (new() { OpenPart = 0 }, "OpenPart"), (new() { Calm = TimeSpan.FromSeconds(3) }, "Calm"), (new() { Shortest = TimeSpan.FromSeconds(2) }, "Shortest"),
            (new() { Longest = TimeSpan.FromHours(1) }, "Longest"), (new() { LookBack = TimeSpan.FromSeconds(-1) }, "LookBack"), (new() { Before = float.NaN }, "Before"),
            (new() { After = 5 }, "After"), (new() { Second = -1 }, "Second"),
        ];
        foreach (var (options, says) in wrong)
            Assert.Contains(says, Assert.Throws<ArgumentException>(() => new EventGate(Options with { Burst = options }, MadeFrames.Config)).Message);
        Assert.Contains("Veto", Assert.Throws<ArgumentException>(() => new EventGate(Options with { Talk = new() { Veto = 0 } }, MadeFrames.Config)).Message);
    }
}
