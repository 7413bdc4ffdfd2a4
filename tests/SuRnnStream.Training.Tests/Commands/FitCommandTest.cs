using SuRnnStream.Training.Arguments;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

public sealed class FitCommandTest : IDisposable
{
    readonly TinyCorpus _tiny = new();

    public void Dispose() => _tiny.Dispose();

    string Output => _tiny.File("out/tiny.surnn");

    int Fit(int seed = 1, bool resume = false, string? data = null) => FitCommand.Fit(new FitArguments
    {
        Data = data ?? _tiny.Data,
        Output = Output,
        Hidden = 32,
        Channels = 8,
        Blocks = 1,
        Epochs = 2,
        Segments = 16,
        Batch = 8,
        Threshold = 0.4f,
        Seed = seed,
        Resume = resume,
    });

    [Fact]
    public void Fit_WritesModelCurveLogAndCheckpoint_AndExportWritesTheSameModelAgain()
    {
        Assert.Equal(0, Fit());
        var model = ModelFile.Load(Output);
        Assert.Equal(["silence", "unknown", .. TinyCorpus.Words], model.Config.Labels);
        Assert.Equal(["silence", "unknown"], model.Config.Background);
        Assert.Equal(0.4f, model.Defaults.Threshold);
        Assert.Equal(32, Assert.Single(model.Config.Layers).Hidden);
        Assert.Equal(2, model.Config.Stem.Count);
        Assert.Contains("2 of 2 epochs of 16 segments, seed 1", model.Card["training"]);
        Assert.Contains("24 clips", model.Card["training"]);

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(Output + ".png")[..4]);
        Assert.Equal(2, File.ReadAllLines(Output + ".training/log.jsonl").Length);
        Assert.True(File.Exists(Output + ".training/options.json"));
        Assert.True(File.Exists(Output + ".training/checkpoint.bin"));
        Assert.Equal(["checkpoint.bin", "checkpoint.bin.previous", "log.jsonl", "options.json"], Directory.GetFiles(Output + ".training").Select(Path.GetFileName).Order());

        var bytes = File.ReadAllBytes(Output);
        File.Delete(Output);
        Assert.Equal(0, new FitCommand().Export(Output));
        Assert.Equal(bytes, File.ReadAllBytes(Output));
        Assert.Equal(0, new FitCommand().Export(Output, threshold: 0.7f));
        Assert.Equal(0.7f, ModelFile.Load(Output).Defaults.Threshold);

        Assert.Throws<InvalidDataException>(() => Fit());
        Assert.Throws<InvalidDataException>(() => Fit(seed: 2, resume: true));
        Assert.Equal(0, Fit(resume: true)); // nothing is left to do
        Assert.Equal(bytes, File.ReadAllBytes(Output));
        Assert.Equal(2, File.ReadAllLines(Output + ".training/log.jsonl").Length);
    }

    [Fact]
    public void RandomSwitches_AreRefused() => Assert.Contains("choose --switch event",
        Assert.Throws<ArgumentException>(() => FitCommand.Fit(new FitArguments { Data = _tiny.Data, Output = Output, Switch = SwitchKind.Random })).Message);

    [Fact]
    public void Fit_ResumedAfterAKill_EndsAsTheUnbrokenOne()
    {
        Assert.Equal(0, Fit());
        var (bytes, log) = (File.ReadAllBytes(Output), Log());

        // Killed between the second epoch's line in the log and its checkpoint.
        var options = new TrainingRun(Output + ".training").ReadOptions();
        using (var trainer = new Trainer(options, Corpus.Load(options.Folders, options.Config.RequireFrontEnd().SampleRate)))
        {
            trainer.RunEpoch();
            trainer.Save(Output + ".training/checkpoint.bin");
        }
        File.Delete(Output);
        Assert.Equal(0, Fit(resume: true));
        Assert.Equal(bytes, File.ReadAllBytes(Output));
        Assert.Equal(log, Log());
    }

    [Fact]
    public void Fit_WithoutHeldBackClips_IsCheckedOnThoseOfTheTraining()
    {
        var alone = _tiny.File("alone");
        foreach (var word in TinyCorpus.Words)
        {
            Directory.CreateDirectory(Path.Combine(alone, word));
            foreach (var file in Directory.GetFiles(Path.Combine(_tiny.Data, "training", word)))
                if (!Corpus.IsHeldBack(file)) File.Copy(file, Path.Combine(alone, word, Path.GetFileName(file)));
        }
        var before = Console.Out;
        using var said = new StringWriter();
        Console.SetOut(said);
        try { Assert.Equal(0, Fit(data: alone)); }
        finally { Console.SetOut(before); }
        Assert.DoesNotContain("agree on 0 clips", said.ToString());
    }

    [Fact]
    public void Fit_OfAFolderThatIsMissing_NamesIt() =>
        Assert.Contains(_tiny.File("nowhere"), Assert.Throws<DirectoryNotFoundException>(() => Fit(data: _tiny.File("nowhere"))).Message);

    [Fact]
    public void Export_WithoutATraining_SaysSo() =>
        Assert.Contains(Output, Assert.Throws<FileNotFoundException>(() => new FitCommand().Export(Output)).Message);

    /// <summary>The log without its times.</summary>
    string[] Log() => [.. File.ReadAllLines(Output + ".training/log.jsonl").Select(line => line[..line.IndexOf("\"Seconds\"", StringComparison.Ordinal)])];
}
