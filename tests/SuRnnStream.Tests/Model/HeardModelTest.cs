using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

/// <summary>A recurrent layer after a frame switch: what is not heard leaves it as it was.</summary>
public sealed class HeardModelTest
{
    static readonly float[][] Frames = TinyModels.Frames(400, seed: 11);

    public static TheoryData<SwitchKind, bool> Kinds => new(from kind in new[] { SwitchKind.Event, SwitchKind.None } from int8 in new[] { false, true } select (kind, int8));

    static SuRnnModel Build(SwitchKind kind, bool int8)
    {
        var model = TinyModels.Build(TinyModels.HeardConfig(kind), seed: 4);
        return int8 ? model.ToInt8() : model;
    }

    [Theory, MemberData(nameof(Kinds))]
    public void SaveAndRestore_AtAnyFrame_GoOnWithTheSameBits(SwitchKind kind, bool int8)
    {
        var model = Build(kind, int8);
        SavedState.AssertGoesOn(model, Frames[..120]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Step_DenseOrNot_GivesTheSame_AndWhatIsNotHeardCostsTheFrameSwitchAlone(SwitchKind kind, bool int8)
    {
        var model = Build(kind, int8);
        SuRnnState skipping = model.NewState(), dense = model.NewState();
        const int FrameSwitch = 3 * 5 * (30 + 5) + 5;
        var (shut, some) = (0, 0);
        foreach (var frame in Frames)
        {
            var (hidden, scores) = (Bits(skipping.Hidden(0)), Bits(skipping.Scores.Span));
            var (stats, all) = (model.Step(frame, skipping), model.Step(frame, dense, dense: true));
            Assert.Equal(Bits(dense.Hidden(0)), Bits(skipping.Hidden(0)));
            Assert.Equal(Bits(dense.Scores.Span), Bits(skipping.Scores.Span));
            Assert.Equal((stats.FramesSkipped, stats.SwitchesOpen), (all.FramesSkipped, all.SwitchesOpen));
            if (stats.SwitchesOpen is > 0 and < 19) some++;
            if (stats.FramesSkipped == 0)
            {
                Assert.True(stats.MultiplyAdds <= all.MultiplyAdds);
                Assert.Equal(skipping.Open(0).Count(true), stats.SwitchesOpen);
                continue;
            }
            shut++;
            Assert.Equal(frame.AsSpan().ContainsAnyExcept(0f) ? FrameSwitch : 0, stats.MultiplyAdds);
            Assert.Equal((0L, 0L), (stats.SwitchesOpen, stats.OpenForBursts));
            Assert.Equal(hidden, Bits(skipping.Hidden(0)));
            Assert.Equal(scores, Bits(skipping.Scores.Span));
        }
        Assert.True(shut > 50 && Frames.Length - shut > 80, $"{shut} frames were not heard");
        if (kind == SwitchKind.Event) Assert.True(some > 50, $"in {some} frames some of the switches were open");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void SavedModel_IsVersionNine_AndLoadsAsItWas(SwitchKind kind, bool int8)
    {
        var model = Build(kind, int8);
        var file = new MemoryStream();
        ModelFile.Save(file, model);
        Assert.Equal(9, file.ToArray()[6]); // readers of version 8 know no such layer after a frame switch
        file.Position = 0;
        var loaded = ModelFile.Load(file, "heard.surnn");
        var (state, again) = (model.NewState(), loaded.NewState());
        foreach (var frame in Frames) Assert.Equal(model.Step(frame, state), loaded.Step(frame, again));
        Assert.Equal(Bits(state.Scores.Span), Bits(again.Scores.Span));
    }

    [Fact]
    public void Detector_GivesTheSameForAnyChunks()
    {
        var model = TinyModels.Build(TinyModels.HeardConfig() with { Labels = ["yes", "silence", "no", "stop"], Background = ["silence"] }, seed: 4);
        var options = TinyModels.Eager with { Rule = GateRule.Bursts, Threshold = 0.05f, Burst = new() { Calm = TimeSpan.FromMilliseconds(10), Shortest = TimeSpan.Zero, Longest = TimeSpan.FromSeconds(5) } };
        var sound = Sounds.Mixture(400, seed: 3);
        List<Detection> Run(int piece)
        {
            var (detector, found) = (new StreamingDetector(model, options), new List<Detection>());
            for (var at = 0; at < sound.Length; at += piece) detector.Process(sound.AsSpan(at, Math.Min(piece, sound.Length - at)), found.Add);
            detector.Finish(found.Add);
            return found;
        }
        var whole = Run(sound.Length);
        Assert.True(whole.Count > 3, $"{whole.Count} detections do not tell much");
        Assert.Equal(whole, Run(97));
    }

    static int[] Bits(ReadOnlySpan<float> values) => [.. values.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
