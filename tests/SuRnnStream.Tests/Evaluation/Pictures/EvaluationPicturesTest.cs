using SkiaSharp;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Pictures;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation.Pictures;

public sealed class EvaluationPicturesTest : IDisposable
{
    static readonly SKColor Blue = SKColor.Parse("#2f6f9f"), Orange = SKColor.Parse("#c8602b"), Green = SKColor.Parse("#3f8f5f"), Ink = SKColor.Parse("#24292f");

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    SKBitmap[] Draw(EvaluationReport report)
    {
        EvaluationPictures.Save(report, _folder.File("new"));
        return [.. new[] { "det.png", "confusion.png", "scores.png" }.Select(name => SKBitmap.Decode(_folder.File($"new/{name}")))];
    }

    /// <summary>Pixels of about that colour.</summary>
    static List<(int X, int Y)> Find(SKBitmap picture, SKColor colour)
    {
        var found = new List<(int, int)>();
        for (var y = 0; y < picture.Height; y++)
            for (var x = 0; x < picture.Width; x++)
                if (picture.GetPixel(x, y) is var pixel && Math.Abs(pixel.Red - colour.Red) + Math.Abs(pixel.Green - colour.Green) + Math.Abs(pixel.Blue - colour.Blue) <= 6) found.Add((x, y));
        return found;
    }

    [Fact]
    public void Save_Det_HasACurveForEachLabel_AndMarksThePoints()
    {
        var det = Draw(MadeUpReport.Of(["one", "two", "three"]))[0];
        Assert.Equal(1_800, det.Width);
        foreach (var colour in new[] { Blue, Orange, Green }) Assert.InRange(Find(det, colour).Count, 1_000, 30_000);
        Assert.Single(Spots([.. Find(det, Ink)], 14)); // the shipped point is a disc, and nothing else is as thick
    }

    /// <summary>Places where so many pixels each way are all set, those nearer than that counted once.</summary>
    static List<(int X, int Y)> Spots(HashSet<(int X, int Y)> pixels, int size)
    {
        var spots = new List<(int X, int Y)>();
        foreach (var (x, y) in pixels)
        {
            if (spots.Exists(spot => Math.Abs(spot.X - x) < 2 * size && Math.Abs(spot.Y - y) < 2 * size)) continue;
            if (Enumerable.Range(0, size).All(dx => Enumerable.Range(0, size).All(dy => pixels.Contains((x + dx, y + dy))))) spots.Add((x, y));
        }
        return spots;
    }

    [Fact]
    public void Save_Confusion_ColoursRightAndWrongByTheirPartOfTheRow()
    {
        var report = MadeUpReport.Of(["one", "two", "three"]) with { Confusion = [[90, 0, 0, 10], [0, 50, 50, 0], [0, 0, 0, 0], [0, 0, 4, 0]] };
        var picture = Draw(report)[1];
        int Cells(SKColor colour, double part) // of some 124 x 62 pixels, figures in them
        {
            byte Between(byte a, byte b) => (byte)Math.Round(a + Math.Sqrt(part) * (b - a));
            return (int)Math.Round(Find(picture, new SKColor(Between(0xf3, colour.Red), Between(0xf4, colour.Green), Between(0xf6, colour.Blue))).Count / 7_500.0);
        }
        Assert.Equal((1, 1), (Cells(Blue, 0.9), Cells(Blue, 0.5)));
        Assert.Equal((1, 1, 1), (Cells(Orange, 0.1), Cells(Orange, 0.5), Cells(Orange, 1))); // missed, taken for another, false alarms
        Assert.Equal(16 - 5, Cells(Blue, 0));
    }

    [Fact]
    public void Save_Scores_HasAHistogramForEachLabel()
    {
        string[] labels = ["a", "b", "c", "d", "e"];
        var scores = Draw(MadeUpReport.Of(labels))[2];
        var blue = Find(scores, Blue);
        Assert.Contains(blue, pixel => pixel.X < 450 && pixel.Y < scores.Height / 2);
        Assert.Contains(blue, pixel => pixel.X > 1_350 && pixel.Y < scores.Height / 2);
        Assert.Contains(blue, pixel => pixel.X < 450 && pixel.Y > scores.Height / 2);
        Assert.DoesNotContain(blue, pixel => pixel.X > 450 && pixel.Y > 0.6 * scores.Height); // there is no sixth
    }

    [Fact]
    public void Save_WhateverIsMissing_Draws()
    {
        Draw(MadeUpReport.Of(["one"], hours: 0));
        Draw(MadeUpReport.Of(["one", "two"], events: false));
        Draw(MadeUpReport.Of(["one", "two"], hours: 0, events: false));
        Draw(MadeUpReport.Of(["one", "two"], hours: 100, budget: null));
        Draw(MadeUpReport.Of([.. Enumerable.Range(0, 40).Select(i => $"a label with a name that is too long {i}")]));
    }
}
