using System.Globalization;
using System.Text;

namespace SuRnnStream;

/// <summary>
/// Makes untrusted text (labels and cards of a model, file names, messages of a sensor or of ffmpeg) safe for a terminal, a log or a file of
/// lines: characters that move a cursor, hide or reverse text, or end a line are written as <c>\u001B</c>, which in JSON is the same character.
/// </summary>
public static class PlainText
{
    /// <summary>The same text where there is nothing to clean.</summary>
    public static string Clean(string text)
    {
        var at = 0;
        while (at < text.Length && !IsBad(text, at)) at++;
        if (at == text.Length) return text;
        var clean = new StringBuilder(text, 0, at, text.Length + 20);
        for (; at < text.Length; at++)
        {
            if (IsBad(text, at)) clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:X4}");
            else clean.Append(text[at]);
        }
        return clean.ToString();
    }

    /// <summary>As <see cref="Clean(string)"/>, of text that may be long: three points say that more came.</summary>
    /// <param name="text">From a file, a network, a model or a user.</param>
    /// <param name="most">Characters that are kept.</param>
    public static string Cut(string text, int most = 1_000)
    {
        if (text.Length <= most) return Clean(text);
        if (char.IsHighSurrogate(text[most - 1])) most--;
        return Clean(text[..most]) + "...";
    }

    /// <summary>As <see cref="Clean(string)"/>, of text that is nearly always plain.</summary>
    public static ReadOnlySpan<char> Clean(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (c is < ' ' or '\u007F' || (c > '\u007F' && c is not (>= '\u2580' and <= '\u259F'))) return Clean(text.ToString());
        return text;
    }

    /// <summary>As <see cref="Clean(string)"/>, of text with lines of its own.</summary>
    public static string CleanLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Clean));

    /// <summary>Characters of a line that <see cref="Lines"/> takes: more than a moment of 256 sensors needs.</summary>
    public const int LongestLine = BoundedLines.Longest;

    /// <summary>The lines of a file, without their ends, as they are read: one of an endless line costs no memory.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="tooLong">Makes the exception for a line of more than <see cref="LongestLine"/> characters, by its number, counted from 1.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public static IEnumerable<string> Lines(string path, Func<long, Exception> tooLong)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(tooLong);
        return BoundedLines.Of(path, tooLong);
    }

    /// <summary>Controls, and characters without a shape of their own: those that turn the direction, hide, or end a line. Half a character, too.</summary>
    static bool IsBad(string text, int at)
    {
        var c = text[at];
        if (c is >= ' ' and < '\u007F') return false;
        if (char.IsHighSurrogate(c)) return at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]) || IsHidden(c, text[at + 1]);
        if (char.IsLowSurrogate(c)) return at == 0 || !char.IsHighSurrogate(text[at - 1]) || IsHidden(text[at - 1], c);
        return char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || (char.GetUnicodeCategory(c) == UnicodeCategory.Format && c is not ('\u200D' or '\u200C' or '\u00AD')); // joiners belong to words
    }

    /// <summary>Tags and musical marks, which no font shows.</summary>
    static bool IsHidden(char high, char low) => CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(high, low)) == UnicodeCategory.Format;
}
