using SuRnnStream.Tests;
using SuRnnStream.Training.Data;
using Xunit;
using Make = SuRnnStream.Tests.Support.Sounds;

namespace SuRnnStream.Training.Tests.Data;

public sealed class WordSoundsTest : IDisposable
{
    const int Rate = 16_000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    WordSounds Sounds(int seed = 1) => new(_folder.File($"sounds-{seed}"), Rate, seed);

    void Record(string name, double seconds)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        var samples = Make.Noise(3 * Rate, 0.001);
        var tone = Make.Chirp((int)(seconds * Rate), 400, 900, 0.3, Rate);
        for (var i = 0; i < tone.Length; i++) samples[Rate / 2 + i] += tone[i];
        WavWriter.Write(_folder.File(name), samples, Rate);
    }

    [Fact]
    public void TakeRecordings_OfOneWord_TakesTheFolderItself_AndNamesWhatItLeavesOut()
    {
        Record("mine/a_1.wav", 0.6);
        Record("mine/b_1.wav", 0.6);
        Record("mine/click.wav", 0.02);
        var sounds = Sounds();
        Assert.Equal([2], sounds.TakeRecordings(_folder.File("mine"), ["computer"]));
        Assert.Equal(["a_1.wav", "b_1.wav"], Directory.GetFiles(sounds.Recordings, "*.wav", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
        Assert.Equal(["training", "validation"], Directory.GetDirectories(sounds.Recordings).Select(Path.GetFileName).Order());
        Assert.Contains("click.wav", Assert.Single(sounds.LeftOut));
    }

    [Fact]
    public void TakeRecordings_OfSeveralWords_TakesTheirFolders_AndOthersAsOtherWords()
    {
        foreach (var name in new[] { "all/left/a.wav", "all/right/a.wav", "all/noisy talk/a.wav" }) Record(name, 0.5);
        Record("all/noisy talk/long.wav", 2.2); // only a word has to be short
        var sounds = Sounds();
        Assert.Equal([1, 1], sounds.TakeRecordings(_folder.File("all"), ["left", "right"]));
        Assert.Equal(["left", "noisy talk", "right"], Directory.GetDirectories(Path.Combine(sounds.Recordings, "training")).Select(Path.GetFileName).Order());
        Assert.Empty(sounds.LeftOut);

        var missing = Assert.Throws<InvalidDataException>(() => Sounds(2).TakeRecordings(_folder.File("all"), ["left", "middle"]));
        Assert.Contains("'middle'", missing.Message);
        Assert.Throws<DirectoryNotFoundException>(() => Sounds(3).TakeRecordings(_folder.File("nowhere"), ["left"]));
    }

    [Fact]
    public void Synthesise_SaysTheWordNearMissesOthersAndSentences_TheSameForASeed()
    {
        var (voices, first, second) = (InstalledVoices(), Sounds(4), new WordSounds(_folder.File("again"), Rate, 4));
        first.Synthesise(voices, ["computer"], 6);
        second.Synthesise(voices, ["computer"], 6);

        Assert.Equal(6, Files(first, "computer").Length);
        Assert.Equal(voices.Espeak.Count > 0 ? 6 : 0, Files(first, "nearly computer").Length);
        Assert.NotEmpty(Files(first, "other words"));
        Assert.NotEmpty(Directory.GetFiles(first.Sentences));
        Assert.All(Files(first, "computer"), file => Assert.InRange(Corpus.Read(file, Rate).Length, 0.6 * Rate, 2.2 * Rate));
        Assert.Equal(File.ReadAllBytes(One(first, "computer")), File.ReadAllBytes(One(second, "computer")));
    }

    [Fact]
    public void Phonemes_AreEspeaksNames()
    {
        if (InstalledVoices().Espeak.Count == 0) Assert.Skip("espeak-ng is not installed");
        Assert.Equal(["k", "@", "m", "p", "j", "'u:", "t", "3"], Voices.Phonemes("computer")!);
        Assert.Equal(2, Voices.Phonemes("hey jarvis")!.Count(phoneme => phoneme[0] == '\''));
    }

    static Voices InstalledVoices()
    {
        try { return Voices.Installed(); }
        catch (InvalidDataException none)
        {
            Assert.Skip(none.Message);
            throw;
        }
    }

    static string[] Files(WordSounds sounds, string word) =>
        [.. Directory.GetFiles(sounds.Spoken, "*.wav", SearchOption.AllDirectories).Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == word).Order()];

    [Fact]
    public void Synthesise_KeepsSpeakersForJudging_WithAllThatTheySay()
    {
        var sounds = Sounds(5);
        sounds.Synthesise(InstalledVoices(), ["computer"], 40);
        string[] Speakers(string part) => [.. Directory.GetFiles(Path.Combine(sounds.Spoken, part), "*.wav", SearchOption.AllDirectories).Select(file => Path.GetFileName(file).Split('_')[0]).Distinct()];
        Assert.NotEmpty(Speakers("validation"));
        Assert.Empty(Speakers("validation").Intersect(Speakers("training")));
    }

    static string One(WordSounds sounds, string word) => Files(sounds, word)[0];
}
