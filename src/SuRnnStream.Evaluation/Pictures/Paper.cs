using ScottPlot;
using SkiaSharp;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>What the pictures share: size, colours, and plots without ornament, one above the other over one axis, in one column or several.</summary>
static class Paper
{
    const int Width = 900, Scale = 2; // of the README's page, and pixels to one of its
    const int Above = 24, Below = 2, Axis = 42;

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

    /// <summary>Words in a plot, in its font.</summary>
    public static void Write(this Plot plot, string text, double x, double y, Color colour, Alignment alignment, float size = 12, bool bold = false, float offsetX = 0, float offsetY = 0)
    {
        var written = plot.Add.Text(text, x, y);
        (written.LabelFontName, written.LabelFontColor, written.LabelFontSize, written.LabelBold) = (Font, colour, size, bold);
        (written.LabelAlignment, written.OffsetX, written.OffsetY) = (alignment, offsetX, offsetY);
    }

    /// <summary>Draws panels from top to bottom, with ticks below the last one only.</summary>
    public static void Save(string file, params Panel[] panels) => Save(file, 1, panels);

    /// <summary>Draws panels of equal height row by row, with ticks below the last one of each column only.</summary>
    public static void Save(string file, int columns, params Panel[] panels)
    {
        var height = panels.Chunk(columns).Sum(row => Above + row[0].Height + Below) + Axis;
        using var surface = SKSurface.Create(new SKImageInfo(Width * Scale, height * Scale));
        using var font = new SKFont(SKTypeface.FromFamilyName(Font), 12);
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        canvas.Scale(Scale);
        var top = 0;
        foreach (var (i, panel) in panels.Index())
        {
            var axis = i + columns >= panels.Length ? Axis : 0;
            var bottom = top + Above + panel.Height + Below + axis;
            var (left, right) = (Width * (i % columns) / columns, Width * (i % columns + 1) / columns);
            if (axis == 0) panel.Plot.Axes.Bottom.SetTicks([], []);
            panel.Plot.Font.Set(Font);
            panel.Plot.Layout.Fixed(new PixelPadding(panel.Left, panel.Right, Below + axis, Above));
            canvas.Save();
            canvas.ClipRect(new SKRect(left, top, right, bottom)); // a plot clears all that it may draw on
            panel.Plot.Render(canvas, new PixelRect(left, right, bottom, top));
            canvas.Restore();
            Text(panel.Title, left + panel.Left, SKTextAlign.Left, Ink);
            Text(panel.Note, right - panel.Right, SKTextAlign.Right, Grey);
            if (i % columns == columns - 1) top += Above + panel.Height + Below;

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
sealed record Panel(Plot Plot, int Height, string Title, string Note = "")
{
    /// <summary>Beside its data, in the page's pixels.</summary>
    public int Left { get; init; } = 34;

    /// <summary>Beside its data on the other side.</summary>
    public int Right { get; init; } = 10;
}
