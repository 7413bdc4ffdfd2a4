using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

public sealed class SuRnnModelTest
{
    public static TheoryData<CellKind, SwitchKind, bool, int> Kinds()
    {
        var data = new TheoryData<CellKind, SwitchKind, bool, int>();
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds()) data.Add(cell, kind, stem, layers);
        return data;
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Step_Skipping_LeavesTheSameBitsAsDense(CellKind cell, SwitchKind kind, bool stem, int layers) =>
        SkippingIsExact(TinyModels.Build(cell, kind, stem, layers));

    /// <summary>The threads' working memory is not cleared between steps of different models.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Step_AfterALargerModelOnTheThread_IsAsOnAFreshOne(CellKind cell, SwitchKind kind, bool stem, int layers)
    {
        var large = TinyModels.Build(TinyModels.Config(cell, SwitchKind.None) with { Layers = [new(cell, 200, SwitchKind.None), new(cell, 90, SwitchKind.Random)] });
        foreach (var model in new[] { TinyModels.Build(cell, kind, stem, layers), TinyModels.Build(cell, kind, stem, layers).ToInt8() })
        {
            SuRnnState fresh = model.NewState(), used = model.NewState(), other = large.NewState();
            var frames = TinyModels.Frames(60);
            var thread = new Thread(() => Array.ForEach(frames, frame => model.Step(frame, fresh)));
            thread.Start();
            thread.Join();
            foreach (var frame in frames)
            {
                large.Step(frame, other);
                model.Step(frame, used);
            }
            Assert.Equal(Bits(fresh.Scores.Span), Bits(used.Scores.Span));
            for (var i = 0; i < layers; i++) Assert.Equal(Bits(fresh.Hidden(i)), Bits(used.Hidden(i)));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Step_OfInt8_SkippingLeavesTheSameBitsAsDense(CellKind cell, SwitchKind kind, bool stem, int layers) =>
        SkippingIsExact(TinyModels.Build(cell, kind, stem, layers).ToInt8());

    /// <summary>Without switches, which rounding could turn.</summary>
    [Theory]
    [InlineData(CellKind.Rnn, false), InlineData(CellKind.Gru, false), InlineData(CellKind.Lstm, false)]
    [InlineData(CellKind.Rnn, true), InlineData(CellKind.Gru, true), InlineData(CellKind.Lstm, true)]
    public void Step_OfInt8_FollowsTheEquationsWithItsRoundedWeights(CellKind cell, bool stem)
    {
        var config = TinyModels.Config(cell, SwitchKind.None, stem, layers: 2);
        var (exact, int8) = (TinyModels.Build(config), TinyModels.Build(config).ToInt8());
        var reference = new ReferenceSuRnn(config, SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor => int8.Weights[tensor.Name].ToArray()));
        var (state, exactState, rounding) = (int8.NewState(), exact.NewState(), 0.0);
        foreach (var frame in TinyModels.Frames(150, seed: 9))
        {
            int8.Step(frame, state);
            exact.Step(frame, exactState);
            reference.Step(frame);
            for (var i = 0; i < 2; i++)
                foreach (var (expected, actual) in reference.Hidden(i).Zip(state.Hidden(i).ToArray())) Assert.Equal(expected, actual, 5e-4);
            foreach (var (a, b) in exactState.Scores.ToArray().Zip(state.Scores.ToArray())) rounding = Math.Max(rounding, Math.Abs(a - b));
        }
        Assert.InRange(rounding, 1e-4, 0.1); // of the weights
    }

    [Fact]
    public void Step_OfInt8_ReadsAQuarterOfTheBytes()
    {
        var config = TinyModels.Config(stem: true) with { Layers = [new(CellKind.Gru, 64, SwitchKind.Event)] };
        var (exact, int8) = (TinyModels.Build(config), TinyModels.Build(config).ToInt8());
        Assert.Equal(exact.MultiplyAddsPerFrame, int8.MultiplyAddsPerFrame);
        var frame = TinyModels.Frames(1, silent: 0)[0];
        var (floats, bytes) = (exact.Step(frame, exact.NewState(), dense: true), int8.Step(frame, int8.NewState(), dense: true));
        Assert.Equal(4 * floats.MultiplyAdds, floats.WeightBytes);
        Assert.InRange(bytes.WeightBytes, 0.25 * floats.WeightBytes, 0.35 * floats.WeightBytes); // scales, filters and switches are floats
        Assert.Throws<InvalidOperationException>(int8.ToInt8);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Step_AtEverySalienceDepth_IsExactAndAgreesWithTheEquations(int depth)
    {
        var config = TinyModels.Config(stem: true) with { SalienceDepth = depth };
        SkippingIsExact(TinyModels.Build(config));
        FollowsTheEquations(config);
    }

    public static TheoryData<CellKind, SwitchKind, Readout, HeadKind> Readouts()
    {
        var data = new TheoryData<CellKind, SwitchKind, Readout, HeadKind>();
        foreach (var readout in Enum.GetValues<Readout>())
        {
            foreach (var head in Enum.GetValues<HeadKind>())
            {
                data.Add(CellKind.Gru, SwitchKind.Event, readout, head);
                data.Add(CellKind.Lstm, SwitchKind.Both, readout, head);
                data.Add(CellKind.Rnn, SwitchKind.Random, readout, head);
            }
        }
        return data;
    }

    [Theory, MemberData(nameof(Readouts))]
    public void Step_WithEveryReadout_IsExactAndAgreesWithTheEquations(CellKind cell, SwitchKind kind, Readout readout, HeadKind head)
    {
        var config = TinyModels.Config(cell, kind, stem: true, layers: 2) with { Readout = readout, Head = head };
        foreach (var shape in new[] { config, config with { FrontEnd = null, Inputs = TinyModels.Bands } })
        {
            SkippingIsExact(TinyModels.Build(shape));
            FollowsTheEquations(shape);
        }
    }

    internal static void SkippingIsExact(SuRnnModel model)
    {
        var layers = model.Config.Layers.Count;
        SuRnnState skipping = model.NewState(), dense = model.NewState(), mixed = model.NewState();
        foreach (var (frame, t) in TinyModels.Frames(400).Select((frame, t) => (frame, t)))
        {
            var stats = model.Step(frame, skipping);
            model.Step(frame, dense, dense: true);
            model.Step(frame, mixed, dense: t % 3 == 0);
            foreach (var other in new[] { dense, mixed })
            {
                Assert.Equal(Bits(skipping.Scores.Span), Bits(other.Scores.Span));
                for (var i = 0; i < layers; i++)
                {
                    Assert.Equal(Bits(skipping.Hidden(i)), Bits(other.Hidden(i)));
                    Assert.Equal(Bits(skipping.Cell(i)), Bits(other.Cell(i)));
                    Assert.Equal(skipping.Open(i), other.Open(i));
                }
            }
            Assert.Equal(stats.SwitchesOpen, Enumerable.Range(0, layers).Sum(i => skipping.Open(i).Count(true)));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Step_AgreesWithTheEquations(CellKind cell, SwitchKind kind, bool stem, int layers) =>
        FollowsTheEquations(TinyModels.Config(cell, kind, stem, layers));

    internal static void FollowsTheEquations(SuRnnConfig config)
    {
        var layers = config.Layers.Count;
        var tensors = TinyModels.Tensors(config, seed: 5);
        var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
        var (state, reference) = (model.NewState(), new ReferenceSuRnn(config, tensors));
        AssertClose(reference.Scores(), state.Scores.Span);
        foreach (var frame in TinyModels.Frames(150, seed: 9))
        {
            model.Step(frame, state);
            reference.Step(frame);
            Assert.True(reference.Closest > 1e-5, "Rounding may decide a switch in this test: take another seed.");
            for (var i = 0; i < layers; i++)
            {
                AssertClose(reference.Hidden(i), state.Hidden(i));
                if (config.Layers[i].Cell == CellKind.Lstm) AssertClose(reference.Cell(i), state.Cell(i));
            }
            AssertClose(reference.Scores(), state.Scores.Span);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Step_WhereASwitchIsShut_LeavesTheNeuronAlone(CellKind cell, SwitchKind kind, bool stem, int layers)
    {
        var model = TinyModels.Build(cell, kind, stem, layers);
        var state = model.NewState();
        var (shut, moved) = (0, 0);
        foreach (var frame in TinyModels.Frames(300))
        {
            var before = Enumerable.Range(0, layers).Select(i => state.Hidden(i).ToArray()).ToArray();
            var cells = Enumerable.Range(0, layers).Select(i => state.Cell(i).ToArray()).ToArray();
            model.Step(frame, state);
            for (var i = 0; i < layers; i++)
            {
                for (var n = 0; n < before[i].Length; n++)
                {
                    var same = Same(before[i][n], state.Hidden(i)[n]);
                    if (state.Open(i)[n]) moved += same ? 0 : 1;
                    else Assert.True(same && (cells[i].Length == 0 || Same(cells[i][n], state.Cell(i)[n])));
                    shut += state.Open(i)[n] ? 0 : 1;
                }
            }
        }
        Assert.True(moved > 500, $"only {moved} neurons moved");
        Assert.True(kind == SwitchKind.None ? shut == 0 : shut > 500, $"{shut} switches were shut");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void TinyModels_AreOpenInUsefulPart(CellKind cell, SwitchKind kind, bool stem, int layers)
    {
        var model = TinyModels.Build(cell, kind, stem, layers);
        var state = model.NewState();
        var stats = TinyModels.Frames(400, silent: 0).Aggregate(new ComputeStats(), (sum, frame) => sum + model.Step(frame, state));
        if (kind == SwitchKind.None) Assert.Equal(1, stats.OpenRatio);
        else Assert.InRange(stats.OpenRatio, 0.2, 0.6);
    }

    [Fact]
    public void Step_EverythingShut_HoldsTheScoresAndCountsTheFrame()
    {
        foreach (var kind in new[] { SwitchKind.Harmonic, SwitchKind.Event, SwitchKind.Both })
        {
            var config = TinyModels.Config(CellKind.Gru, kind, true, 2);
            var tensors = TinyModels.Tensors(config);
            for (var i = 0; i < 2; i++) Array.Fill(tensors[$"layer.{i}.switch.bias"], -100);
            var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
            var state = model.NewState();
            var scores = state.Scores.ToArray();
            var stats = TinyModels.Frames(50).Aggregate(new ComputeStats(), (sum, frame) => sum + model.Step(frame, state));
            Assert.Equal((50, 50, 0), (stats.Frames, stats.FramesSkipped, stats.SwitchesOpen));
            Assert.Equal((1.0, 0.0), (stats.SkippedRatio, stats.OpenRatio));
            Assert.Equal(Bits(scores), Bits(state.Scores.Span));
        }
    }

    [Fact]
    public void Step_AFrameAtTheFloor_ShutsEventSwitchesAndNoOthers()
    {
        foreach (var kind in Enum.GetValues<SwitchKind>().Where(kind => kind != SwitchKind.Increase))
        {
            var config = TinyModels.Config(CellKind.Rnn, kind);
            var tensors = TinyModels.Tensors(config);
            if (tensors.TryGetValue("layer.0.switch.bias", out var bias)) Array.Fill(bias, 100);
            if (kind == SwitchKind.Random) Array.Fill(tensors["layer.0.switch.rate"], 1);
            var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
            var state = model.NewState();
            Assert.Equal(19, model.Step(TinyModels.Frames(1, silent: 0)[0], state).SwitchesOpen);
            var floor = model.Step(new float[TinyModels.Bands], state);
            Assert.Equal(kind is SwitchKind.Event or SwitchKind.Both ? 0 : 19, floor.SwitchesOpen);
            var almost = new float[TinyModels.Bands];
            almost[^1] = 1e-20f;
            Assert.Equal(19, model.Step(almost, state).SwitchesOpen);
        }
    }

    [Fact]
    public void Step_HarmonicSwitches_DifferByNeuronAndTime_WhateverTheInput()
    {
        var model = TinyModels.Build(CellKind.Gru, SwitchKind.Harmonic);
        SuRnnState loud = model.NewState(), silent = model.NewState();
        var seen = new HashSet<string>();
        var columns = Enumerable.Range(0, 19).Select(_ => new System.Text.StringBuilder()).ToArray();
        foreach (var frame in TinyModels.Frames(100, silent: 0))
        {
            model.Step(frame, loud);
            model.Step(new float[TinyModels.Bands], silent);
            Assert.Equal(loud.Open(0), silent.Open(0)); // time goes on in silence
            seen.Add(string.Concat(loud.Open(0).ToArray().Select(open => open ? '1' : '0')));
            for (var i = 0; i < 19; i++) columns[i].Append(loud.Open(0)[i] ? '1' : '0');
        }
        Assert.True(seen.Count > 20, $"{seen.Count} different patterns in 100 frames");
        Assert.True(columns.Select(column => column.ToString()).Distinct().Count() > 15, "the neurons keep the same rhythm");
    }

    [Fact]
    public void Step_SwitchesThatSeeBoth_KeepTimeThroughSilence()
    {
        var config = TinyModels.Config(CellKind.Gru, SwitchKind.Both);
        var tensors = TinyModels.Tensors(config);
        var (model, reference) = (new SuRnnModel(config, new SuRnnWeights(config, tensors)), new ReferenceSuRnn(config, tensors));
        var state = model.NewState();
        var frames = Enumerable.Repeat(new float[TinyModels.Bands], 1_000).Concat(TinyModels.Frames(50, silent: 0));
        foreach (var frame in frames)
        {
            model.Step(frame, state);
            reference.Step(frame);
        }
        AssertClose(reference.Hidden(0), state.Hidden(0));
    }

    [Fact]
    public void Step_CountsItsMultiplyAdds()
    {
        // 12 bands; salience 5 over 3 frames; one GRU layer of 4; 2 labels; a stem of 6 channels over 2 frames.
        var config = new SuRnnConfig
        {
            FrontEnd = TinyModels.FrontEnd,
            Stem = [new(6, 2, false, false)],
            SalienceSize = 5,
            SalienceFrames = 3,
            Layers = [new(CellKind.Gru, 4, SwitchKind.Event)],
            Labels = ["no", "yes"],
        };
        const int Salience = 5 * 3 * 12, Switches = 4 * (5 + 1), Stem = 6 * 2 * 12, Neuron = 3 * (6 + 4), Head = 2 * 4;
        const int Dense = Salience + Switches + Stem + 4 * Neuron + Head;
        var tensors = TinyModels.Tensors(config);
        Array.Clear(tensors["layer.0.switch.salience"]);
        Array.Clear(tensors["layer.0.switch.own"]);

        SuRnnModel With(params float[] bias)
        {
            tensors["layer.0.switch.bias"] = bias;
            return new SuRnnModel(config, new SuRnnWeights(config, tensors));
        }
        ComputeStats Second(SuRnnModel model, float[] frame, bool dense = false)
        {
            var state = model.NewState();
            model.Step(TinyModels.Frames(1, silent: 0)[0], state);
            return model.Step(frame, state, dense);
        }

        var sound = TinyModels.Frames(1, silent: 0, seed: 3)[0];
        var (shut, some, all) = (With(-1, -1, -1, -1), With(-1, 1, 1, -1), With(1, 1, 1, 1));
        Assert.Equal(Dense, shut.MultiplyAddsPerFrame);
        Assert.Equal(Salience + Switches, Second(shut, sound).MultiplyAdds);
        Assert.Equal(0, Second(all, new float[12]).MultiplyAdds); // silence shuts without a look
        Assert.Equal(Dense, Second(shut, sound, dense: true).MultiplyAdds);
        Assert.Equal(Dense - 2 * Neuron, Second(some, sound).MultiplyAdds);
        Assert.Equal(Dense, Second(all, sound).MultiplyAdds);
        var stats = Second(some, sound);
        Assert.Equal((1, 0, 2, 4, Dense), (stats.Frames, stats.FramesSkipped, stats.SwitchesOpen, stats.Switches, stats.MultiplyAddsDense));
        Assert.Equal((4L * (Dense - 2 * Neuron), 4L * Dense), (stats.WeightBytes, stats.WeightBytesDense));
    }

    [Fact]
    public void Step_CountsTheStemFramesThatItMakesUpFor()
    {
        var config = TinyModels.Config(stem: true);
        var model = TinyModels.Build(config);
        var state = model.NewState();
        for (var i = 0; i < 20; i++) model.Step(new float[TinyModels.Bands], state);
        Assert.Equal(0, state.Open(0).Count(true));
        // The top layer looks back 1 frame, the second 3: 1 output of the top, 2 of the second, 5 of the first.
        const int First = 12 * 3 * 10, Second = 10 * (4 + 10), Third = 10 * (2 + 7);
        var dense = model.Step(TinyModels.Frames(1, silent: 0)[0], state, dense: true);
        Assert.Equal(5 * First + 2 * Second + Third - (First + Second + Third), dense.MultiplyAdds - dense.MultiplyAddsDense);
    }

    [Fact]
    public void Reset_GivesTheStateOfANewStream()
    {
        var model = TinyModels.Build(CellKind.Gru, SwitchKind.Both, true, 2);
        SuRnnState used = model.NewState(), fresh = model.NewState();
        foreach (var frame in TinyModels.Frames(37)) model.Step(frame, used);
        used.Reset();
        Assert.Equal(Bits(fresh.Scores.Span), Bits(used.Scores.Span));
        foreach (var frame in TinyModels.Frames(60, seed: 8))
        {
            model.Step(frame, used);
            model.Step(frame, fresh);
            Assert.Equal(Bits(fresh.Hidden(1)), Bits(used.Hidden(1)));
            Assert.Equal(Bits(fresh.Scores.Span), Bits(used.Scores.Span));
        }
        Assert.Equal(60, used.Frame);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void ResetAndRestore_ForgetTheStemsOutputs(bool reset)
    {
        var model = TinyModels.Build(CellKind.Gru, SwitchKind.Event, stem: true);
        SuRnnState used = model.NewState(), fresh = model.NewState();
        var saved = new MemoryStream();
        fresh.Save(new BinaryWriter(saved));
        saved.Position = 0;
        foreach (var frame in TinyModels.Frames(10, silent: 0)) model.Step(frame, used); // makes outputs for frames 0 to 9
        if (reset) used.Reset();
        else used.Restore(new BinaryReader(saved));
        var frames = Enumerable.Repeat(new float[TinyModels.Bands], 5).Concat(TinyModels.Frames(10, seed: 8, silent: 0)); // asks for 2 on
        foreach (var frame in frames)
        {
            model.Step(frame, used);
            model.Step(frame, fresh);
            Assert.Equal(Bits(fresh.Hidden(0)), Bits(used.Hidden(0)));
        }
    }

    [Fact]
    public void Step_WithAFrameOrAStateThatDoesNotFit_Throws()
    {
        var model = TinyModels.Build();
        var state = model.NewState();
        Assert.Throws<ArgumentException>(() => model.Step(new float[TinyModels.Bands - 1], state));
        Assert.Throws<ArgumentException>(() => model.Step(new float[TinyModels.Bands + 1], state));
        Assert.Throws<ArgumentException>(() => model.Step(new float[TinyModels.Bands], TinyModels.Build().NewState()));
        Assert.Equal(0, state.Frame);
    }

    [Fact]
    public void Step_WithoutAFrontEnd_TakesZerosForAFrameLikeAnyOther()
    {
        var config = TinyModels.Config(CellKind.Rnn) with { FrontEnd = null, Inputs = 3 };
        var tensors = TinyModels.Tensors(config);
        Array.Fill(tensors["layer.0.switch.bias"], 100);
        var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
        Assert.Equal(19, model.Step(new float[3], model.NewState()).SwitchesOpen);
    }

    [Theory, InlineData(Readout.Last), InlineData(Readout.Mean)]
    public void Step_ScoringWhenRead_CostsNoHead(Readout readout)
    {
        var config = TinyModels.Config();
        SuRnnModel each = TinyModels.Build(config), read = TinyModels.Build(config with { Readout = readout });
        var head = config.Labels.Count * config.Layers[^1].Hidden;
        Assert.Equal(head, each.MultiplyAddsPerFrame - read.MultiplyAddsPerFrame);
        var frame = TinyModels.Frames(1, silent: 0)[0];
        Assert.Equal(head, each.Step(frame, each.NewState(), dense: true).MultiplyAdds - read.Step(frame, read.NewState(), dense: true).MultiplyAdds);
    }

    [Theory, InlineData(Readout.PerStep), InlineData(Readout.Last), InlineData(Readout.Mean)]
    public void Scores_ReadOnceOrAfterEveryFrame_AreTheSame(Readout readout)
    {
        var model = TinyModels.Build(TinyModels.Config(CellKind.Lstm) with { Readout = readout });
        SuRnnState once = model.NewState(), often = model.NewState();
        var memory = often.Scores;
        foreach (var frame in TinyModels.Frames(50))
        {
            model.Step(frame, once);
            model.Step(frame, often);
            _ = often.Scores;
        }
        Assert.Equal(Bits(often.Scores.Span), Bits(once.Scores.Span));
        Assert.Equal(Bits(often.Scores.Span), Bits(memory.Span));
    }

    [Fact]
    public void New_WithAShapeThatCannotBe_SaysWhy()
    {
        static void Refused(SuRnnConfig config, string says) =>
            Assert.Contains(says, Assert.Throws<ArgumentException>(config.Validate).Message);
        var config = TinyModels.Config();
        Refused(config with { FrontEnd = null }, "0 inputs");
        Refused(config with { FrontEnd = null, Inputs = 4_097 }, "4097 inputs");
        Refused(config with { Inputs = 1 }, "1 inputs");
        Refused(config with { Readout = (Readout)3 }, "readout");
        Refused(config with { Head = (HeadKind)2 }, "head");
        Refused(config with { Labels = ["one"], Background = [] }, "2 to 10000 labels");
        TinyModels.Build(config with { Labels = ["one"], Background = [], Head = HeadKind.Linear });
        Refused(config with { Labels = [], Background = [], Head = HeadKind.Linear }, "1 to 10000 labels");
    }

    static bool Same(float a, float b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);

    static int[] Bits(ReadOnlySpan<float> values) => [.. values.ToArray().Select(BitConverter.SingleToInt32Bits)];

    static void AssertClose(double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4);
    }
}
