using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Data;

public sealed class LanguageTest
{
    static Voices Speaking(string code, Engines engines = Engines.All)
    {
        try { return Voices.Installed(Language.Of(code), engines); }
        catch (InvalidDataException none)
        {
            Assert.Skip(none.Message);
            throw;
        }
    }

    [Fact]
    public void GermanVoices_AreEveryProgramsThatSpeaksIt_AndNoEnglishOne()
    {
        var voices = Speaking("de");
        Assert.All(voices.Espeak, voice => Assert.StartsWith("de+", voice));
        Assert.All(voices.FliteNames, voice => Assert.Matches("^(pico:de-DE|mb-de[0-9])$", voice));
        Assert.DoesNotContain(voices.Espeak, voice => voice.EndsWith("+Alex", StringComparison.Ordinal)); // kept out of all training
        var alone = Speaking("de", Engines.Espeak);
        Assert.Equal(voices.Espeak, alone.Espeak);
        Assert.Empty(alone.FliteNames);
    }

    [Theory, InlineData("fr", "fr-fr+", "fr-be+"), InlineData("it", "it+")]
    public void OtherLanguages_HaveTheirAccents(string code, params string[] accents) => Assert.All(accents, accent => Assert.Contains(Speaking(code, Engines.Espeak).Espeak, voice => voice.StartsWith(accent, StringComparison.Ordinal)));

    [Fact]
    public void NearMissesOfAGermanWord_HaveGermanPhonemes()
    {
        var inventory = Speaking("de", Engines.Espeak).Inventory()!;
        Assert.Subset(inventory.Vowels.Concat(inventory.Consonants).ToHashSet(), new HashSet<string> { "y:", "Y:", "OY", "C", "ts", "pF", "x" }); // "ü", "ö", "eu", "ich", "z", "pf", "ach"
        Assert.DoesNotContain("w", inventory.Consonants); // which English has
        Assert.True(inventory.AreAlike("I", "i:") && inventory.AreAlike("u:", "U") && !inventory.AreAlike("aI", "aU") && !inventory.AreAlike("i:", "y:"));
        var (phonemes, random) = (Voices.Phonemes("schöne küche", "de")!, new Random(1));
        var misses = Enumerable.Range(0, 200).Select(_ => NearMisses.Of(phonemes, random, inventory)).ToArray();
        Assert.DoesNotContain($"[[{string.Concat(phonemes)}]]", misses);
        Assert.Contains(misses, miss => miss.Contains("ts") || miss.Contains("pF") || miss.Contains('C'));
        Assert.DoesNotContain(misses, miss => miss.Contains('w'));
    }

    [Fact]
    public void AText_GivesTheWordsAndSentencesOfALanguage()
    {
        using var folder = new TemporaryFolder();
        var words = Enumerable.Range(0, 60).Select(i => $"s{(char)('a' + i / 26)}{(char)('a' + i % 26)}").ToArray();
        File.WriteAllLines(folder.File("text"), [string.Join(' ', words[..20]), "Kun menen, kotiin!", "  ", "12", string.Join(' ', words[20..40]), string.Join(' ', words[40..])]);
        var language = Language.Of("fi", folder.File("text"));
        Assert.Contains("kotiin", language.Words);
        Assert.DoesNotContain("12", language.Words);
        Assert.Equal(4, language.Sentences.Count);
        Assert.All(Enumerable.Range(0, 50), i => Assert.DoesNotContain("kotiin", language.Sentence(new Random(i), ["koti"])));
        File.WriteAllLines(folder.File("short"), ["yksi kaksi kolme"]);
        Assert.Contains("3 different words", Assert.Throws<InvalidDataException>(() => Language.Of("fi", folder.File("short"))).Message);
    }

    [Theory, InlineData(""), InlineData("x"), InlineData("de;rm"), InlineData("Deutsch oder so ungefähr")]
    public void WhatIsNoLanguage_IsRefused(string code) => Assert.Throws<ArgumentException>(() => Language.Of(code));

    [Fact]
    public void ALanguageThatNobodySpeaks_IsTold()
    {
        void Ask() => Voices.Installed(Language.Of("qq"));
        Assert.Contains("'qq'", Assert.Throws<InvalidDataException>(Ask).Message);
    }
}
