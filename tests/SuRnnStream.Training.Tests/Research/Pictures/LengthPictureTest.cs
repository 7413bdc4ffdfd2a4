using System.Text.Json;
using System.Xml.Linq;
using SuRnnStream.Research.Commands;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.Pictures;

public class LengthPictureTest
{
    static LengthFigures Figures(string model, int length, double value, double work) => new()
    {
        Model = model,
        Task = "selective-copy",
        Length = length,
        Sequences = 10,
        Metric = "accuracy",
        Value = value,
        Chance = 0.1,
        OpenRatio = 0.1,
        MultiplyAddsPerStep = work,
        MultiplyAddsPerStepDense = 100_000,
        Parameters = 1,
        MillisecondsPerSequence = 1,
        MillisecondsPerSequenceDense = 1,
        TimesFaster = 1,
    };

    [Fact]
    public void Picture_ShowsTheMeanOfEachFilesModels_LightAndDark()
    {
        using var folder = new TemporaryFolder();
        Write("ours.json", Figures("seed 1", 256, 0.99, 9_000), Figures("seed 1", 1_024, 0.98, 5_000), Figures("seed 1", 256, 0.5, 9_000) with { Window = 32 }); // the last is not drawn
        Write("dense.json", Figures("seed 1", 1_024, 0.2, 100_000), Figures("seed 1", 256, 0.9, 100_000), Figures("seed 2", 256, 0.8, 100_000), Figures("seed 2", 1_024, 0.1, 100_000));
        void Write(string name, params LengthFigures[] rows) => File.WriteAllText(folder.File(name), JsonSerializer.Serialize(rows, LongRangeFolder.Json));
        new PictureCommand().Lengths($"{folder.File("ours.json")},{folder.File("dense.json")}", "selective update, dense < twin", 256, folder.File("lengths"));
        var (light, dark) = (File.ReadAllText(folder.File("lengths.svg")), File.ReadAllText(folder.File("lengths-dark.svg")));
        var svg = XDocument.Parse(light).Root!;
        XName Name(string name) => svg.Name.Namespace + name;
        var texts = svg.Elements(Name("text")).Select(text => text.Value).ToArray();
        Assert.Equal(2, texts.Count(text => text == "dense < twin"));
        Assert.Contains("1,024", texts);
        var curves = svg.Elements(Name("path")).ToArray();
        Assert.Equal(4, curves.Length); // two networks in two plots
        Assert.All(curves, curve => Assert.Equal(2, curve.Attribute("d")!.Value.Split('M', 'L').Length - 1));
        double[] Heights(XElement curve) => [.. curve.Attribute("d")!.Value[1..].Split('L').Select(point => double.Parse(point.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.True(Heights(curves[1])[1] > Heights(curves[1])[0] + 100); // the twin falls
        Assert.InRange(Heights(curves[0])[1] - Heights(curves[0])[0], 0, 5);
        double[] dots = [.. svg.Elements(Name("circle")).Select(dot => double.Parse(dot.Attribute("cy")!.Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(12, dots.Length);
        Assert.Equal((dots[3] + dots[4]) / 2, Heights(curves[1])[0], 0.1); // the twin's two seeds at 256 steps
        Assert.DoesNotContain("#ffffff", dark);
        Assert.Equal(texts, XDocument.Parse(dark).Root!.Elements(Name("text")).Select(text => text.Value));
    }

    [Fact]
    public void FiguresThatAreNone_AreNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("rows.json"), "[]");
        Assert.Contains("holds no figures", Assert.Throws<InvalidDataException>(() => new PictureCommand().Lengths(folder.File("rows.json"), "a", 256, folder.File("x"))).Message);
        File.WriteAllText(folder.File("rows.json"), JsonSerializer.Serialize(new[] { Figures("ours", 256, 1, 1) }, LongRangeFolder.Json));
        Assert.Contains("--figures has 1 files (", Assert.Throws<ArgumentException>(() => new PictureCommand().Lengths(folder.File("rows.json"), "a,b", 256, folder.File("x"))).Message);
    }
}
