using System.Collections;
using System.Globalization;
using System.Text;
using System.Xml;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>An element of XML with its attributes and content. System.Xml.Linq can all of this, and would be a megabyte of a native program.</summary>
/// <param name="name">Written as it is.</param>
/// <param name="content">Attributes, elements, texts and enumerations of these; null: nothing.</param>
sealed class Element(string name, params object?[] content)
{
    /// <summary>The element as text, without spaces of its own.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    void Write(StringBuilder to)
    {
        object[] parts = [.. Flat(content)];
        to.Append('<').Append(name);
        foreach (var attribute in parts.OfType<ElementAttribute>())
        {
            to.Append(' ').Append(attribute.Name).Append("=\"");
            Escape(Convert.ToString(attribute.Value, CultureInfo.InvariantCulture) ?? "", to);
            to.Append('"');
        }
        if (parts.All(part => part is ElementAttribute))
        {
            to.Append(" />");
            return;
        }
        to.Append('>');
        foreach (var part in parts)
        {
            if (part is Element element) element.Write(to);
            else if (part is string text) Escape(text, to);
        }
        to.Append("</").Append(name).Append('>');
    }

    static IEnumerable<object> Flat(IEnumerable content)
    {
        foreach (var part in content)
        {
            if (part is IEnumerable and not string)
                foreach (var inner in Flat((IEnumerable)part)) yield return inner;
            else if (part is not null) yield return part;
        }
    }

    /// <summary>What XML cannot hold, as a name of a file can, is replaced.</summary>
    static void Escape(string text, StringBuilder to)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => to.Append("&amp;"),
                '<' => to.Append("&lt;"),
                '>' => to.Append("&gt;"),
                '"' => to.Append("&quot;"),
                '\r' => to.Append("&#xD;"),
                _ when rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) => to.Append('\uFFFD'),
                _ => to.Append(rune.ToString()),
            };
        }
    }
}

/// <param name="Name">Written as it is.</param>
/// <param name="Value">Any text, or a number.</param>
sealed record ElementAttribute(string Name, object Value);
