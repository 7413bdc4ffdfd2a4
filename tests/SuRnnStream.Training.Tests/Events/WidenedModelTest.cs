using SuRnnStream.Training.Events;
using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Events;

public sealed class WidenedModelTest
{
    static readonly SuRnnConfig Config = new()
    {
        FrontEnd = null,
        Sensor = TinyBeats.Sensor with { FlagMissing = true },
        Stem = [new(8, 3, false, false), new(8, 4, true, true)],
        SalienceDepth = 1,
        Layers = [new(CellKind.Gru, 12, SwitchKind.Event)],
        Labels = ["background", "beat"],
        Background = ["background"],
    };

    static SuRnnModel Build()
    {
        TorchSharp.torch.random.manual_seed(3);
        using var net = new SuRnnNet(Config);
        net.eval();
        return new SuRnnModel(Config, net.Export());
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Of_AModelWithoutARhythm_GivesTheSameScores(bool int8)
    {
        var model = Build();
        if (int8) model = model.ToInt8();
        var rhythm = Config.Sensor! with { RhythmWithin = TimeSpan.FromSeconds(2) };
        var wide = WidenedModel.Of(model, Config with { Sensor = rhythm });
        Assert.Equal((model.Config.FrameLength + 5, Precision.Float32), (wide.Config.FrameLength, wide.Config.Precision));
        float[] ecg = [.. TinyBeats.Ecg([.. Enumerable.Range(1, 12).Select(n => (300L * n, n % 4 == 0 ? 5 : 1))], 4_000, new Random(2)).Select(x => (float)x)];
        float[][] Scores(SuRnnModel of)
        {
            var scores = new List<float[]>();
            new StreamingDetector(of) { OnFrame = (in FrameView view) => scores.Add(view.Scores.ToArray()) }.Process(ecg, _ => { });
            return [.. scores];
        }
        foreach (var (before, after) in Scores(model).Zip(Scores(wide)))
            for (var i = 0; i < before.Length; i++) Assert.Equal(before[i], after[i], int8 ? 0.05 : 1e-5); // int8 also rounds what comes in
    }

    [Fact]
    public void Of_AModelOfOtherFrames_IsRefused()
    {
        var model = Build();
        foreach (var other in new[] { Config.Sensor! with { HopLength = 10 }, Config.Sensor! with { Channels = [new() { Name = "V1" }] }, Config.Sensor! with { SampleRate = 250 } })
            Assert.Contains("only with a model of its own channels, filters and frames", Assert.Throws<ArgumentException>(() => WidenedModel.Of(model, Config with { Sensor = other })).Message);
    }
}
