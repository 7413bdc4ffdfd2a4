using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>A picture in SVG, built shape by shape; places are in its pixels from the upper left, later shapes cover earlier ones. Text cannot become markup.</summary>
/// <param name="width">In pixels, as all lengths.</param>
/// <param name="height">Likewise.</param>
sealed class Svg(double width, double height)
{
    public const string Ink = "#24292f", Faint = "#d0d7de", Grey = "#6e7781", Blue = "#2f6f9f", Orange = "#c8602b", White = "#ffffff";
    const double Middle = 0.36; // of a font's size: from the middle of its letters to their line

    static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    readonly List<XElement> _shapes = [];

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
    public void Text(string text, double x, double y, string colour, string anchor = "start", double size = 12, bool bold = false, double turned = 0, bool framed = false)
    {
        Add("text", ("x", x), ("y", y + Middle * size), ("fill", colour), ("text-anchor", anchor), ("font-size", size), ("font-weight", bold ? "bold" : ""),
            ("transform", turned == 0 ? "" : $"rotate({Number(turned)} {Number(x)} {Number(y)})"),
            ("stroke", framed ? White : ""), ("stroke-width", framed ? 4 : ""), ("paint-order", framed ? "stroke" : ""));
        _shapes[^1].Add(Clean(text));
    }

    /// <summary>The file, in UTF-8.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(new XElement(Namespace + "svg", new XAttribute("width", Number(width)), new XAttribute("height", Number(height)),
        new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"), new XAttribute("font-family", "DejaVu Sans, system-ui, sans-serif"),
        new XElement(Namespace + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("fill", White)), _shapes).ToString(SaveOptions.DisableFormatting));

    /// <summary>What XML cannot hold, as a name of a file can, is replaced.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString());
        return clean.ToString();
    }

    /// <summary>Attributes that are empty are left out.</summary>
    void Add(string name, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var shape = new XElement(Namespace + name);
        foreach (var (attribute, value) in attributes)
            if (value is not "") shape.SetAttributeValue(attribute, value is double number ? Number(number) : value.ToString());
        _shapes.Add(shape);
    }

    static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
