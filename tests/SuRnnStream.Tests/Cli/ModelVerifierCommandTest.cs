using SuRnnStream.Cli;
using SuRnnStream.Tests.SecondLook;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>The commands with a model that brings its own second look.</summary>
public sealed class ModelVerifierCommandTest : CliTest
{
    static readonly string Sample = Repository.File("samples", "audio", "commands.wav");

    readonly string _model;

    public ModelVerifierCommandTest()
    {
        _model = Folder.File("looks.surnn");
        ModelFile.Save(_model, VerifiedModels.With(SecondLookTest.Model, VerifiedModels.Shape with { FirstThresholds = SecondLookTest.Model.Defaults.Thresholds }, threshold: 0.12f));
    }

    [Fact]
    public async Task Detect_CountsTheSecondLook_AndLeavesItOutWhenAsked()
    {
        var with = await Run("detect", Sample, "-m", _model);
        Assert.Contains(with.Lines, line => line.StartsWith("second look: ", StringComparison.Ordinal) && line.Contains("multiply-adds", StringComparison.Ordinal));
        var without = await Run("detect", Sample, "-m", _model, "--no-verify", "-f", "csv");
        Assert.Equal((await Run("detect", Sample, "-m", Repository.File("models", "commands-small.surnn"), "-f", "csv")).Out, without.Out);
        Assert.NotEqual((await Run("detect", Sample, "-m", _model, "-f", "csv")).Out, without.Out);
        var higher = await Run("detect", Sample, "-m", _model, "--threshold", "0.99", "-f", "csv");
        Assert.Single(higher.Lines); // the heading
    }

    [Fact]
    public async Task Classify_WithNoVerify_IsTheFirstStages()
    {
        var sound = AudioFile.ReadAll(Sample, 16_000);
        foreach (var (word, at) in new[] { ("yes", 1.3), ("no", 3.5), ("up", 7.7), ("down", 12.0) }) Wav($"clips/{word}/a.wav", sound[(int)(at * 16_000)..(int)((at + 1) * 16_000)], 16_000);
        Task<CliRun> Classify(params string[] how) => Run(["classify", Folder.File("clips"), "-f", "json", .. how]);
        static string Answers(CliRun run) => run.Json[0].GetProperty("summary").GetProperty("confusion").GetRawText();
        var (with, without) = (await Classify("-m", _model), await Classify("-m", _model, "--no-verify"));
        Assert.Equal(Answers(await Classify("-m", Repository.File("models", "commands-small.surnn"))), Answers(without));
        Assert.NotEqual(Answers(with), Answers(without));
    }

    [Theory, InlineData("detect"), InlineData("listen"), InlineData("evaluate"), InlineData("bench")]
    public async Task NoVerify_WithAnotherVerifier_IsRefused(string command)
    {
        string[] what = command switch { "evaluate" => ["--positives", Sample], "bench" => [], _ => [Sample] };
        var run = await Run([command, .. what, "-m", _model, "--no-verify", "--verifier", "a.look"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--no-verify and --verifier exclude each other", run.Error);
    }

    /// <summary>The refusal named a setting that no user of the commands has seen.</summary>
    [Theory, InlineData("detect"), InlineData("listen"), InlineData("evaluate"), InlineData("bench")]
    public async Task Verifier_ThatNeedsTheModelsOwn_IsRefusedByItsFile_WhereTheModelHasNone(string command)
    {
        var look = Folder.File("both.look");
        File.WriteAllText(look, "");
        string[] what = command switch { "evaluate" => ["--positives", Sample], "bench" => [], _ => [Sample] };
        var (output, errors) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(output, errors, () => Stream.Null) { OpenVerifier = _ => new SecondLookTest.Hash(new VerifierRule { OwnLookWeight = 0.5f }) };
        Assert.Equal(1, await Surnn.RunAsync([command, .. what, "-m", Repository.File("models", "commands-small.surnn"), "--verifier", look], terminal, TestContext.Current.CancellationToken));
        Assert.Equal($"surnn: {look} was made for a model with a second look of its own, such as commands, and this model has none: use such a model, or another verifier.{Environment.NewLine}", errors.ToString());
    }

    [Fact]
    public async Task Inspect_TellsOfIt()
    {
        var run = await Run("inspect", _model);
        Assert.Contains(run.Lines, line => line.StartsWith("second look", StringComparison.Ordinal) && line.Contains("68 frames, 24 channels in 3 convolutions, 16 units", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("of calm, which a frame 30 dB below the loudest is, too", StringComparison.Ordinal));
        var json = (await Run("inspect", _model, "-f", "json")).Json[0].GetProperty("secondLook");
        Assert.Equal(VerifiedModels.Shape.MultiplyAdds(40, 12), json.GetProperty("macsPerCandidate").GetInt64());
    }

    [Fact]
    public async Task Bench_TellsItsCost()
    {
        var run = await Run("bench", "-m", _model, "--seconds", "1", "--speech", Sample);
        Assert.Equal(3, run.Lines.Count(line => line.StartsWith("second look in ", StringComparison.Ordinal)));
        Assert.Contains(run.Lines, line => line.StartsWith("second look in silence: 0 candidates", StringComparison.Ordinal));
        var looks = Assert.Single((await Run("bench", "-m", _model, "--seconds", "1", "--speech", Sample, "-f", "json")).Json).GetProperty("secondLook");
        Assert.Equal(0, looks.GetProperty("silence").GetProperty("candidates").GetInt32());
        Assert.DoesNotContain((await Run("bench", "-m", _model, "--seconds", "1", "--speech", Sample, "--no-verify")).Lines, line => line.StartsWith("second look", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evaluate_AgainstTheFirstStage_DrawsBothCurves()
    {
        var folder = Folder.File("report");
        Wav("quiet/hum.wav", [.. Enumerable.Range(0, 32_000).Select(i => 0.01f * MathF.Sin(i * 0.05f))], 16_000);
        var run = await Run("evaluate", "-m", _model, "--positives", Sample, "--negatives", Folder.File("quiet"), "--against", "first-stage", "--report", folder, "--clips", "0");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var picture = File.ReadAllText(Path.Combine(folder, "det.svg"));
        Assert.Contains("first stage of", picture);
        var refused = await Run("evaluate", "-m", Repository.File("models", "commands-small.surnn"), "--positives", Sample, "--against", "first-stage");
        Assert.Contains("there is no second look to compare it with", refused.Error);
    }
}
