using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

public sealed class EventGateTest
{
    static readonly SuRnnConfig Config = TinyModels.Config(); // labels noise (background), yes, no, stop; a frame each 10 ms, 16 ms long

    static readonly DetectorOptions Plain = new()
    {
        Threshold = 0.5f,
        Release = 0.6f,
        Smoothing = 0,
        Refractory = TimeSpan.Zero,
        DecisionWindow = TimeSpan.Zero,
    };

    [Fact]
    public void ALongSound_IsOneEvent_AtItsFirstFrame()
    {
        var detections = Run(Plain, Yes(0, 0, 0, 0.9f, 0.9f, 0.95f, 0.9f, 0.7f, 0, 0));
        Assert.Equal([new Detection("yes", 0.9f, End(3), End(3), End(3))], detections);
    }

    [Fact]
    public void Retune_CountsFromTheNextFrame_AndKeepsScoresAndWhatWasDetected()
    {
        var gate = new EventGate(Plain with { Threshold = 0.95f, Smoothing = 0.5f }, Config);
        float[] yes = [0, 0.9f, 0, 0];
        for (var frame = 0; frame < 5; frame++) Assert.False(gate.TryAdvance(yes, 0, out _));
        gate.Retune(Plain with { Smoothing = 0.5f, Thresholds = new Dictionary<string, float> { ["yes"] = 0.8f } });
        Assert.True(gate.TryAdvance(yes, 0, out var detection)); // smoothed from the frames before
        Assert.InRange(detection.Score, 0.88f, 0.9f);
        Assert.True(detection.Start < End(5));
        gate.Retune(Plain with { Threshold = 0.1f, Release = 0.1f });
        Assert.False(gate.TryAdvance(yes, 0, out _)); // it has fired for this sound
        Assert.Throws<ArgumentException>(() => gate.Retune(Plain with { Threshold = 2 }));
        Assert.False(gate.TryAdvance([0, 0.009f, 0, 0], 0, out _));
        Assert.True(gate.TryAdvance([0, 0.2f, 0, 0], 0, out _)); // the refused one changed nothing
    }

    [Fact]
    public void Times_AreTheRiseTheSummitAndTheVerdict()
    {
        var options = Plain with { DecisionWindow = TimeSpan.FromMilliseconds(40) };
        var detections = Run(options, Yes(0, 0.2f, 0.35f, 0.4f, 0.6f, 0.8f, 0.9f, 0.7f, 0.7f, 0.99f, 0, 0));
        Assert.Equal([new Detection("yes", 0.9f, End(2), End(6), End(8))], detections); // released above 0.3; the 0.99 came too late
    }

    [Fact]
    public void ASoundShorterThanTheDecisionWindow_IsHeardAndMayComeAgain()
    {
        var options = Plain with { DecisionWindow = TimeSpan.FromMilliseconds(50) };
        var detections = Run(options, Yes(0, 0.8f, 0, 0, 0, 0, 0, 0, 0.7f, 0, 0, 0, 0, 0, 0));
        Assert.Equal([("yes", End(1), End(6)), ("yes", End(8), End(13))], detections.Select(d => (d.Label, d.End, d.Time)));
    }

    [Fact]
    public void Smoothing_KeepsSpikesOut_AndDelays()
    {
        var options = Plain with { Smoothing = 0.5f };
        Assert.Empty(Run(options, Yes(0, 0.9f, 0, 0, 0, 0, 0.9f, 0, 0)));
        var detection = Assert.Single(Run(options, Yes(0, 0.9f, 0.9f, 0.9f)));
        Assert.Equal(0.675f, detection.Score, 1e-6f); // 0.45 before
        Assert.Equal((End(1), End(2)), (detection.Start, detection.Time));
    }

    [Fact]
    public void ALabel_FiresAgain_OnlyAfterItsScoreFellBelowRelease()
    {
        Assert.Single(Run(Plain, Yes(0.9f, 0.31f, 0.9f, 0.4f, 0.9f)));
        Assert.Equal([End(0), End(3)], Run(Plain, Yes(0.9f, 0.29f, 0.4f, 0.9f, 0.9f)).Select(d => d.Time));
    }

    [Fact]
    public void Refractory_HoldsTheSameLabelBack_AndNoOther()
    {
        var options = Plain with { Refractory = TimeSpan.FromMilliseconds(50) };
        Assert.Equal([End(0), End(6)], Run(options, Yes(0.9f, 0, 0.9f, 0, 0.9f, 0, 0.9f, 0)).Select(d => d.Time));
        Assert.Equal([End(0), End(5)], Run(options, Yes(0.9f, 0, 0, 0, 0, 0.9f)).Select(d => d.Time));
        Assert.Equal(["yes", "no"], Run(options, [At(yes: 0.9f), At(), At(no: 0.9f), At()]).Select(d => d.Label));
    }

    [Fact]
    public void Settle_DetectsNothingBehindAStart_NorWhatBeganInIt()
    {
        var options = Plain with { Settle = TimeSpan.FromMilliseconds(40) };
        Assert.Equal([End(4)], Run(options, Yes(0.9f, 0, 0, 0, 0.9f, 0.9f)).Select(d => d.Time));
        Assert.Equal([End(7)], Run(options, Yes(0, 0, 0, 0.9f, 0.9f, 0.9f, 0.2f, 0.9f)).Select(d => d.Time));
        var gate = new EventGate(options, Config);
        Assert.Single(Run(gate, Yes(0, 0, 0, 0, 0.9f)));
        gate.Reset(gate.Position);
        Assert.Equal([End(11)], Run(gate, Yes(0.9f, 0, 0.9f, 0, 0, 0, 0.9f)).Select(d => d.Time));
        Assert.Empty(Run(Plain with { Settle = TimeSpan.FromHours(23) }, Yes(0.9f, 0, 0.9f)));
    }

    [Fact]
    public void OfTwoLabels_TheHighestWins_AndTheLoserDoesNotFireForTheSameSound()
    {
        var options = Plain with { DecisionWindow = TimeSpan.FromMilliseconds(30) };
        float[][] sound =
        [
            At(), At(yes: 0.6f), At(yes: 0.65f, no: 0.55f), At(yes: 0.6f, no: 0.8f), At(yes: 0.6f, no: 0.7f),
            At(yes: 0.7f, no: 0.6f), At(yes: 0.9f), At(yes: 0.9f), At(yes: 0.9f), At(yes: 0.9f), At(),
        ];
        var detections = Run(options, [.. sound, At(), At(yes: 0.8f), At(), At(), At(), At()]);
        Assert.Equal([("no", 0.8f, End(4)), ("yes", 0.8f, End(15))], detections.Select(d => (d.Label, d.Score, d.Time)));
    }

    [Fact]
    public void Labels_HaveThresholdsOfTheirOwn()
    {
        var options = Plain with { Thresholds = new Dictionary<string, float> { ["yes"] = 0.9f, ["stop"] = 0.2f } };
        Assert.Empty(Run(options, Yes(0, 0.89f, 0.89f)));
        Assert.Single(Run(options, Yes(0, 0.9f, 0.9f)));
        Assert.Equal("no", Assert.Single(Run(options, [At(no: 0.5f)])).Label);
        Assert.Equal("stop", Assert.Single(Run(options, [At(stop: 0.2f), At(stop: 0.13f), At(stop: 0.3f)])).Label); // releases below 0.12
    }

    [Fact]
    public void BackgroundLabels_NeverFire_NorCompete()
    {
        Assert.Empty(Run(Plain, [At(noise: 1), At(noise: 0), At(noise: 1)]));
        var options = Plain with { DecisionWindow = TimeSpan.FromMilliseconds(20) };
        Assert.Equal("yes", Assert.Single(Run(options, [At(yes: 0.6f), At(noise: 0.9f), At(noise: 0.9f), At(noise: 0.9f)])).Label);
    }

    [Fact]
    public void Reset_ForgetsEverything()
    {
        var options = Plain with { Smoothing = 0.5f, Refractory = TimeSpan.FromSeconds(9), DecisionWindow = TimeSpan.FromMilliseconds(20) };
        var gate = new EventGate(options, Config);
        var sound = Yes(0.9f, 0.9f, 0.9f, 0.9f, 0.9f);
        var first = Run(gate, sound);
        Assert.Single(first);
        Run(gate, Yes(0, 0, 0, 0, 0.9f, 0.9f));
        gate.Reset();
        Assert.Equal(first, Run(gate, sound));
    }

    [Fact]
    public void SaveAndRestore_AtEveryFrame_ChangesNothing()
    {
        var options = new DetectorOptions { Refractory = TimeSpan.FromMilliseconds(70), DecisionWindow = TimeSpan.FromMilliseconds(40) };
        var random = new Random(6);
        var scores = Enumerable.Range(0, 300).Select(t => At(0.3f, Wave(), Wave(), Wave())).ToArray();
        var whole = Run(options, scores);
        Assert.True(whole.Count > 10);

        var (gate, pieces) = (new EventGate(options, Config), new List<Detection>());
        foreach (var frame in scores)
        {
            pieces.AddRange(Run(gate, [frame]));
            var saved = new MemoryStream();
            gate.Save(new BinaryWriter(saved));
            saved.Position = 0;
            gate = new EventGate(options, Config);
            gate.Restore(new BinaryReader(saved));
        }
        Assert.Equal(whole, pieces);

        float Wave() => random.Next(3) == 0 ? 1 : (float)random.NextDouble() * 0.6f;
    }

    [Theory, InlineData(2), InlineData(4), InlineData(5), InlineData(12), InlineData(15)]
    public void ShortCut_ForCalmFrames_ChangesNothing(int labels)
    {
        var names = Enumerable.Range(0, labels).Select(i => $"label {i}").ToArray();
        var config = Config with { Labels = names, Background = [names[labels / 2]] };
        var options = new DetectorOptions { Smoothing = 0.3f, Refractory = TimeSpan.FromMilliseconds(70), DecisionWindow = TimeSpan.FromMilliseconds(40) };
        var random = new Random(labels);
        var (level, scores) = (0.0, new float[20_000][]);
        for (var t = 0; t < scores.Length; t++)
        {
            if (random.Next(12) == 0) level = random.Next(3) * 0.5;
            scores[t] = [.. names.Select(_ => random.Next(5_000) == 0 ? float.NaN : (float)(level * random.NextDouble()))];
            if (t > 0 && random.Next(300) == 0) scores[t] = scores[t - 1];
        }
        foreach (var piece in scores.Chunk(1_000)) // NaN stays in the smoothed score
        {
            var detections = Run(new EventGate(options, config), piece);
            Assert.Equal(Run(new EventGate(options, config) { AlwaysLook = true }, piece), detections);
            if (!piece[..500].Any(frame => frame.Any(float.IsNaN))) Assert.True(detections.Count > 1);
        }
    }

    [Fact]
    public void TryAdvance_WithAnotherNumberOfScores_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventGate(Plain, Config).TryAdvance(new float[3], 0, out _));

    [Fact]
    public void StreamTimes_AreExact_HoweverLongTheStream()
    {
        var config = new FrontEndConfig { SampleRate = 44_100, HighHz = 8_000 };
        const long Year = 365L * 24 * 3_600;
        Assert.Equal(TimeSpan.FromDays(365), config.StreamTime(Year * 44_100));
        Assert.Equal(TimeSpan.FromDays(3_650_000), config.StreamTime(10_000 * Year * 44_100));
        Assert.Equal(new TimeSpan(226), config.StreamTime(1)); // 22.67 us, cut to whole ticks of 100 ns
        Assert.Equal(TimeSpan.FromMilliseconds(20), new FrontEndConfig().Hop);
    }

    [Fact]
    public void OptionsOutOfRange_AreNamed()
    {
        void Refused(DetectorOptions options, string says) =>
            Assert.Contains(says, Assert.Throws<ArgumentException>(() => new EventGate(options, Config)).Message);
        foreach (var bad in new[] { 0, 1, -1, float.NaN, float.PositiveInfinity })
        {
            Refused(Plain with { Threshold = bad }, $"Threshold is {bad}");
            Refused(Plain with { Release = bad }, $"Release is {bad}");
            Refused(Plain with { Thresholds = new Dictionary<string, float> { ["no"] = bad } }, $"the threshold of 'no' is {bad}");
            if (bad != 0) Refused(Plain with { Smoothing = bad }, $"Smoothing is {bad}");
        }
        var unknown = new Dictionary<string, float> { ["maybe"] = 0.5f };
        Refused(Plain with { Thresholds = unknown }, "'maybe', but the model has noise, yes, no, stop");
        Refused(Plain with { Refractory = TimeSpan.FromTicks(-1) }, "Refractory");
        Refused(Plain with { DecisionWindow = TimeSpan.FromTicks(-1) }, "DecisionWindow");
        Refused(Plain with { Settle = TimeSpan.FromTicks(-1) }, "Settle");
    }

    static TimeSpan End(int frame) => TimeSpan.FromMilliseconds(10 * frame + 16);

    static float[] At(float noise = 0, float yes = 0, float no = 0, float stop = 0) => [noise, yes, no, stop];

    static float[][] Yes(params float[] scores) => [.. scores.Select(score => At(yes: score))];

    static List<Detection> Run(DetectorOptions options, float[][] scores) => Run(new EventGate(options, Config), scores);

    static List<Detection> Run(EventGate gate, float[][] scores)
    {
        var detections = new List<Detection>();
        foreach (var frame in scores) if (gate.TryAdvance(frame, 0, out var detection)) detections.Add(detection);
        return detections;
    }
}
