using SuRnnStream.Tests;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

public sealed class AverageCommandTest
{
    [Fact]
    public void Average_LiesBetweenBoth_AndKeepsTheFirstOnesSettings()
    {
        using var folder = new TemporaryFolder();
        SuRnnModel Times(float factor, float threshold)
        {
            var config = Shipped.Commands.Config;
            return new SuRnnModel(config, new SuRnnWeights(config, SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor => Shipped.Commands.Weights[tensor.Name].ToArray().Select(weight => factor * weight).ToArray())), new DetectorOptions { Threshold = threshold });
        }
        var (one, other) = (Times(0.5f, 0.4f), Times(1, 0.3f));
        ModelFile.Save(folder.File("one.surnn"), one);
        ModelFile.Save(folder.File("other.surnn"), other);
        new AverageCommand().Average(folder.File("one.surnn"), folder.File("other.surnn"), folder.File("mean.surnn"), 0.75f);
        var mean = ModelFile.Load(folder.File("mean.surnn"));
        Assert.Equal(0.4f, mean.Defaults.Threshold);
        foreach (var name in new[] { "stem.1.weight", "layer.0.input", "layer.0.recurrent", "head.bias" })
        {
            float[] a = [.. one.Weights[name]], b = [.. other.Weights[name]], m = [.. mean.Weights[name]];
            Assert.NotEqual(a, b);
            for (var i = 0; i < m.Length; i++) Assert.Equal((0.25f * a[i]) + (0.75f * b[i]), m[i], 1e-6f);
        }
    }

    [Fact]
    public void Average_OfWhatDoesNotFit_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string Message(string first, string second, float part = 0.5f) => Assert.Throws<ArgumentException>(() => new AverageCommand().Average(Shipped.File($"models/{first}.surnn"), Shipped.File($"models/{second}.surnn"), folder.File("out.surnn"), part)).Message;
        Assert.Contains("between 0 and 1", Message("commands-float32", "commands-float32", 1.5f));
        Assert.Contains("float32", Message("commands-float32", "commands"));
        Assert.Contains("differ in shape", Message("commands-float32", "commands-dense"));
        Assert.False(File.Exists(folder.File("out.surnn")));
    }
}
