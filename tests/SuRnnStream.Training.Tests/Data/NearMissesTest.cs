using Xunit;

namespace SuRnnStream.Training.Tests.Data;

public sealed class NearMissesTest
{
    static readonly string[] Computer = ["k", "@", "m", "p", "j", "'u:", "t", "3"];

    static readonly string[] Misses = [.. Enumerable.Range(0, 500).Select(seed => NearMisses.Of(Computer, new Random(seed)))];

    [Fact]
    public void Of_IsNeverTheWord_AndAlwaysPhonemes()
    {
        Assert.DoesNotContain("[[k@mpj'u:t3]]", Misses);
        Assert.All(Misses, miss => Assert.Matches(@"^\[\[[^\[\]]{2,}\]\]$", miss));
        Assert.True(Misses.Distinct().Count() > 150, "they repeat");
    }

    [Fact]
    public void Of_IsAPieceOrLacksTheStressedVowel()
    {
        Assert.All(Misses, miss => Assert.True(!miss.Contains("'u:") || miss.Length < "[[k@mpj'u:t3]]".Length - 1, miss));
        Assert.Contains(Misses, miss => miss.StartsWith("[[k@mp", StringComparison.Ordinal));
        Assert.Contains(Misses, miss => miss.EndsWith("'u:t3]]", StringComparison.Ordinal) && miss.Length < 12);
    }

    [Fact]
    public void Of_AWordThatIsTooShort_SaysSo() => Assert.Contains("2 phonemes", Assert.Throws<ArgumentException>(() => NearMisses.Of(["t", "'u:"], new Random(1))).Message);

    [Fact]
    public void Sentence_HoldsNoWordThatIsWanted()
    {
        var random = new Random(3);
        for (var n = 0; n < 200; n++)
        {
            var words = Language.English.Sentence(random, ["go", "in"]).Split(' ');
            Assert.InRange(words.Length, 4, 10);
            Assert.DoesNotContain(words, word => word.Contains("go") || word.Contains("in"));
        }
    }
}
