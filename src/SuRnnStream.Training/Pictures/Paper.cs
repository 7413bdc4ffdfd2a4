using ScottPlot;
using SkiaSharp;

namespace SuRnnStream.Training.Pictures;

/// <summary>What the pictures share: size, colours, and plots without ornament, one above the other over one axis.</summary>
static class Paper
{
    const int Width = 900, Scale = 2; // of the README's page, and pixels to one of its
    const int Left = 34, Right = 10, Above = 24, Below = 2, Axis = 42;

    public const string Font = "DejaVu Sans"; // any other sans where it is missing

    public static readonly Color Ink = Color.FromHex("#24292f"), Faint = Color.FromHex("#d0d7de"), Grey = Color.FromHex("#6e7781");
    public static readonly Color Blue = Color.FromHex("#2f6f9f"), Orange = Color.FromHex("#c8602b");

    /// <summary>For labels, one after the other.</summary>
    public static readonly Color[] Colours = [Blue, Orange, Color.FromHex("#3f8f5f"), Color.FromHex("#8a5fa8"), Color.FromHex("#b08a1e"), Color.FromHex("#b0476b")];

    public static Plot Plot()
    {
        var plot = new Plot();
        plot.HideGrid();
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom })
        {
            (axis.FrameLineStyle.Color, axis.MajorTickStyle.Color, axis.MajorTickStyle.Length, axis.MinorTickStyle.Length) = (Faint, Faint, 4, 0);
            (axis.TickLabelStyle.FontSize, axis.TickLabelStyle.ForeColor) = (11, Grey);
            (axis.Label.FontSize, axis.Label.ForeColor, axis.Label.Bold) = (12, Ink, false);
        }
        return plot;
    }

    /// <summary>Draws panels from top to bottom, with ticks below the last one only.</summary>
    public static void Save(string file, params Panel[] panels)
    {
        var height = panels.Sum(panel => Above + panel.Height + Below) + Axis;
        using var surface = SKSurface.Create(new SKImageInfo(Width * Scale, height * Scale));
        using var font = new SKFont(SKTypeface.FromFamilyName(Font), 12);
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        canvas.Scale(Scale);
        var top = 0;
        foreach (var panel in panels)
        {
            var axis = panel == panels[^1] ? Axis : 0;
            var bottom = top + Above + panel.Height + Below + axis;
            if (axis == 0) panel.Plot.Axes.Bottom.SetTicks([], []);
            panel.Plot.Font.Set(Font);
            panel.Plot.Layout.Fixed(new PixelPadding(Left, Right, Below + axis, Above));
            canvas.Save();
            canvas.ClipRect(new SKRect(0, top, Width, bottom)); // a plot clears all that it may draw on
            panel.Plot.Render(canvas, new PixelRect(0, Width, bottom, top));
            canvas.Restore();
            Text(panel.Title, Left, SKTextAlign.Left, Ink);
            Text(panel.Note, Width - Right, SKTextAlign.Right, Grey);
            top = bottom;

            void Text(string text, float x, SKTextAlign align, Color colour)
            {
                using var paint = new SKPaint { Color = colour.ToSKColor(), IsAntialias = true };
                canvas.DrawText(text, x, top + Above - 7, align, font, paint);
            }
        }
        using var png = surface.Snapshot().Encode(SKEncodedImageFormat.Png, 100);
        using var to = File.Create(file);
        png.SaveTo(to);
    }
}

/// <param name="Plot">From <see cref="Paper.Plot"/>.</param>
/// <param name="Height">Of its data, in the page's pixels.</param>
/// <param name="Title">Above it, on the left.</param>
/// <param name="Note">Above it, on the right.</param>
sealed record Panel(Plot Plot, int Height, string Title, string Note = "");
