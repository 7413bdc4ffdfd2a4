using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

public sealed class ModelFileTest
{
    static readonly OrderedDictionary<string, string> Card = new()
    {
        ["task"] = "tiny words",
        ["command"] = "surnn-train fit \"Ä\"\nsecond line",
        ["a"] = "",
    };

    static readonly DetectorOptions Tuned = new()
    {
        Threshold = 0.123f,
        Thresholds = new Dictionary<string, float> { ["yes"] = 0.7f, ["no"] = 0.3f },
        Release = 0.4f,
        Smoothing = 0.9f,
        Refractory = new TimeSpan(1_234_567),
        DecisionWindow = TimeSpan.FromDays(1) - new TimeSpan(1),
        Settle = TimeSpan.FromSeconds(1.5),
    };

    [Fact]
    public void Save_Load_Save_GivesTheSameBytes()
    {
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds())
        {
            var bytes = Saved(TinyModels.Build(TinyModels.Config(cell, kind, stem, layers), 3, Tuned, Card));
            Assert.Equal(bytes, Saved(Loaded(bytes)));
        }
    }

    [Fact]
    public void Save_Load_Save_OfInt8_GivesTheSameBytesAndScores()
    {
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds())
        {
            var model = TinyModels.Build(TinyModels.Config(cell, kind, stem, layers), 3, Tuned, Card).ToInt8();
            var bytes = Saved(model);
            var loaded = Loaded(bytes);
            Assert.Equal(bytes, Saved(loaded));
            Assert.Equal((3, Precision.Int8), (bytes[6], loaded.Config.Precision));
            foreach (var (name, _) in SuRnnWeights.Shapes(model.Config)) Assert.Equal(model.Weights[name], loaded.Weights[name]);
            var (state, again) = (model.NewState(), loaded.NewState());
            foreach (var frame in TinyModels.Frames(50)) Assert.Equal(model.Step(frame, state), loaded.Step(frame, again));
            Assert.Equal(state.Scores.ToArray(), again.Scores.ToArray());
        }
    }

    [Fact]
    public void Load_GivesBackEverythingThatWasSaved()
    {
        var model = TinyModels.Build(TinyModels.Config(CellKind.Gru, SwitchKind.Both, true, 2), 3, Tuned, Card);
        var loaded = Loaded(Saved(model));
        Assert.Equal(model.Config.FrontEnd, loaded.Config.FrontEnd);
        Assert.Equal(model.Config.Stem, loaded.Config.Stem);
        Assert.Equal((model.Config.SalienceSize, model.Config.SalienceFrames), (loaded.Config.SalienceSize, loaded.Config.SalienceFrames));
        Assert.Equal(model.Config.Layers, loaded.Config.Layers);
        Assert.Equal(model.Config.Labels, loaded.Config.Labels);
        Assert.Equal(model.Config.Background, loaded.Config.Background);
        Assert.Equal(model.Defaults.Thresholds, loaded.Defaults.Thresholds);
        Assert.Equal(model.Defaults with { Thresholds = loaded.Defaults.Thresholds }, loaded.Defaults);
        Assert.Equal(Card.ToArray(), [.. loaded.Card]); // the order counts
        foreach (var (name, _) in SuRnnWeights.Shapes(model.Config)) Assert.Equal(model.Weights[name], loaded.Weights[name]);
    }

    [Fact]
    public void Save_OfNumbersInsteadOfSound_KeepsShapeAndScores()
    {
        var config = TinyModels.Config(CellKind.Lstm, SwitchKind.Random) with
        {
            FrontEnd = null,
            Inputs = 3,
            Readout = Readout.Mean,
            Head = HeadKind.Linear,
            Labels = ["value"],
            Background = [],
        };
        var (model, frames) = (TinyModels.Build(config), TinyModels.Frames(20, bands: 3));
        var loaded = Loaded(Saved(model));
        Assert.Equal((null, 3, Readout.Mean, HeadKind.Linear), (loaded.Config.FrontEnd, loaded.Config.Inputs, loaded.Config.Readout, loaded.Config.Head));
        Assert.Equal(config.Layers, loaded.Config.Layers);
        var (before, after) = (model.NewState(), loaded.NewState());
        foreach (var frame in frames)
        {
            model.Step(frame, before);
            loaded.Step(frame, after);
        }
        Assert.Equal(before.Scores.ToArray(), after.Scores.ToArray());
    }

    [Fact]
    public void Save_WritesTheFirstVersionThatCanSayIt()
    {
        static int Version(SuRnnConfig config) => Saved(TinyModels.Build(config))[6];
        var config = TinyModels.Config(CellKind.Gru, SwitchKind.Both, stem: true, layers: 2);
        Assert.Equal(1, Version(config));
        Assert.Equal(2, Version(config with { FrontEnd = null, Inputs = 12 }));
        Assert.Equal(2, Version(config with { Readout = Readout.Last }));
        Assert.Equal(2, Version(config with { Head = HeadKind.Linear }));
        Assert.Equal(2, Version(TinyModels.Config(CellKind.Lstm)));
        Assert.Equal(2, Version(TinyModels.Config(CellKind.Gru, SwitchKind.Random)));
    }

    static byte[] Saved(SuRnnModel model)
    {
        var stream = new MemoryStream();
        ModelFile.Save(stream, model);
        return stream.ToArray();
    }

    static SuRnnModel Loaded(byte[] bytes) => ModelFile.Load(new MemoryStream(bytes), "tiny.surnn");
}
