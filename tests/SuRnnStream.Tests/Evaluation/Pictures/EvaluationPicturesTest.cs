using System.Globalization;
using System.Xml.Linq;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Pictures;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation.Pictures;

public sealed class EvaluationPicturesTest : IDisposable
{
    const string Blue = "#2f6f9f", Orange = "#c8602b", Green = "#3f8f5f", Ink = "#24292f";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    XElement[] Draw(EvaluationReport report)
    {
        EvaluationPictures.Save(report, _folder.File("new"));
        return [.. new[] { "det.svg", "confusion.svg", "scores.svg" }.Select(name => XElement.Load(_folder.File($"new/{name}")))];
    }

    static IEnumerable<XElement> Shapes(XElement picture, string kind, string attribute = "", string value = "") =>
        picture.Elements().Where(shape => shape.Name.LocalName == kind && (attribute == "" || (string?)shape.Attribute(attribute) == value));

    static double Number(XElement shape, string attribute) => double.Parse(shape.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    /// <summary>Corners of a path.</summary>
    static (double X, double Y)[] Points(XElement path) =>
        [.. path.Attribute("d")!.Value[1..].Split('L').Select(point => point.Split(' ')).Select(point => (double.Parse(point[0], CultureInfo.InvariantCulture), double.Parse(point[1], CultureInfo.InvariantCulture)))];

    static string[] Texts(XElement picture) => [.. Shapes(picture, "text").Select(text => text.Value)];

    [Fact]
    public void Save_Det_HasACurveForEachLabel_AndMarksThePoints()
    {
        var report = MadeUpReport.Of(["one", "two", "three"]);
        var det = Draw(report)[0];
        Assert.Equal(900, Number(det, "width"));
        foreach (var colour in new[] { Blue, Orange, Green })
        {
            var curve = Points(Assert.Single(Shapes(det, "path", "stroke", colour), path => (string?)path.Attribute("stroke-width") == "1.2"));
            Assert.InRange(curve.Length, 3, 300);
            Assert.All(curve.Zip(curve.Skip(1)), step => Assert.True(step.Second.X >= step.First.X && step.Second.Y >= step.First.Y, "more false alarms, fewer misses"));
        }
        var shipped = Assert.Single(Shapes(det, "circle", "fill", Ink));
        Assert.Equal(5.5, Number(shipped, "r"));
        Assert.Equal(3, Shapes(det, "circle").Count() - 1);
        Assert.Superset(new HashSet<string> { "one", "two", "three", "all", "false alarms an hour" }, Texts(det).ToHashSet());
        var zero = Assert.Single(Shapes(det, "text", "text-anchor", "middle"), text => text.Value == "0");
        Assert.True(Number(shipped, "cx") >= Number(zero, "x"), "no rate is below zero");
        XElement title = Shapes(det, "text").Single(text => text.Value.EndsWith("every threshold", StringComparison.Ordinal)), note = Shapes(det, "text").Single(text => text.Value.StartsWith("● as shipped", StringComparison.Ordinal));
        Assert.InRange(Number(note, "y") - Number(title, "y"), 15, 20); // a line each: side by side they ran into each other
    }

    [Fact]
    public void Save_Confusion_ColoursRightAndWrongByTheirPartOfTheRow()
    {
        var report = MadeUpReport.Of(["one", "two", "three"]) with { Confusion = [[90, 0, 0, 10], [0, 50, 50, 0], [0, 0, 0, 0], [0, 0, 4, 0]] };
        var picture = Draw(report)[1];
        int Cells(string colour, double part)
        {
            var to = Convert.FromHexString(colour[1..]);
            byte[] from = [0xf3, 0xf4, 0xf6];
            return Shapes(picture, "rect", "fill", "#" + Convert.ToHexStringLower([.. from.Zip(to, (a, b) => (byte)Math.Round(a + Math.Sqrt(part) * (b - a)))])).Count();
        }
        Assert.Equal((1, 1), (Cells(Blue, 0.9), Cells(Blue, 0.5)));
        Assert.Equal((1, 1, 1), (Cells(Orange, 0.1), Cells(Orange, 0.5), Cells(Orange, 1))); // missed, taken for another, false alarms
        Assert.Equal(16 - 5, Cells(Blue, 0));
        Assert.Contains("90 % of 100 found", Texts(picture));
    }

    [Fact]
    public void Save_Scores_HasAHistogramForEachLabel()
    {
        string[] labels = ["a", "b", "c", "d", "e"];
        var scores = Draw(MadeUpReport.Of(labels))[2];
        var areas = Shapes(scores, "path", "stroke", Blue).Select(Points).ToArray();
        Assert.Equal(5, areas.Length);
        Assert.All(areas, area => Assert.Equal(2 * 25 + 2, area.Length));
        Assert.Equal([0, 1, 2, 3, 0], areas.Select(area => (int)(area[0].X / 225))); // four a row
        Assert.True(areas[4].Min(point => point.Y) > areas[0].Max(point => point.Y));
        Assert.Equal(4, Texts(scores).Count(text => text == "score")); // below the last one of each column
    }

    /// <summary>Nothing lies outside the picture, and a label cannot become markup or break the file.</summary>
    [Fact]
    public void Save_WhateverIsMissing_Draws()
    {
        Whole(Draw(MadeUpReport.Of(["one"], hours: 0)));
        Whole(Draw(MadeUpReport.Of(["one", "two"], events: false)));
        Whole(Draw(MadeUpReport.Of(["one", "two"], hours: 0, events: false)));
        Whole(Draw(MadeUpReport.Of(["one", "two"], hours: 100, budget: null)));
        Whole(Draw(MadeUpReport.Of([.. Enumerable.Range(0, 40).Select(i => $"a label with a name that is too long {i}")])));
        var odd = Draw(MadeUpReport.Of(["</text><script>", "\u0001"]));
        Whole(odd);
        Assert.Contains("</text><script>", Texts(odd[1]));
        Assert.Contains("\uFFFD", Texts(odd[1]));

        static void Whole(XElement[] pictures)
        {
            foreach (var picture in pictures)
            {
                var (width, height) = (Number(picture, "width"), Number(picture, "height"));
                var places = Shapes(picture, "path").SelectMany(Points).Concat(Shapes(picture, "text").Select(text => (Number(text, "x"), Number(text, "y"))));
                foreach (var (x, y) in places)
                    if (!(x >= 0 && y >= 0 && x <= width && y <= height)) Assert.Fail($"({x}, {y}) of {width} x {height}"); // a sentence for each of 100,000 places would take most of the test's time
                Assert.DoesNotContain("NaN", picture.ToString());
            }
        }
    }
}
