using SuRnnStream.Evaluation;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Data;

public sealed class CorpusTest : IDisposable
{
    const int Rate = TinyCorpus.Rate;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SplitFolders_GiveTrainingAndHeldBackClips()
    {
        using var tiny = new TinyCorpus();
        Assert.Equal(TinyCorpus.Words, Corpus.LabelsIn(tiny.Data));
        var corpus = tiny.Load();
        Assert.Equal(["silence", "unknown", .. TinyCorpus.Words], corpus.Labels);
        foreach (var label in new[] { 2, 3, 4 })
        {
            Assert.Equal(8, corpus.Training.Count(clip => clip.Label == label));
            Assert.Equal(4, corpus.Validation.Count(clip => clip.Label == label));
        }
        Assert.Equal(16 * Rate, Assert.Single(corpus.TrainingNoise).Length); // the end of every background is kept for judging
        Assert.Equal(4 * Rate, Assert.Single(corpus.ValidationNoise).Length);
    }

    [Fact]
    public void Print_KnowsTheTrainingsClipsAgain_AndNoHeldBackOnes()
    {
        using var tiny = new TinyCorpus();
        var corpus = tiny.Load();
        var card = new Dictionary<string, string>();
        corpus.Print.WriteTo(card);
        var print = TrainingPrint.Of(card)!;
        Assert.Equal((1, 1), print.Clips([SoundHash.Of(corpus.Training[0].Samples)]));
        Assert.Equal((1, 0), print.Clips([SoundHash.Of(corpus.Validation[0].Samples)]));
    }

    [Fact]
    public void Labels_OtherFoldersAreUnknown_AndSilenceIsSilence()
    {
        foreach (var name in new[] { "yes", "no", "cat", "unknown", "silence", "_background_noise_" }) Write($"data/{name}/{TrainingSpeaker}_1.wav");
        Assert.Equal(["cat", "no", "yes"], Corpus.LabelsIn(Folder("data")));
        var corpus = Load(["yes", "no"]);
        Assert.Equal([0, 1, 1, 2, 3], corpus.Training.Select(clip => clip.Label).Order());
        Assert.Single(corpus.TrainingNoise);
    }

    [Fact]
    public void WithoutSplitFolders_ASpeakerIsOnOneSide()
    {
        for (var speaker = 0; speaker < 60; speaker++)
            foreach (var word in new[] { "yes", "no" })
                for (var n = 0; n < 2; n++) Write($"data/{word}/{speaker:x8}_nohash_{n}.wav", level: (speaker + 1) / 100f);
        var corpus = Load(["yes", "no"]);
        static int[] Speakers(IEnumerable<Clip> clips) => [.. clips.Select(clip => (int)Math.Round(100 * clip.Samples[0]) - 1).Distinct().Order()];
        int[] training = Speakers(corpus.Training), heldBack = Speakers(corpus.Validation);
        Assert.Empty(training.Intersect(heldBack));
        Assert.Equal(Enumerable.Range(0, 60), training.Concat(heldBack).Order());
        Assert.InRange(heldBack.Length, 1, 15); // about a tenth
        Assert.All(heldBack, speaker => Assert.Equal(4, corpus.Validation.Count(clip => (int)Math.Round(100 * clip.Samples[0]) - 1 == speaker)));
    }

    [Fact]
    public void HeldBackSpeakers_AreAboutATenth()
    {
        var heldBack = Enumerable.Range(0, 5_000).Count(speaker => Corpus.IsHeldBack($"/somewhere/{speaker:x8}_nohash_0.wav"));
        Assert.InRange(heldBack, 400, 620);
    }

    [Fact]
    public void ExtraFolders_AreForTrainingOnly()
    {
        Write($"data/yes/{TrainingSpeaker}_1.wav");
        for (var speaker = 0; speaker < 60; speaker++) Write($"more/yes/{speaker}_1.wav");
        Write("more/background_noise/street.wav", samples: 10_000);
        var corpus = Corpus.Load(new CorpusFolders { Data = Folder("data"), Extra = [Folder("more")], Words = ["yes"] }, Rate);
        Assert.Equal(61, corpus.Training.Count);
        Assert.Empty(corpus.Validation);
        Assert.Equal(10_000, Assert.Single(corpus.TrainingNoise).Length);
        Assert.Empty(corpus.ValidationNoise);
    }

    [Fact]
    public void UnknownFolders_AreUnknownWhateverTheirName_AndKindsOfTheirOwn()
    {
        Write($"data/yes/{TrainingSpeaker}_1.wav");
        Write($"data/cat/{TrainingSpeaker}_1.wav");
        Write("arabic/yes/1_1.wav");
        Write("arabic/yes/2_1.wav");
        var corpus = Corpus.Load(new CorpusFolders { Data = Folder("data"), Unknown = [Folder("arabic")], Words = ["yes"] }, Rate);
        Assert.Equal([(1, 0), (1, 2), (1, 2), (2, 1)], corpus.Training.Select(clip => (clip.Label, clip.Kind)).Order());
        Assert.Equal(["cat", "yes"], corpus.Kinds[..2]);
        Assert.Empty(corpus.Validation);
    }

    [Fact]
    public void ExtraSpeechAndHardNegatives_AreForTrainingOnly()
    {
        Write($"data/yes/{TrainingSpeaker}_1.wav");
        for (var speaker = 0; speaker < 11; speaker++)
        {
            Write($"read/{speaker}-1.wav");
            Write($"more/{speaker}-1.wav");
        }
        Write("hard/yes-0001.wav");
        var folders = new CorpusFolders { Data = Folder("data"), Words = ["yes"], Speech = Folder("read"), ExtraSpeech = [Folder("more")], HardNegatives = Folder("hard") };
        var corpus = Corpus.Load(folders, Rate);
        Assert.Equal((6 + 11, 5, 1), (corpus.TrainingSpeech.Count, corpus.KeptSpeech.Count, corpus.HardNegatives.Count));
        Assert.Equal(17, Corpus.TrainingSpeechIn(folders.Speech, folders.ExtraSpeech, Rate).Count);
        foreach (var wrong in new[] { folders with { HardNegatives = Folder("gone") }, folders with { ExtraSpeech = [Folder("gone")] }, folders with { Unknown = [Folder("gone")] } })
            Assert.Contains(Folder("gone"), Assert.Throws<DirectoryNotFoundException>(() => Corpus.Load(wrong, Rate)).Message);
    }

    [Fact]
    public void FiveSpeakersOfRunningSpeech_AreNeverInTraining()
    {
        Write($"data/yes/{TrainingSpeaker}_1.wav");
        for (var speaker = 0; speaker < 12; speaker++)
            for (var n = 0; n < 3; n++) Write($"speech/{speaker}-{n}-{100 + n}.wav", level: (speaker + 1) / 100f);
        var corpus = Corpus.Load(new CorpusFolders { Data = Folder("data"), Words = ["yes"], Speech = Folder("speech") }, Rate);
        static int[] Speakers(IEnumerable<float[]> speech) => [.. speech.Select(samples => (int)Math.Round(100 * samples[0])).Distinct()];
        Assert.Equal(5, Speakers(corpus.KeptSpeech).Length);
        Assert.Equal(7, Speakers(corpus.TrainingSpeech).Length);
        Assert.Empty(Speakers(corpus.KeptSpeech).Intersect(Speakers(corpus.TrainingSpeech)));
        Assert.Equal(36, corpus.KeptSpeech.Count + corpus.TrainingSpeech.Count);
    }

    [Fact]
    public void KeptSpeakersAndListedClips_AreLeftOut()
    {
        string First(Purpose purpose) => SpeakerSplit.Speakers(SpeakerSplit.Commands, purpose)[0];
        foreach (var part in new[] { "training", "validation" })
            foreach (var speaker in new[] { First(Purpose.Training), First(Purpose.Choosing), First(Purpose.Reporting), "ffffffff" }) Write($"speech-commands/{part}/stop/{speaker}_nohash_0.wav");
        Write("speech-commands/training/stop/eeeeeeee_nohash_0.wav");
        Directory.CreateDirectory(Folder("commands-dev"));
        File.WriteAllLines(Folder("commands-dev/not-for-training.txt"), ["training/stop/eeeeeeee_nohash_0.wav", "training/go/ffffffff_nohash_0.wav"]);
        var folders = new CorpusFolders { Data = Folder("speech-commands"), Words = ["stop"] };
        var corpus = Corpus.Load(folders, Rate);
        Assert.Equal((2, 3), (corpus.Training.Count, corpus.Validation.Count)); // training: the split's training speaker and ffffffff; validation: the choosing one too

        var kept = SpeakerSplit.Speakers(SpeakerSplit.SpeechMore, Purpose.Choosing)[0];
        Write($"speech-more/{kept}_1.wav");
        Write("speech-more/so1_1.wav");
        Assert.Single(Corpus.TrainingSpeechIn(null, [Folder("speech-more")], Rate));
    }

    [Fact]
    public void OtherRates_BecomeTheModels()
    {
        using var tiny = new TinyCorpus();
        tiny.Write("data/training/up/slow.wav", Sounds.Tone(8_000, 440, 0.5, 8_000), rate: 8_000);
        var clip = tiny.Load().Training.Single(clip => clip.Label == 4 && clip.Samples.Length > 15_000);
        Assert.InRange(clip.Samples.Length, 15_900, 16_100);
    }

    [Fact]
    public void MissingFolders_AreNamed()
    {
        Write($"data/yes/{TrainingSpeaker}_1.wav");
        string Message(CorpusFolders folders) => Assert.Throws<DirectoryNotFoundException>(() => Corpus.Load(folders, Rate)).Message;
        Assert.Contains(Folder("nowhere"), Message(new() { Data = Folder("nowhere"), Words = ["yes"] }));
        Assert.Contains(Folder("nowhere"), Message(new() { Data = Folder("data"), Words = ["yes"], Extra = [Folder("nowhere")] }));
        Assert.Contains(Folder("nowhere"), Message(new() { Data = Folder("data"), Words = ["yes"], Speech = Folder("nowhere") }));
        Assert.Contains(Folder("nowhere"), Assert.Throws<DirectoryNotFoundException>(() => Corpus.LabelsIn(Folder("nowhere"))).Message);
        Directory.CreateDirectory(Folder("half/training"));
        Assert.Contains(Folder("half/validation"), Message(new() { Data = Folder("half"), Words = [] }));
    }

    [Fact]
    public void LabelWithoutClips_IsNamed_WithTheFolderToFill()
    {
        Write($"data/yes/{TrainingSpeaker}_1.wav");
        string Message(string data) => Assert.Throws<InvalidDataException>(() => Corpus.Load(new() { Data = Folder(data), Words = ["yes", "no"] }, Rate)).Message;
        Assert.Contains("'no'", Message("data"));
        Assert.Contains(Folder("data/no"), Message("data"));
        Write("split/training/yes/1.wav");
        Directory.CreateDirectory(Folder("split/validation"));
        Assert.Contains(Folder("split/training/no"), Message("split"));
    }

    [Fact]
    public void UnreadableWav_IsNamed()
    {
        Write($"data/yes/{TrainingSpeaker}_1.wav");
        File.WriteAllText(Folder("data/yes/broken.wav"), "This is no sound.");
        Assert.Contains(Folder("data/yes/broken.wav"), Assert.Throws<InvalidAudioException>(() => Load(["yes"])).Message);
    }

    [Fact]
    public void WavWithoutSamples_IsNamed()
    {
        Write($"data/yes/{TrainingSpeaker}_1.wav");
        Write("data/yes/empty.wav", samples: 0);
        Assert.Contains(Folder("data/yes/empty.wav"), Assert.Throws<InvalidDataException>(() => Load(["yes"])).Message);
    }

    static readonly string TrainingSpeaker = Enumerable.Range(0, 100).Select(n => $"{n}").First(name => !Corpus.IsHeldBack(name));

    Corpus Load(string[] words) => Corpus.Load(new CorpusFolders { Data = Folder("data"), Words = words }, Rate);

    string Folder(string name) => _folder.File(name);

    void Write(string name, float level = 0.1f, int samples = 400)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder(name))!);
        WavWriter.Write(Folder(name), Enumerable.Repeat(level, samples).ToArray(), Rate);
    }
}
