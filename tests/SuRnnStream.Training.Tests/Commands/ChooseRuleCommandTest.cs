using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

/// <summary>The words of the shipped recording as those of choosing speakers.</summary>
public sealed class ChooseRuleCommandTest
{
    static TinyJudging ByChoosingSpeakers()
    {
        var tiny = new TinyJudging();
        var (judge, i) = (Path.Combine(tiny.Root, "commands-dev", "judge"), 0);
        foreach (var file in Directory.GetFiles(judge, "*.wav", SearchOption.AllDirectories).Where(file => !file.Contains("_silence_", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var word = Path.GetFileName(Path.GetDirectoryName(file)!) is var label && label == "_unknown_" ? "bed" : label;
            var to = Path.Combine(tiny.Root, "speech-commands", "validation", word, $"{(i++ % 2 == 0 ? "aaaaaaaa" : "bbbbbbbb")}_nohash_0.wav");
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
        Directory.CreateDirectory(Path.Combine(tiny.Root, "commands-dev", "train"));
        var chooser = SpeakerSplit.Speakers(SpeakerSplit.SpeechNegatives, Purpose.Choosing)[0];
        foreach (var file in Directory.GetFiles(Path.Combine(tiny.Root, "speech-negatives"))) File.Copy(file, file.Replace(TinyJudging.Reader, chooser));
        return tiny;
    }

    [Fact]
    public void Choose_WritesTheModelWithTheBestSettingsThatKeepTheBars()
    {
        using var tiny = ByChoosingSpeakers();
        var (model, output) = (Shipped.File("models/commands-small.surnn"), tiny.File("chosen.surnn"));
        Assert.Equal(0, new ChooseRuleCommand().Choose(model, output, tiny.Root, before: "0.25", lookBack: "0.4,2", calm: "120", note: "chosen on ten words"));
        var (was, chosen) = (ModelFile.Load(model), ModelFile.Load(output));
        Assert.Equal((GateRule.Bursts, 0.25f, TimeSpan.FromMilliseconds(120)), (chosen.Defaults.Rule, chosen.Defaults.Burst.Before, chosen.Defaults.Burst.Calm));
        Assert.Equal("chosen on ten words", chosen.Card["rule"]);

        // What was chosen is the better of both by the printed cost, and no lower threshold keeps the bars.
        var scenes = new CommandScenes(tiny.Data, Purpose.Choosing, new JudgedModel("", was).Labels, TinyJudging.Rate, new ParallelOptions());
        var choice = new RuleChoice(scenes, new JudgedModel("", was), trainingSpeech: false, new ParallelOptions(), _ => { });
        RuleCounts With(double lookBack) => choice.AtLowestThreshold(chosen.Defaults with { Burst = chosen.Defaults.Burst with { LookBack = TimeSpan.FromSeconds(lookBack) } })!.Value.Counts;
        var (near, far) = (With(0.4), With(2));
        Assert.Equal(near.Cost <= far.Cost ? 0.4 : 2, chosen.Defaults.Burst.LookBack.TotalSeconds);
        var counts = choice.Count(chosen.Defaults);
        Assert.True(counts.IsAllowed);
        Assert.Equal(Math.Min(near.Cost, far.Cost), counts.Cost, 9);
        Assert.InRange(counts.Missed, 0, 0.3);
        Assert.All(counts.MissedAfter, missed => Assert.InRange(missed, counts.Missed - 0.3, 1));
        Assert.True(chosen.Defaults.Threshold <= 0.05f || !choice.Count(chosen.Defaults with { Threshold = chosen.Defaults.Threshold - 0.03f }).IsAllowed);
    }

    [Fact]
    public void ByLabel_LowersTheCost_WithinTheBars()
    {
        using var tiny = ByChoosingSpeakers();
        var model = new JudgedModel("", ModelFile.Load(Shipped.File("models/commands-small.surnn")));
        var scenes = new CommandScenes(tiny.Data, Purpose.Choosing, model.Labels, TinyJudging.Rate, new ParallelOptions());
        var choice = new RuleChoice(scenes, model, trainingSpeech: false, new ParallelOptions(), _ => { });
        var high = model.Model.Defaults.With(GateRule.Bursts) with { Threshold = 0.85f };
        var start = choice.Count(high);
        Assert.True(start.IsAllowed && start.Cost > 0.1, $"{start.Cost}");
        var (options, counts) = choice.ByLabel((high, start), model.Labels);
        Assert.True(counts.IsAllowed && counts.Cost < start.Cost, $"{counts.Cost} after {start.Cost}");
        Assert.Equal(counts.Cost, choice.Count(options).Cost, 9);
        Assert.Equal(0.85f, options.Threshold);
        Assert.NotEmpty(options.Thresholds);
        Assert.All(options.Thresholds, one => Assert.InRange(one.Value, 0.04f, 0.9f));
    }

    [Fact]
    public void Choose_OfWhatCannotBe_SaysWhy()
    {
        var command = new ChooseRuleCommand();
        Assert.Contains("'much' of --before", Assert.Throws<ArgumentException>(() => command.Choose(Shipped.File("models/commands-small.surnn"), data: "nowhere", before: "0.25,much")).Message);
        Assert.Contains("recordings of yes, no", Assert.Throws<ArgumentException>(() => command.Choose(Shipped.File("models/wake-words.surnn"), data: "nowhere")).Message);
        Assert.Contains("add-verifier", Assert.Throws<ArgumentException>(() => command.Choose(Shipped.File("models/commands.surnn"), data: "nowhere")).Message);
        Assert.Contains("unpack.sh", Assert.Throws<DirectoryNotFoundException>(() => command.Choose(Shipped.File("models/commands-small.surnn"), data: "nowhere")).Message);
    }
}
