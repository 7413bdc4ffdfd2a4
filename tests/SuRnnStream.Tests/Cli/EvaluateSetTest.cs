using System.Text.Json;
using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Which set is judged, who has looked at it before, and whether the model was trained on it.</summary>
public sealed class EvaluateSetTest : CliTest
{
    readonly string _positives, _ledger;

    public EvaluateSetTest()
    {
        (_positives, _ledger) = (Folder.File("positives"), Folder.File("judged.jsonl"));
        for (var i = 0; i < 3; i++) Wav($"positives/low/ann{i}_0.wav", ToneModel.Tone(ToneModel.Low, 1 + 0.1 * i));
    }

    async Task<(JsonElement Set, string Error)> Judged(params string[] options)
    {
        var run = await Run(["evaluate", "--model", ModelPath, "--positives", _positives, "--format", "json", .. options]);
        Assert.Equal(0, run.ExitCode);
        return (Assert.Single(run.Json).GetProperty("judgedSet"), run.Error);
    }

    [Fact]
    public async Task TheSet_IsNamedByItsSoundsAndLabels()
    {
        var hash = (await Judged()).Set.GetProperty("hash").GetString();
        Assert.Matches("^[0-9a-f]{64}$", hash);
        Assert.Equal(hash, (await Judged("--jobs", "1", "--conditions", "clean,quiet")).Set.GetProperty("hash").GetString());
        File.Move(Folder.File("positives/low/ann1_0.wav"), Folder.File("positives/low/new name.wav"));
        Assert.Equal(hash, (await Judged()).Set.GetProperty("hash").GetString());
        Directory.Move(Folder.File("positives/low"), Folder.File("positives/high"));
        Assert.NotEqual(hash, (await Judged()).Set.GetProperty("hash").GetString());
    }

    [Fact]
    public async Task Lock_MarksALookWithOtherSettings_AndNoOther()
    {
        Assert.Equal(0, (await Judged("--lock", _ledger)).Set.GetProperty("earlierLooks").GetArrayLength());
        Assert.Equal(0, (await Judged("--lock", _ledger)).Set.GetProperty("earlierLooks").GetArrayLength()); // the same once more
        var (set, error) = await Judged("--lock", _ledger, "--conditions", "quiet");
        Assert.Equal(2, set.GetProperty("earlierLooks").GetArrayLength());
        Assert.Contains("look 3 at this set", error);
        var table = await Run("evaluate", "--model", ModelPath, "--positives", _positives, "--lock", _ledger, "--conditions", "quiet");
        Assert.Contains(table.Lines, line => line.StartsWith("judged set", StringComparison.Ordinal) && line.Contains("2 looks with other settings"));
        Wav("positives/low/new_0.wav", ToneModel.Tone(ToneModel.Low, 1.5));
        Assert.Equal(0, (await Judged("--lock", _ledger, "--conditions", "quiet")).Set.GetProperty("earlierLooks").GetArrayLength()); // another set
    }

    [Fact]
    public async Task ALedgerThatIsNone_IsOneError()
    {
        File.WriteAllText(_ledger, "not a look\n");
        var run = await Run("evaluate", "--model", ModelPath, "--positives", _positives, "--lock", _ledger);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("line 1 is no look at a judged set", Assert.Single(run.Errors));
    }

    [Fact]
    public async Task JudgedOnItsTraining_IsSaid_ByTheCardOrTheFolder()
    {
        Assert.Equal(JsonValueKind.Null, (await Judged()).Set.GetProperty("leaks").ValueKind);
        var (set, error) = await Judged("--training-folder", _positives);
        Assert.Equal((3, 3, 3), (Int(set, "clips"), Int(set, "knownClips"), Int(set, "knownSpeakers")));
        Assert.Contains("3 of 3 judged sounds and 3 of 3 speakers are of the model's training", error);

        var print = new TrainingPrint();
        print.Add(AudioFile.ReadAll(Folder.File("positives/low/ann1_0.wav"), 16_000), "ann1");
        var card = new Dictionary<string, string>();
        print.WriteTo(card);
        ModelFile.Save(ModelPath, new SuRnnModel(Model.Config, Model.Weights, Model.Defaults, card));
        (set, error) = await Judged();
        Assert.Equal((3, 1, 1), (Int(set, "clips"), Int(set, "knownClips"), Int(set, "knownSpeakers")));
        Assert.Contains("1 of 3 judged sounds", error);
        static int Int(JsonElement set, string name) => set.GetProperty("leaks").GetProperty(name).GetInt32();
    }
}
