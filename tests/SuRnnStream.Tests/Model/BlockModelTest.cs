using SuRnnStream.Kernels;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

/// <summary>Layers as blocks on a residual stream.</summary>
public sealed unsafe class BlockModelTest
{
    const int Width = 11, Bands = TinyModels.Bands;

    [Fact]
    public void Step_Skipping_LeavesTheSameBitsAsDense_InFloat32AndInt8()
    {
        foreach (var config in TinyModels.Blocks())
        {
            SuRnnModelTest.SkippingIsExact(TinyModels.Build(config));
            SuRnnModelTest.SkippingIsExact(TinyModels.Build(config).ToInt8());
        }
    }

    [Fact]
    public void Step_AgreesWithTheEquations()
    {
        foreach (var config in TinyModels.Blocks()) SuRnnModelTest.FollowsTheEquations(config);
    }

    [Fact]
    public void Step_OfInt8_IsNearFloat32()
    {
        var model = TinyModels.Build(TinyModels.Config(kind: SwitchKind.None, stem: true, layers: 3) with { BlockWidth = Width }); // without switches, which rounding could turn
        var int8 = model.ToInt8();
        var (exact, rounded, rounding) = (model.NewState(), int8.NewState(), 0.0);
        foreach (var frame in TinyModels.Frames(150))
        {
            model.Step(frame, exact);
            int8.Step(frame, rounded);
            foreach (var (a, b) in exact.Scores.ToArray().Zip(rounded.Scores.ToArray())) rounding = Math.Max(rounding, Math.Abs(a - b));
        }
        Assert.InRange(rounding, 1e-5, 0.1);
    }

    /// <summary>A layer with every switch shut costs nothing, and what a layer adds to the stream is worked out again only after it has updated.</summary>
    [Fact]
    public void Step_CountsWhatALayerCosts_OnlyWhereItUpdates()
    {
        var config = TinyModels.Config(CellKind.Gru, SwitchKind.Event, layers: 2) with { BlockWidth = Width };
        const int Salience = 5 * 3 * Bands, Switches = (19 + 13) * (5 + 1), Entry = Width * Bands, Output = Width * 19, Head = 4 * 13;
        const int Lower = 19 * 3 * (Width + 19), Upper = 13 * 3 * (Width + 13);
        var tensors = TinyModels.Tensors(config);
        for (var i = 0; i < 2; i++)
        {
            Array.Clear(tensors[$"layer.{i}.switch.own"]);
            Array.Fill(tensors[$"layer.{i}.switch.salience"], 0);
        }
        SuRnnModel With(float lower, float upper)
        {
            Array.Fill(tensors["layer.0.switch.bias"], lower);
            Array.Fill(tensors["layer.1.switch.bias"], upper);
            return new SuRnnModel(config, new SuRnnWeights(config, tensors));
        }
        static long Third(SuRnnModel model, bool dense = false)
        {
            var (state, frames) = (model.NewState(), TinyModels.Frames(3, silent: 0));
            for (var t = 0; t < 2; t++) model.Step(frames[t], state);
            return model.Step(frames[2], state, dense).MultiplyAdds;
        }
        const int Dense = Salience + Switches + Entry + Lower + Output + Upper + Head;
        Assert.Equal(Dense, With(1, 1).MultiplyAddsPerFrame);
        Assert.Equal(Dense, Third(With(1, 1)));
        Assert.Equal(Dense, Third(With(-1, -1), dense: true));
        Assert.Equal(Salience + Switches, Third(With(-1, -1)));
        Assert.Equal(Salience + Switches + Entry + Lower, Third(With(1, -1)));        // nobody asks for what it adds
        Assert.Equal(Salience + Switches + Entry + Upper + Head, Third(With(-1, 1))); // it has not changed
    }

    [Fact]
    public void SavedState_GoesOnAsIfItHadNotBeenSaved()
    {
        foreach (var config in TinyModels.Blocks().Where(config => config.Layers.Count > 1))
        {
            var model = TinyModels.Build(config);
            var (whole, resumed) = (model.NewState(), model.NewState());
            foreach (var (t, frame) in TinyModels.Frames(80).Index())
            {
                if (t == 40)
                {
                    foreach (var other in TinyModels.Frames(7, seed: 30)) model.Step(other, resumed); // so that the restored state has something to forget
                    using var file = new MemoryStream();
                    using (var to = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true)) whole.Save(to);
                    file.Position = 0;
                    resumed.Restore(new BinaryReader(file));
                }
                model.Step(frame, whole);
                if (t < 40) continue;
                model.Step(frame, resumed);
                Assert.Equal(whole.Scores.ToArray(), resumed.Scores.ToArray());
                for (var i = 0; i < config.Layers.Count; i++) Assert.Equal(whole.Hidden(i).ToArray(), resumed.Hidden(i).ToArray());
            }
        }
    }

    [Fact]
    public void Reset_GivesTheStateOfANewStream()
    {
        var model = TinyModels.Build(TinyModels.Config(layers: 3) with { BlockWidth = Width });
        var (used, fresh) = (model.NewState(), model.NewState());
        foreach (var frame in TinyModels.Frames(50)) model.Step(frame, used);
        used.Reset();
        foreach (var frame in TinyModels.Frames(50, seed: 2))
        {
            Assert.Equal(model.Step(frame, fresh), model.Step(frame, used));
            Assert.Equal(fresh.Scores.ToArray(), used.Scores.ToArray());
        }
    }

    [Fact]
    public void File_KeepsShapeAndScores_AndIsOfVersion8()
    {
        var config = TinyModels.Config(CellKind.Lstm, SwitchKind.Both, stem: true, layers: 3) with { BlockWidth = Width };
        foreach (var model in new[] { TinyModels.Build(config), TinyModels.Build(config).ToInt8() })
        {
            var file = new MemoryStream();
            ModelFile.Save(file, model);
            Assert.Equal(8, file.ToArray()[6]);
            file.Position = 0;
            var loaded = ModelFile.Load(file, "tiny.surnn");
            Assert.Equal((Width, model.Config.Precision), (loaded.Config.BlockWidth, loaded.Config.Precision));
            var (before, after) = (model.NewState(), loaded.NewState());
            foreach (var frame in TinyModels.Frames(50)) Assert.Equal(model.Step(frame, before), loaded.Step(frame, after));
            Assert.Equal(before.Scores.ToArray(), after.Scores.ToArray());
        }
    }

    [Fact]
    public void Shapes_ThatThereCannotBe_AreRefused()
    {
        static void Refused(SuRnnConfig config, string what) => Assert.Contains(what, Assert.Throws<ArgumentException>(() => config.Validate()).Message);
        Refused(TinyModels.Config() with { BlockWidth = 1 }, "blocks of 2 to 4096 numbers");
        Refused(TinyModels.Config() with { BlockWidth = 4_097 }, "blocks of 2 to 4096 numbers");
        Refused(TinyModels.HoldConfig() with { BlockWidth = Width }, "no blocks of hold layers");
    }

    [Theory, InlineData(2), InlineData(7), InlineData(8), InlineData(19), InlineData(64)]
    public void LayerNorm_HasMean0AndVariance1(int length)
    {
        var random = new Random(length);
        AlignedBuffer from = new(length), to = new(length);
        foreach (ref var value in from.Span) value = 3 + 5 * random.NextSingle();
        LayerNorm.Apply(from.Pointer, to.Pointer, length);
        double[] x = [.. from.Span.ToArray().Select(value => (double)value)];
        var (mean, variance) = (x.Average(), x.Average(value => (value - x.Average()) * (value - x.Average())));
        for (var i = 0; i < length; i++) Assert.Equal((x[i] - mean) / Math.Sqrt(variance + 1e-5), to.Span[i], 2e-5);
    }
}
