using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Tests.Support;
using Xunit;
using static SuRnnStream.Tests.Enrolment.SampleTakes;

namespace SuRnnStream.Tests.Enrolment;

/// <summary>Words from a few takes: what the model then detects, its file, several words, and takes that are of no use.</summary>
public sealed class WordEnrollerTest
{
    static readonly Lazy<SuRnnStream.Evaluation.Enrolment.Enrolment> Stop = new(() => Enroller().Enroll("halt", Of("stop", 5)));

    [Fact]
    public void AWord_IsDetected_AndOthersAreNot()
    {
        Assert.Equal(["halt"], Detect(Stop.Value.Model, Word("stop", 1.01)));
        Assert.Empty(Detect(Stop.Value.Model, Word("yes"), Word("no"), Word("left"), Word("right")));
        Assert.Equal(5, Stop.Value.Report.Takes);
        Assert.InRange(Stop.Value.Report.FoundLeftOut!.Value, 3, 5);
        Assert.InRange(Stop.Value.Report.FalseAlarmsPerHour, 0.49, 0.51);
        Assert.True(Stop.Value.Report.FalseAlarmsAtMost > Stop.Value.Report.FalseAlarmsPerHour);
    }

    [Fact]
    public void TheFile_IsReadAgain_ToTheSameModel()
    {
        var saved = ShippedFile.Saved(Stop.Value.Model);
        var read = ModelFile.Load(new MemoryStream(saved), "again");
        Assert.Equal(saved, ShippedFile.Saved(read));
        Assert.Equal(["halt"], Detect(read, Word("stop")));
        Assert.Equal(6, BitConverter.ToUInt16(saved, 6)); // older readers refuse it instead of never detecting the word
        Assert.InRange(saved.Length, 100_000, 600_000);
    }

    [Fact]
    public void TakesInAnotherOrder_GiveTheSameFile() =>
        Assert.Equal(ShippedFile.Saved(Stop.Value.Model), ShippedFile.Saved(Enroller().Enroll("halt", [.. Of("stop", 5)]).Model));

    [Fact]
    public void Words_AreAddedReplacedAndRemoved()
    {
        var two = Enroller(proposer: Stop.Value.Model).Enroll("hello", Of("right", 4)).Model;
        Assert.Equal(["halt", "hello"], Detect(two, Word("stop"), Word("right")));
        Assert.Equal(["halt", "hello"], two.Config.Words!.Words.Select(word => word.Label));
        var again = Enroller(proposer: two).Enroll("hello", Of("yes", 4)).Model;
        Assert.Equal(["hello", "halt"], Detect(again, Word("yes"), Word("right"), Word("stop")));
        var one = WordEnroller.Remove(again, "hello");
        Assert.Equal(["halt"], Detect(one, Word("yes"), Word("stop")));
        Assert.Equal(ShippedFile.Saved(Stop.Value.Model), ShippedFile.Saved(one));
        Assert.Contains("'halt' is the model's only enrolled word", Assert.Throws<InvalidDataException>(() => WordEnroller.Remove(one, "halt")).Message);
        Assert.Contains("no enrolled word 'hello', only halt", Assert.Throws<InvalidDataException>(() => WordEnroller.Remove(one, "hello")).Message);
    }

    /// <summary>What was kept counts as if it had been named again: to the same bits, through the file too.</summary>
    [Fact]
    public void AWord_GrowsByWhatIsKept_AsIfAllTakesWereNamed()
    {
        using var folder = new TemporaryFolder();
        var all = Of("stop", 6);
        var others = new EnrolmentOptions { Copies = 1, Negatives = [new Take("left", Word("left"))] };
        var first = Enroller(others).Enroll("halt", [.. all.Take(4)]);
        first.Takes!.Save(folder.File("halt.takes"));
        var kept = EnrolledTakes.Load(folder.File("halt.takes"));
        Assert.Equal(["halt"], kept.Words);
        Assert.Equal(4, kept.TakesOf("halt"));
        var grown = Enroller(proposer: first.Model).Enroll("halt", [.. all.Skip(4)], kept);
        Assert.Equal(ShippedFile.Saved(Enroller(others, first.Model).Enroll("halt", all).Model), ShippedFile.Saved(grown.Model));
        Assert.Equal(6, grown.Takes!.TakesOf("halt"));
        Assert.Equal((6, 6), (grown.Change!.Takes, grown.Change.FoundNow));
        Assert.InRange(grown.Change.Negatives, 1, 3);
        Assert.True(grown.Change.Hours > 0.5);
        Assert.Null(first.Change);
        Assert.Equal(6, Enroller(proposer: first.Model).Enroll("halt", [.. all.Skip(2)], kept).Takes!.TakesOf("halt")); // named again: not twice
        Assert.Empty(kept.Without("halt").Words);
        grown.Takes.Save(folder.File("grown.takes"));
        EnrolledTakes.Load(folder.File("grown.takes")).Save(folder.File("again.takes"));
        Assert.Equal(File.ReadAllBytes(folder.File("grown.takes")), File.ReadAllBytes(folder.File("again.takes")));
    }

    [Theory]
    [InlineData("{", "")]
    [InlineData("null", "it is null")]
    [InlineData("""{"format":"other","space":"","size":128,"voiceSize":32,"words":[]}""", "its format is another")]
    [InlineData("""{"format":"surnn takes 1","space":"","size":4,"voiceSize":32,"words":[]}""", "its sizes are outside")]
    [InlineData("""{"format":"surnn takes 1","space":"","size":8,"voiceSize":8,"words":[{"label":"a","takes":[{"name":"x","weight":1,"vectors":"AAAA"}],"others":[]}]}""", "no whole vectors")]
    [InlineData("""{"format":"surnn takes 1","space":"","size":8,"voiceSize":8,"words":[{"label":"a","takes":[{"name":"x","weight":1,"vectors":""}],"others":[]}]}""", "x has no vector")]
    [InlineData("""{"format":"surnn takes 1","space":"","size":8,"voiceSize":8,"words":[{"label":"a","takes":[{"name":"x","weight":0,"vectors":""}],"others":[]}]}""", "the weight 0")]
    public void DamagedKeptTakes_AreRefused_WithTheirName(string text, string why)
    {
        var message = Assert.Throws<InvalidDataException>(() => EnrolledTakes.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), "my.takes")).Message;
        Assert.StartsWith("my.takes: these are no kept takes, or they are damaged", message);
        Assert.Contains(why, message);
    }

    [Fact]
    public void KeptTakesOfAnotherSpace_AreRefused() =>
        Assert.Contains("another word space", Assert.Throws<InvalidDataException>(() => Enroller().Enroll("halt", Of("stop", 2), EnrolledTakes.Load(new MemoryStream([.. """{"format":"surnn takes 1","space":"0","size":128,"voiceSize":32,"words":[]}"""u8]), "x"))).Message);

    [Fact]
    public void AFrame_AllocatesNothing()
    {
        float[] sound = [.. Word("stop"), .. Word("yes"), .. Sounds.Noise(Rate, 0.0005)];
        var detector = new StreamingDetector(Stop.Value.Model);
        detector.Process(sound, _ => { });
        Assert.Equal(0, Allocations.Of(() => detector.Process(sound, _ => { })));
    }

    [Fact]
    public void Threshold_OfTheDetector_IsTheWords()
    {
        float[] sound = [.. Word("stop"), .. new float[Rate]];
        var found = new List<Detection>();
        new StreamingDetector(Stop.Value.Model).Process(sound, found.Add);
        var above = MathF.BitIncrement(Assert.Single(found).Score);
        found.Clear();
        var strict = Stop.Value.Model.Defaults with { Thresholds = new Dictionary<string, float> { ["halt"] = above } };
        var candidates = new List<Candidate>();
        var detector = new StreamingDetector(Stop.Value.Model, strict) { OnCandidate = candidates.Add };
        detector.Process(sound, found.Add);
        Assert.Empty(found);
        Assert.Contains(candidates, candidate => candidate.Outcome == CandidateOutcome.BelowThreshold && candidate.Threshold == above);
        detector.Retune(Stop.Value.Model.Defaults);
        detector.Process(sound, found.Add);
        Assert.Equal("halt", Assert.Single(found).Label);
    }

    [Fact]
    public void Settings_SayWhatEachThresholdIsWorth_AndTheModelKeepsTheOneChosen()
    {
        var settings = Stop.Value.Settings();
        Assert.Equal(settings.OrderBy(setting => setting.Threshold), settings);
        foreach (var (lower, higher) in settings.Zip(settings.Skip(1)))
        {
            Assert.True(higher.FalseAlarmsPerHour <= lower.FalseAlarmsPerHour && higher.FoundLeftOut <= lower.FoundLeftOut);
            Assert.True(lower.FalseAlarmsAtMost >= lower.FalseAlarmsPerHour);
        }
        var own = settings.Single(setting => setting.Threshold == 0.5f);
        Assert.Equal((Stop.Value.Report.FoundLeftOut, Stop.Value.Report.FalseAlarmsPerHour, Stop.Value.Report.FalseAlarmsAtMost), (own.FoundLeftOut, own.FalseAlarmsPerHour, own.FalseAlarmsAtMost));

        var strict = Stop.Value.At(settings[^1]);
        Assert.Equal(0.99f, strict.Defaults.Thresholds["halt"]);
        Assert.NotEqual(Stop.Value.Model.Card["enrolled halt"], strict.Card["enrolled halt"]);
        var two = Enroller(proposer: strict).Enroll("hello", Of("right", 3)).Model;
        Assert.Equal(["halt"], two.Defaults.Thresholds.Keys); // it used to be forgotten when a word was added
        Assert.Empty(Enroller(proposer: strict).Enroll("halt", Of("stop", 3)).Model.Defaults.Thresholds);
    }

    [Fact]
    public void Negatives_OfOnesOwn_AreNotAccepted()
    {
        var with = Enroller(new() { Copies = 1, Negatives = [new Take("near", Word("stop"))] }).Enroll("halt", Of("stop", 5));
        Assert.InRange(with.Report.OwnNegatives, 1, 10);
        Assert.Contains("in your own negatives", with.Report.ToString());
    }

    [Fact]
    public void OnlyMe_KeepsAVoice_AndSaysWhoElsePasses()
    {
        var mine = Enroller(new() { Copies = 2, OnlyMe = true }).Enroll("halt", Of("stop", 5));
        Assert.InRange(mine.Model.Config.Words!.Words[0].VoiceLimit, -0.99f, 1f);
        Assert.InRange(mine.Report.OtherVoices, 0, 0.99);
        Assert.Equal(["halt"], Detect(mine.Model, Word("stop")));
        Assert.Contains("too few to know a voice by", Assert.Throws<InvalidDataException>(() => Enroller(new() { OnlyMe = true }).Enroll("halt", Of("stop", 2))).Message);
    }

    [Fact]
    public void TakesOfDifferentWords_AreNamed()
    {
        Take[] takes = [.. Of("stop", 4), new Take("other.wav", Word("left"))];
        var odd = Assert.Throws<InvalidDataException>(() => Enroller().Enroll("halt", takes)).Message;
        Assert.StartsWith("other.wav: unlike the other takes of 'halt'", odd);
        string[] words = ["stop", "left", "yes", "no", "right"];
        Assert.StartsWith("the takes of 'halt' do not resemble each other", Assert.Throws<InvalidDataException>(() => Enroller().Enroll("halt", [.. words.Select(word => new Take(word, Word(word)))])).Message);
    }

    /// <summary>*up* and *off* are not: short, by the same voice, and with sounds of *stop*.</summary>
    [Theory, InlineData("yes"), InlineData("no"), InlineData("down"), InlineData("left"), InlineData("right"), InlineData("on"), InlineData("go")]
    public void TakeOfAnotherWord_IsRefused_OrRemarkedOn(string other)
    {
        IReadOnlyList<string> told;
        try
        {
            told = Enroller().Enroll("halt", [.. Of("stop", 4), new Take("other.wav", Word(other))]).Report.Remarks;
        }
        catch (InvalidDataException refused)
        {
            told = [refused.Message];
        }
        Assert.Contains(told, line => line.StartsWith("other.wav: ", StringComparison.Ordinal));
        Assert.DoesNotContain(Enroller().Enroll("halt", Of("stop", 5)).Report.Remarks, line => line.Contains("less like", StringComparison.Ordinal));
    }

    [Fact]
    public void TakesOfNoUse_AreNamed()
    {
        Assert.Equal("there is no take of 'halt': record it a few times, best ten", Assert.Throws<InvalidDataException>(() => Enroller().Enroll("halt", [])).Message);
        Assert.StartsWith("silent.wav: no word is detected in it", Assert.Throws<InvalidDataException>(() => Enroller().Enroll("halt", [new Take("silent.wav", new float[Rate])])).Message);
        Assert.Contains("trained label 'stop'", Assert.Throws<InvalidDataException>(() => Enroller().Enroll("stop", Of("stop", 3))).Message);
        Assert.Contains("1 take is little", Assert.Single(Enroller().Enroll("halt", Of("stop", 1)).Report.Remarks));
        Assert.Null(Enroller().Enroll("halt", Of("stop", 1)).Report.FoundLeftOut);
    }

    [Theory]
    [InlineData("FalseAlarmsPerHour is 0, but must be 0.01 to 100", 0, 4)]
    [InlineData("Copies is 21, but must be 0 to 20", 0.5, 21)]
    public void Options_OutsideTheirRange_AreRefused(string message, double alarms, int copies) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Enroller(new() { FalseAlarmsPerHour = alarms, Copies = copies })).Message);

    [Fact]
    public void AModelWithAnotherFrontEnd_IsRefused() =>
        Assert.Contains("front end", Assert.Throws<ArgumentException>(() => Enroller(proposer: ToneModel.Build())).Message);
}
