using SuRnnStream.Tests;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using Xunit;

namespace SuRnnStream.Training.Tests.Judging;

public sealed class JudgingDataTest : IDisposable
{
    static readonly string Judge = SpeakerSplit.Speakers(SpeakerSplit.Commands, Purpose.Reporting)[0];
    static readonly string Chooser = SpeakerSplit.Speakers(SpeakerSplit.Commands, Purpose.Choosing)[0];
    static readonly string Learner = SpeakerSplit.Speakers(SpeakerSplit.Commands, Purpose.Training)[0];
    const string Stranger = "ffffffff";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lists_GiveEverySpeakerOnePurpose_InTheSizesOfTheDesign()
    {
        int Count(string set, Purpose purpose) => SpeakerSplit.Speakers(set, purpose).Count;
        Assert.Equal((40, 17, 35), (Count(SpeakerSplit.Commands, Purpose.Reporting), Count(SpeakerSplit.Commands, Purpose.Choosing), Count(SpeakerSplit.Commands, Purpose.Training)));
        Assert.Equal((3, 2), (Count(SpeakerSplit.SpeechNegatives, Purpose.Reporting), Count(SpeakerSplit.SpeechNegatives, Purpose.Choosing)));
        Assert.Equal((35, 35), (Count(SpeakerSplit.SpeechMore, Purpose.Reporting), Count(SpeakerSplit.SpeechMore, Purpose.Choosing)));
        foreach (var set in new[] { SpeakerSplit.Commands, SpeakerSplit.SpeechNegatives, SpeakerSplit.SpeechMore })
        {
            string[] all = [.. Enum.GetValues<Purpose>().SelectMany(purpose => SpeakerSplit.Speakers(set, purpose))];
            Assert.Equal(all.Length, all.Distinct().Count());
        }
    }

    [Fact]
    public void Clips_FollowTheSpeaker_NotTheFolder()
    {
        foreach (var speaker in new[] { Judge, Chooser, Learner, Stranger }) Touch($"data/speech-commands/training/stop/{speaker}_nohash_0.wav");
        foreach (var speaker in new[] { Judge, Learner, "eeeeeeee" }) Touch($"data/speech-commands/validation/bed/{speaker}_nohash_0.wav");
        foreach (var speaker in new[] { Chooser, Learner }) Touch($"data/commands-dev/train/yes/{speaker}_nohash_1.wav");
        Touch($"data/commands-dev/judge/_unknown_/backward_{Judge}_nohash_3.wav");
        Touch("data/commands-dev/judge/_silence_/12.wav");
        var data = new JudgingData(_folder.File("data"));
        static string[] Text(IEnumerable<SplitClip> clips) => [.. clips.Select(clip => $"{clip.Speaker} {clip.Label} {clip.Word}").Order(StringComparer.Ordinal)];
        Assert.Equal([.. new[] { $"{Learner} stop stop", $"{Learner} yes yes", $"{Stranger} stop stop" }.Order(StringComparer.Ordinal)], Text(data.Clips(Purpose.Training)));
        Assert.Equal([.. new[] { $"{Chooser} yes yes", "eeeeeeee unknown bed" }.Order(StringComparer.Ordinal)], Text(data.Clips(Purpose.Choosing)));
        Assert.Equal([.. new[] { " silence silence", $"{Judge} unknown backward" }.Order(StringComparer.Ordinal)], Text(data.Clips(Purpose.Reporting)));
    }

    [Fact]
    public void Silence_OfCommandsDevTrain_IsDealtOutByName()
    {
        Directory.CreateDirectory(_folder.File("data/speech-commands/training"));
        Directory.CreateDirectory(_folder.File("data/speech-commands/validation"));
        for (var i = 0; i < 60; i++) Touch($"data/commands-dev/train/_silence_/{i}.wav");
        var data = new JudgingData(_folder.File("data"));
        string[] training = [.. data.Clips(Purpose.Training).Select(clip => clip.File)], choosing = [.. data.Clips(Purpose.Choosing).Select(clip => clip.File)];
        Assert.Equal(60, training.Union(choosing).Count());
        Assert.Empty(training.Intersect(choosing));
        Assert.InRange(choosing.Length, 10, 30);
    }

    [Fact]
    public void Speech_IsListedByKindAndTranscript()
    {
        var (reader, chooser) = (SpeakerSplit.Speakers(SpeakerSplit.SpeechNegatives, Purpose.Reporting)[0], SpeakerSplit.Speakers(SpeakerSplit.SpeechNegatives, Purpose.Choosing)[0]);
        Touch($"data/speech-negatives/{reader}-1-2.wav");
        Touch($"data/speech-negatives/{chooser}-1-2.wav");
        Touch("data/speech-negatives/9999-1-2.wav");
        string[] kept = [.. SpeakerSplit.Speakers(SpeakerSplit.SpeechMore, Purpose.Reporting)];
        var (so, tel, ls) = (kept.First(id => id.StartsWith("so")), kept.First(id => id.StartsWith("tel")), kept.First(id => id.StartsWith("ls")));
        Write("more/speech-more/manifest.tsv", $"file\tlabel\tspeaker\tsplit\n{so}_1.wav\tread\t{so}\tvalidation\n{tel}_1.wav\tx\t{tel}\tvalidation\n{ls}_1.wav\tread\t{ls}\tvalidation\nso1_1.wav\tread\tso1\ttraining\n");
        Write("more/speech-more/transcripts.tsv", $"file\tcommands\ttext\n{so}_1.wav\t-\tcats\n{tel}_1.wav\tgo on\tgo on then\nso1_1.wav\t-\t\"quoted\n");
        var data = new JudgingData(_folder.File("data"), _folder.File("more"));
        Assert.Equal([(reader, SpeechKind.Read, false), (so, SpeechKind.NonNative, false), (tel, SpeechKind.Telephone, true), (ls, SpeechKind.Untranscribed, false)],
            data.Speech(Purpose.Reporting).Select(one => (one.Speaker, one.Kind, one.HasCommand)));
        Assert.Equal([chooser], data.Speech(Purpose.Choosing).Select(one => one.Speaker));
        Assert.Equal(["9999", "so1"], data.Speech(Purpose.Training).Select(one => one.Speaker));
    }

    [Fact]
    public void Noise_PartsDoNotOverlap()
    {
        Touch("data/speech-commands/background_noise/fan.wav");
        var data = new JudgingData(_folder.File("data"));
        float[] recording = [.. Enumerable.Range(0, 100).Select(i => (float)i)];
        Assert.Equal(recording, new[] { Purpose.Training, Purpose.Choosing, Purpose.Reporting }.SelectMany(purpose => data.Noise(purpose).Single().Cut(recording)));
    }

    [Fact]
    public void WakeWordFolds_HoldWhatTheWordCommandHoldsBack_First()
    {
        for (var i = 0; i < 200; i++) Touch($"data/wake-words/alexa/{i}.wav");
        var words = new JudgingData(_folder.File("data")).WakeWords();
        Assert.Equal(200, words.Count);
        Assert.All(words, word => Assert.Equal(Corpus.IsHeldBack(word.File, 0.2), word.Fold == 0));
        for (var fold = 0; fold < JudgingData.WakeWordFolds; fold++) Assert.InRange(words.Count(word => word.Fold == fold), 20, 60);
    }

    [Fact]
    public void MissingFolders_NameWhatToUnpack()
    {
        var data = new JudgingData(_folder.File("data"), _folder.File("more"));
        Assert.Contains("unpack.sh " + _folder.File("data") + " commands-dev", Assert.Throws<DirectoryNotFoundException>(() => data.Clips(Purpose.Reporting)).Message);
        Assert.Contains("speech-negatives", Assert.Throws<DirectoryNotFoundException>(() => data.Speech(Purpose.Reporting)).Message);
        Touch("data/speech-negatives/1-1.wav");
        Assert.Contains("more-speech.py MIRROR", Assert.Throws<DirectoryNotFoundException>(() => data.Speech(Purpose.Reporting)).Message);
        Write("more/speech-more/manifest.tsv", "file\tspeaker\n");
        Assert.Contains("transcripts.tsv", Assert.Throws<InvalidDataException>(() => data.Speech(Purpose.Reporting)).Message);
        Write("more/speech-more/transcripts.tsv", "file\tcommands\n");
        Assert.Contains("'split'", Assert.Throws<InvalidDataException>(() => data.Speech(Purpose.Reporting)).Message);
        Write("more/speech-more/manifest.tsv", "file\tspeaker\tsplit\na\tb\n");
        Assert.Contains("line 2", Assert.Throws<InvalidDataException>(() => data.Speech(Purpose.Reporting)).Message);
    }

    [Fact]
    public void RealData_HasNoSpeakerInTwoPurposes()
    {
        var data = new JudgingData(Path.GetDirectoryName(Recordings.Folder("commands-dev"))!);
        var speakers = Enum.GetValues<Purpose>().ToDictionary(purpose => purpose, purpose => data.Clips(purpose).Select(clip => clip.Speaker).Where(id => id.Length > 0).ToHashSet());
        Assert.Equal(40, speakers[Purpose.Reporting].Count);
        Assert.Equal(1_299, data.Clips(Purpose.Reporting).Count);
        Assert.Empty(speakers[Purpose.Training].Intersect(speakers[Purpose.Choosing]));
        Assert.Empty(speakers[Purpose.Training].Intersect(speakers[Purpose.Reporting]));
        Assert.Empty(speakers[Purpose.Choosing].Intersect(speakers[Purpose.Reporting]));
    }

    void Touch(string name) => Write(name, "");

    void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.WriteAllText(_folder.File(name), text);
    }
}
