using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

public sealed class HoldModelTest
{
    static readonly float[][] Frames = TinyModels.Frames(400, seed: 11);

    [Theory, InlineData(false), InlineData(true)]
    public void Step_AgreesWithTheEquations(bool frameSwitch)
    {
        var config = TinyModels.HoldConfig(frameSwitch);
        var tensors = TinyModels.Tensors(config, seed: 4);
        var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
        var (scores, hears) = new ReferenceHold(config, tensors).Run(Frames);
        var state = model.NewState();
        for (var t = 0; t < Frames.Length; t++)
        {
            Assert.Equal(hears[t], model.Step(Frames[t], state).FramesSkipped == 0);
            for (var i = 0; i < config.Labels.Count; i++) Assert.Equal(scores[t][i], state.Scores.Span[i], 1e-4);
        }
        if (frameSwitch) Assert.InRange(hears.Count(x => x), 80, 300); // it opens and shuts
    }

    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true), InlineData(true, true)]
    public void SaveAndRestore_AtAnyFrame_GoOnWithTheSameBits(bool frameSwitch, bool int8)
    {
        var model = TinyModels.Build(TinyModels.HoldConfig(frameSwitch), seed: 4);
        if (int8) model = model.ToInt8();
        SavedState.AssertGoesOn(model, Frames[..150]);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Step_DenseOrNot_IsTheSame(bool int8)
    {
        var model = TinyModels.Build(TinyModels.HoldConfig(), seed: 4);
        if (int8) model = model.ToInt8();
        SuRnnState skipping = model.NewState(), dense = model.NewState();
        foreach (var frame in Frames)
        {
            Assert.Equal(model.Step(frame, skipping), model.Step(frame, dense, dense: true));
            Assert.Equal(Bits(dense.Scores.Span), Bits(skipping.Scores.Span));
        }
    }

    [Fact]
    public void Step_CostsTheSwitchAlone_UntilItOpens()
    {
        var model = TinyModels.Build(TinyModels.HoldConfig(), seed: 4);
        var state = model.NewState();
        const int Switch = 3 * 5 * (30 + 5) + 5, Rest = 12 * 3 * 10 + 10 * (4 + 10) + 10 * (3 + 10) + 19 * 10, Head = 4 * (19 + 10);
        Assert.Equal(Switch + Rest + Head, model.MultiplyAddsPerFrame);
        var (before, shut, opened) = (1, 0, 0);
        foreach (var frame in Frames)
        {
            var stats = model.Step(frame, state);
            var silence = !frame.AsSpan().ContainsAnyExcept(0f);
            if (stats.FramesSkipped == 1) Assert.Equal(silence ? 0 : Switch, stats.MultiplyAdds);
            else
            {
                var decided = silence ? 0 : Switch; // digital silence is heard in the hangover, without a look at it
                var along = (stats.MultiplyAdds - decided - Head) / Rest; // this frame and up to two before it, made once
                Assert.Equal(decided + Head + along * Rest, stats.MultiplyAdds);
                Assert.InRange(along, 1, before == 0 ? 1 : 3);
                opened += along > 1 ? 1 : 0;
            }
            (before, shut) = ((int)stats.FramesSkipped, shut + (int)stats.FramesSkipped);
        }
        Assert.True(shut > 50 && opened > 5, $"{shut} frames were shut, {opened} openings brought frames along");
    }

    [Fact]
    public void Step_InDigitalSilenceAfterSound_GoesOnForTheHangover_AndThenCostsNothing()
    {
        var config = TinyModels.HoldConfig();
        var (model, silence) = (TinyModels.Build(config, seed: 4), new float[config.FrameLength]);
        for (var length = 1; length < 60; length++)
        {
            var state = model.NewState();
            Assert.Equal(0, model.Step(silence, state).MultiplyAdds); // before any sound
            int since = int.MaxValue / 2, after = 0;
            foreach (var frame in Frames.Where(frame => frame.AsSpan().ContainsAnyExcept(0f)).Take(length))
            {
                model.Step(frame, state);
                since = state.Switch!.Since;
            }
            while (model.Step(silence, state) is { FramesSkipped: 0 } stats)
            {
                Assert.InRange(stats.MultiplyAdds, 1, model.MultiplyAddsPerFrame);
                after++;
            }
            Assert.Equal(Math.Max(0, config.FrameSwitch!.Hangover - since), after);
            for (var n = 0; n < 200; n++) Assert.Equal(0, model.Step(silence, state).MultiplyAdds);
        }
    }

    [Fact]
    public void Step_InAFrameThatIsNotHeard_LeavesMemoryAndScores()
    {
        var model = TinyModels.Build(TinyModels.HoldConfig(), seed: 4);
        var state = model.NewState();
        foreach (var frame in Frames)
        {
            var (hidden, scores) = (Bits(state.Hidden(0)), Bits(state.Scores.Span));
            var stats = model.Step(frame, state);
            Assert.Equal(state.Open(0).Count(true), stats.SwitchesOpen);
            Assert.Equal(stats.FramesSkipped == 1 ? 0 : stats.Switches, stats.OpenForBursts); // no label is silence
            if (stats.FramesSkipped == 0) continue;
            Assert.Equal(0, stats.SwitchesOpen);
            Assert.Equal(hidden, Bits(state.Hidden(0)));
            Assert.Equal(scores, Bits(state.Scores.Span));
        }
    }

    [Fact]
    public void Bursts_AreHeardFramesInWhichSilenceHasNotTheMostOfTheScore()
    {
        var model = TinyModels.Build(TinyModels.HoldConfig() with { Labels = ["yes", "silence"], Background = ["silence"] }, seed: 4);
        var (state, silent, said, shut) = (model.NewState(), 0, 0, 0);
        foreach (var frame in Frames)
        {
            var stats = model.Step(frame, state);
            var (heard, silence) = (stats.FramesSkipped == 0, state.Scores.Span[1] > 0.5f);
            Assert.Equal(!heard ? 0 : silence ? 1 : stats.Switches, stats.OpenForBursts);
            (shut, silent, said) = (shut + (heard ? 0 : 1), silent + (heard && silence ? 1 : 0), said + (heard && !silence ? 1 : 0));
        }
        Assert.True(shut > 10 && silent > 10 && said > 10, $"{shut} shut, {silent} silent and {said} other frames do not tell much");
    }

    [Fact]
    public void Rule_InForce_SaysWhatABurstOfTheModelIs()
    {
        var bursts = new DetectorOptions { Rule = GateRule.Bursts };
        Assert.Contains("bursts of heard frames that are not silence, 140 ms of calm", bursts.Describe(TinyModels.HoldConfig()));
        Assert.Equal("140 ms after the burst's last frame", bursts.DescribeDecision(TinyModels.HoldConfig()));
        Assert.Contains("bursts of 0.031 of the switches, 140 ms of calm", bursts.Describe(TinyModels.Build().Config));
    }

    [Theory, InlineData(GateRule.Bursts), InlineData(GateRule.Talk)]
    public void Rules_ThatNeedSwitches_GiveTheSameForAnyChunks_AndOnReplay(GateRule rule)
    {
        var model = TinyModels.Build(TinyModels.HoldConfig() with { Labels = ["yes", "silence", "no", "stop"], Background = ["silence"] }, seed: 4);
        var options = TinyModels.Eager with { Rule = rule, Threshold = 0.05f, Burst = new() { Calm = TimeSpan.FromMilliseconds(10), Shortest = TimeSpan.Zero, Longest = TimeSpan.FromSeconds(5) }, Talk = new() { Veto = 0.8f } };
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
        Assert.Equal(whole, new Evaluator(model, options).Hear(EvaluationStream.FromNegative("", sound, 16_000)).Track.Replay(options));
    }

    [Fact]
    public void Reset_GivesTheStateOfANewStream()
    {
        var model = TinyModels.Build(TinyModels.HoldConfig(), seed: 4);
        SuRnnState used = model.NewState(), fresh = model.NewState();
        foreach (var frame in Frames[..57]) model.Step(frame, used);
        used.Reset();
        foreach (var frame in Frames)
        {
            Assert.Equal(model.Step(frame, fresh), model.Step(frame, used));
            Assert.Equal(Bits(fresh.Scores.Span), Bits(used.Scores.Span));
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void SavedModel_IsVersionFive_AndLoadsAsItWas(bool int8)
    {
        var model = TinyModels.Build(TinyModels.HoldConfig(), seed: 4);
        if (int8) model = model.ToInt8();
        var file = new MemoryStream();
        ModelFile.Save(file, model);
        Assert.Equal(5, file.ToArray()[6]);
        file.Position = 0;
        var loaded = ModelFile.Load(file, "hold.surnn");
        Assert.Equal(model.Config.Stem, loaded.Config.Stem);
        Assert.Equal(model.Config.Layers, loaded.Config.Layers);
        Assert.Equal((model.Config.FrameSwitch, true), (loaded.Config.FrameSwitch, loaded.Config.HeadSeesStem));
        var (state, again) = (model.NewState(), loaded.NewState());
        foreach (var frame in Frames) Assert.Equal(model.Step(frame, state), loaded.Step(frame, again));
        Assert.Equal(Bits(state.Scores.Span), Bits(again.Scores.Span));
    }

    [Fact]
    public void Restore_OfBankOrScheduleThatCannotBe_Throws()
    {
        var model = TinyModels.Build(TinyModels.HoldConfig(), seed: 4);
        var (state, saved) = (model.NewState(), new MemoryStream());
        foreach (var frame in Frames[..40]) model.Step(frame, state);
        state.Layers[0].Younger[3] = float.NaN;
        state.Save(new BinaryWriter(saved));
        saved.Position = 0;
        Assert.Throws<InvalidDataException>(() => model.NewState().Restore(new BinaryReader(saved)));
        state.Layers[0].Younger[3] = 0;
        state.Layers[0].Schedule.Age = -1;
        saved.SetLength(0);
        state.Save(new BinaryWriter(saved));
        saved.Position = 0;
        Assert.Throws<InvalidDataException>(() => model.NewState().Restore(new BinaryReader(saved)));
    }

    [Fact]
    public void New_WithAShapeThatCannotBe_SaysWhy()
    {
        static void Refused(SuRnnConfig config, string says) => Assert.Contains(says, Assert.Throws<ArgumentException>(config.Validate).Message);
        var config = TinyModels.HoldConfig();
        var layer = config.Layers[0];
        Refused(config with { Layers = [layer with { Switch = SwitchKind.Event }] }, "switch increase with the cell hold");
        Refused(config with { Layers = [layer with { Cell = CellKind.Gru }] }, "switch increase with the cell hold");
        Refused(config with { Layers = [layer with { Period = 0 }] }, "a period and a rest");
        Refused(config with { Layers = [layer with { Rest = 10_001 }] }, "a period and a rest");
        Refused(config with { Layers = [layer, layer] }, "no other layer");
        Refused(config with { Readout = Readout.Last }, "scores after every frame");
        Refused(config with { FrontEnd = null, Inputs = 12 }, "sound for a frame switch");
        Refused(config with { FrameSwitch = new FrameSwitch(0, 0, 0, 0) }, "a frame switch of 1 to 256 neurons");
        Refused(config with { Stem = [config.Stem[0] with { Dilation = 17 }] }, "a dilation of 1 to 16");
        Refused(TinyModels.Config() with { HeadSeesStem = true }, "a hold layer");
        Refused(TinyModels.Config() with { FrameSwitch = config.FrameSwitch }, "event switches that see the whole stem's last output");
        Refused(TinyModels.HeardConfig() with { SalienceFrames = 2 }, "event switches that see the whole stem's last output");
        Refused(TinyModels.HeardConfig() with { Layers = [new RecurrentLayer(CellKind.Gru, 19, SwitchKind.Random)] }, "one layer that holds, or has event switches or none");
        Refused(TinyModels.HeardConfig() with { Readout = Readout.Mean }, "scores after every frame");
    }

    static int[] Bits(ReadOnlySpan<float> values) => [.. values.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
