using System.Globalization;
using System.Text;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>A picture in SVG, built shape by shape; places are in its pixels from the upper left, later shapes cover earlier ones. Text cannot become markup.</summary>
/// <param name="width">In pixels, as all lengths.</param>
/// <param name="height">Likewise.</param>
sealed class Svg(double width, double height)
{
    public const string Ink = "#24292f", Faint = "#d0d7de", Grey = "#6e7781", Blue = "#2f6f9f", Orange = "#c8602b", White = "#ffffff";
    const double Middle = 0.36; // of a font's size: from the middle of its letters to their line

    readonly List<Element> _shapes = [];

    /// <summary>For labels, one after the other.</summary>
    public static readonly string[] Colours = [Blue, Orange, "#3f8f5f", "#8a5fa8", "#b08a1e", "#b0476b"];

    /// <summary>From one point to another; <paramref name="dashes"/> are lengths of dashes and spaces, empty for a solid line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string colour, double width = 1, string dashes = "") =>
        Add("line", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", colour), ("stroke-width", width), ("stroke-dasharray", dashes));

    /// <summary>Straight from point to point.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string colour, double width, string dashes = "", string fill = "none", double opacity = 1) =>
        Add("path", ("d", "M" + string.Join('L', points.Select(point => $"{Number(point.X)} {Number(point.Y)}"))), ("fill", fill), ("fill-opacity", opacity), ("stroke", colour), ("stroke-width", width),
            ("stroke-dasharray", dashes), ("stroke-linejoin", "round"));

    public void Rectangle(double x, double y, double width, double height, string fill) =>
        Add("rect", ("x", x), ("y", y), ("width", width), ("height", height), ("fill", fill));

    public void Disc(double x, double y, double radius, string fill) => Add("circle", ("cx", x), ("cy", y), ("r", radius), ("fill", fill));

    /// <summary>Its outline alone.</summary>
    public void Diamond(double x, double y, double radius, string colour) => Path([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y), (x, y - radius)], colour, 2);

    /// <param name="text">Written as it is.</param>
    /// <param name="x">Of its start, middle or end.</param>
    /// <param name="y">Of the middle of its height.</param>
    /// <param name="colour">Of the letters.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="size">Of the font.</param>
    /// <param name="bold">True: in bold.</param>
    /// <param name="turned">Degrees clockwise about its place.</param>
    /// <param name="framed">True: white around the letters covers what is below.</param>
    public void Text(string text, double x, double y, string colour, string anchor = "start", double size = 12, bool bold = false, double turned = 0, bool framed = false) =>
        AddWith(text, "text", ("x", x), ("y", y + Middle * size), ("fill", colour), ("text-anchor", anchor), ("font-size", size), ("font-weight", bold ? "bold" : ""),
            ("transform", turned == 0 ? "" : $"rotate({Number(turned)} {Number(x)} {Number(y)})"),
            ("stroke", framed ? White : ""), ("stroke-width", framed ? "4" : ""), ("paint-order", framed ? "stroke" : ""));

    /// <summary>The file, in UTF-8.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(new Element("svg", new ElementAttribute("xmlns", "http://www.w3.org/2000/svg"), new ElementAttribute("width", Number(width)), new ElementAttribute("height", Number(height)),
        new ElementAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"), new ElementAttribute("font-family", "DejaVu Sans, system-ui, sans-serif"),
        new Element("rect", new ElementAttribute("width", "100%"), new ElementAttribute("height", "100%"), new ElementAttribute("fill", White)), _shapes).ToString());

    void Add(string name, params (string Name, object Value)[] attributes) => AddWith(null, name, attributes);

    /// <summary>Attributes that are empty are left out.</summary>
    void AddWith(string? text, string name, params (string Name, object Value)[] attributes) => _shapes.Add(new Element(name,
        attributes.Where(one => one.Value is not "").Select(one => new ElementAttribute(one.Name, one.Value is double number ? Number(number) : $"{one.Value}")), text));

    static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
