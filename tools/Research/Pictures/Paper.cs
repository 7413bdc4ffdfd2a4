using ScottPlot;
using SkiaSharp;

namespace SuRnnStream.Research.Pictures;

/// <summary>What the pictures share: size, colours, and plots without ornament, one above the other over one axis, in one column or several.</summary>
static class Paper
{
    const int Width = 900, Scale = 2; // of the README's page, and pixels to one of its
    const int Above = 24, Below = 2;
    const int LongestLabel = 24; // characters

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
    public static ScottPlot.Plottables.Text Write(this Plot plot, string text, double x, double y, Color colour, Alignment alignment, float size = 12, bool bold = false, float offsetX = 0, float offsetY = 0)
    {
        var written = plot.Add.Text(text, x, y);
        (written.LabelFontName, written.LabelFontColor, written.LabelFontSize, written.LabelBold) = (Font, colour, size, bold);
        (written.LabelAlignment, written.OffsetX, written.OffsetY) = (alignment, offsetX, offsetY);
        return written;
    }

    /// <summary>A label as it is drawn: too long ones lose their end.</summary>
    public static string Cut(string label) => label.Length <= LongestLabel ? label : $"{label[..(LongestLabel - 1)]}…";

    /// <summary>Draws panels from top to bottom, with ticks below the last one only.</summary>
    public static void Save(string file, params Panel[] panels) => SafeFile.Replace(file, Png(panels));

    /// <summary>The same as the bytes of a PNG; or panels of equal height row by row, with ticks below the last one of each column only.</summary>
    public static byte[] Png(Panel[] panels, int columns = 1, string heading = "")
    {
        var top = heading.Length > 0 ? Above : 0;
        var height = top + panels.Chunk(columns).Sum(row => Above + row[0].Height + Below) + panels[^1].Axis;
        using var surface = SKSurface.Create(new SKImageInfo(Width * Scale, height * Scale));
        using var font = new SKFont(SKTypeface.FromFamilyName(Font), 12);
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        canvas.Scale(Scale);
        Words(heading, 10, Above - 7, SKTextAlign.Left, Grey);
        foreach (var (i, panel) in panels.Index())
        {
            var axis = i + columns >= panels.Length ? panel.Axis : 0;
            var bottom = top + Above + panel.Height + Below + axis;
            var (left, right) = (Width * (i % columns) / columns, Width * (i % columns + 1) / columns);
            if (axis == 0) panel.Plot.Axes.Bottom.SetTicks([], []);
            panel.Plot.Font.Set(Font);
            panel.Plot.Layout.Fixed(new PixelPadding(panel.Left, panel.Right, Below + axis, Above));
            canvas.Save();
            canvas.ClipRect(new SKRect(left, top, right, bottom)); // a plot clears all that it may draw on
            panel.Plot.Render(canvas, new PixelRect(left, right, bottom, top));
            canvas.Restore();
            Words(panel.Title, left + panel.Left, top + Above - 7, SKTextAlign.Left, Ink);
            Words(panel.Note, right - panel.Right, top + Above - 7, SKTextAlign.Right, Grey);
            if (i % columns == columns - 1) top += Above + panel.Height + Below;
        }
        using var png = surface.Snapshot().Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();

        void Words(string text, float x, float y, SKTextAlign align, Color colour)
        {
            using var paint = new SKPaint { Color = colour.ToSKColor(), IsAntialias = true };
            canvas.DrawText(text, x, y, align, font, paint);
        }
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

    /// <summary>Below its data, if it is the last one.</summary>
    public int Axis { get; init; } = 42;
}
