using System.Globalization;
using System.Text;

namespace SuRnnStream;

/// <summary>Text of others, for one line of a message, a log or a terminal.</summary>
static class Printable
{
    /// <summary>
    /// The text with a question mark for everything that is no visible character or plain space: controls and line ends, which could steer a
    /// terminal or forge a line, marks that turn the direction of writing, and halves of surrogate pairs, which no encoding can write.
    /// </summary>
    /// <param name="text">From a file, a network, a model or a user.</param>
    /// <param name="most">Characters that are kept; the rest is cut off, which three points say.</param>
    public static string Of(string text, int most = 1_000)
    {
        var made = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (made.Length >= most) return made.Append("...").ToString();
            if (IsVisible(rune)) made.Append(rune);
            else made.Append('?');
        }
        return made.ToString();
    }

    static bool IsVisible(Rune rune) => rune.Value == ' ' || rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
