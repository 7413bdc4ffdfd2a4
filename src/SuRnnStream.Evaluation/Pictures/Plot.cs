namespace SuRnnStream.Evaluation.Pictures;

/// <summary>A part of a picture with axes: from data to its pixels, with a title above and ticks on the left and below.</summary>
sealed class Plot(Svg svg, double left, double top, double width, double height, (double From, double To) across, (double From, double To) along)
{
    /// <summary>Size of a picture on a page; and what a plot needs above it and below, without ticks and with them.</summary>
    public const int PageWidth = 900, Above = 24, Line = 17, Below = 2, Axis = 42;

    const int LongestLabel = 24; // characters
    const double Tick = 4, Small = 11;

    public double Bottom => top + height;

    public double Right => left + width;

    public double X(double value) => left + width * (value - across.From) / (across.To - across.From);

    public double Y(double value) => Bottom - height * (value - along.From) / (along.To - along.From);

    public (double X, double Y) At(double x, double y) => (X(x), Y(y));

    /// <summary>A label as it is drawn: too long ones lose their end.</summary>
    public static string Cut(string label) => label.Length <= LongestLabel ? label : $"{label[..(LongestLabel - 1)]}…";

    public void Title(string title) => svg.Text(title, left, top - 11, Svg.Ink);

    /// <summary>With a line of explanation below it: a plot then needs <see cref="Line"/> more above it.</summary>
    public void Title(string title, string note)
    {
        svg.Text(title, left, top - 11 - Line, Svg.Ink);
        svg.Text(note, left, top - 11, Svg.Grey);
    }

    public void LeftAxis(IEnumerable<(double At, string Text)> ticks)
    {
        svg.Line(left, top, left, Bottom, Svg.Faint);
        foreach (var (at, text) in ticks)
        {
            svg.Line(left - Tick, Y(at), left, Y(at), Svg.Faint);
            svg.Text(text, left - Tick - 3, Y(at), Svg.Grey, "end", Small);
        }
    }

    public void BottomAxis(IEnumerable<(double At, string Text)> ticks, string label, bool named = true)
    {
        svg.Line(left, Bottom, Right, Bottom, Svg.Faint);
        if (!named) return;
        foreach (var (at, text) in ticks)
        {
            svg.Line(X(at), Bottom, X(at), Bottom + Tick, Svg.Faint);
            svg.Text(text, X(at), Bottom + Tick + 8, Svg.Grey, "middle", Small);
        }
        svg.Text(label, (left + Right) / 2, Bottom + 31, Svg.Ink, "middle");
    }

    public void Vertical(double at, string colour, double thickness, string dashes) => svg.Line(X(at), top, X(at), Bottom, colour, thickness, dashes);
}
