using System.Text.Json;
using Xunit;

namespace SuRnnStream.Tests;

public sealed class PlainTextTest
{
    [Theory]
    [InlineData("yes", "yes")]
    [InlineData("Gr\u00FC\u00DFe \u4F60\u597D \U0001F600 \u2588", "Gr\u00FC\u00DFe \u4F60\u597D \U0001F600 \u2588")]
    [InlineData("a\u001B]52;c;AAAA\a", "a\\u001B]52;c;AAAA\\u0007")]
    [InlineData("a\nb\r\tc\u0085d\u2028e", "a\\u000Ab\\u000D\\u0009c\\u0085d\\u2028e")]
    [InlineData("\u202Egpj.exe\u2066", "\\u202Egpj.exe\\u2066")]
    [InlineData("yes\U000E0041\U0001D173", "yes\\uDB40\\uDC41\\uD834\\uDD73")]
    [InlineData("\u009B31m\u007F", "\\u009B31m\\u007F")]
    public void Clean_WritesWhatMovesHidesOrTurns_AsItsNumber(string text, string clean)
    {
        Assert.Equal(clean, PlainText.Clean(text));
        Assert.Equal(clean, PlainText.Clean(text.AsSpan()).ToString());
    }

    [Theory]
    [InlineData("yes", 3, "yes")]
    [InlineData("yes\n", 3, "yes...")]
    [InlineData("\nyes", 2, "\\u000Ay...")]
    [InlineData("ab\U0001F600", 3, "ab...")]
    public void Cut_KeepsWholeCharacters_AndSaysThatMoreCame(string text, int most, string cut) => Assert.Equal(cut, PlainText.Cut(text, most));

    [Fact]
    public void Clean_OfJson_IsTheSameJson()
    {
        const string Label = "\u202E\u007F\u009B\u2028";
        var line = System.Text.Encoding.UTF8.GetString(JsonLine.Of(json => json.WriteString("label", Label)));
        Assert.Equal(Label, JsonElement.Parse(PlainText.Clean(line)).GetProperty("label").GetString());
        Assert.DoesNotContain(PlainText.Clean(line), char.IsControl);
    }

    [Fact]
    public void Lines_AreReadUpToOneThatIsTooLong()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"a\r\nb\n\n{new string('c', PlainText.LongestLine)}\n{new string('d', PlainText.LongestLine + 1)}");
        var read = new List<string>();
        var tooLong = Assert.Throws<IOException>(() =>
        {
            foreach (var line in PlainText.Lines(file, number => new IOException($"line {number}"))) read.Add(line);
        });
        Assert.Equal("line 5", tooLong.Message);
        Assert.Equal(["a", "b", "", new string('c', PlainText.LongestLine)], read);
        File.Delete(file);
    }

    [Fact]
    public void Clean_OfHalfACharacter_IsANumber() => Assert.Equal("x\\uD800y", PlainText.Clean("x" + (char)0xD800 + "y"));
}
