using SuRnnStream.Tests;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests;

public sealed class TrainingRunTest : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly TinyCorpus _tiny = new();

    public void Dispose()
    {
        _folder.Dispose();
        _tiny.Dispose();
    }

    TrainingRun Run => new(_folder.File("some/run"));

    [Fact]
    public void Options_ComeBackWhole()
    {
        Run.Start(_tiny.Options, resume: false);
        var read = Run.ReadOptions();
        Assert.Equal(_tiny.Options.Config.Layers, read.Config.Layers);
        Assert.Equal(_tiny.Options.Config.Stem, read.Config.Stem);
        Assert.Equal(_tiny.Options.Config.FrontEnd, read.Config.FrontEnd);
        Assert.Equal(_tiny.Options.Folders.Words, read.Folders.Words);
        Assert.Equal(_tiny.Options.Segments, read.Segments);
        Assert.Equal((_tiny.Options.ClosingInBackground, _tiny.Options.ClosingInEvents), (read.ClosingInBackground, read.ClosingInEvents));
        Assert.Equal((_tiny.Options.Epochs, _tiny.Options.LearningRate, _tiny.Options.Seed), (read.Epochs, read.LearningRate, read.Seed));
    }

    [Fact]
    public void Log_ComesBack_NumbersThatAreNoneToo()
    {
        Run.Start(_tiny.Options, resume: false);
        foreach (var report in new[] { Report(1), Report(2) with { Loss = double.NaN } }) Run.Append(report);
        Checkpoint(epoch: 2);
        Assert.Equal([Report(1), Report(2) with { Loss = double.NaN }], Run.Start(_tiny.Options, resume: true));
    }

    [Fact]
    public void StartingOver_AnExistingTraining_IsRefused()
    {
        Run.Start(_tiny.Options, resume: false);
        Run.Start(_tiny.Options, resume: false); // nothing was done yet: nothing to lose
        Checkpoint(epoch: 1);
        var error = Assert.Throws<InvalidDataException>(() => Run.Start(_tiny.Options, resume: false));
        Assert.Contains("--resume", error.Message);
        Assert.Contains(_folder.File("some/run"), error.Message);
    }

    [Fact]
    public void Resume_WithoutACheckpoint_IsRefused()
    {
        foreach (var begun in new[] { false, true })
        {
            if (begun) Run.Start(_tiny.Options, resume: false);
            var error = Assert.Throws<InvalidDataException>(() => Run.Start(_tiny.Options, resume: true));
            Assert.Contains("no checkpoint", error.Message);
        }
    }

    [Fact]
    public void Resume_WithOtherOptions_IsRefused()
    {
        Run.Start(_tiny.Options, resume: false);
        Checkpoint(epoch: 0);
        foreach (var other in new[] { _tiny.Options with { Seed = 2 }, _tiny.Options with { Epochs = 5 }, _tiny.Options with { Config = _tiny.Options.Config with { SalienceFrames = 2 } } })
            Assert.Contains("other options", Assert.Throws<InvalidDataException>(() => Run.Start(other, resume: true)).Message);
        Run.Start(_tiny.Options, resume: true);
    }

    [Fact]
    public void Resume_OfATrainingThatWroteFormerNames_GoesOn()
    {
        var options = _tiny.Options with { Segments = new() { Seconds = 2.5 }, EpochSegments = 48 };
        Run.Start(options, resume: false);
        Checkpoint(epoch: 1);
        var file = _folder.File("some/run/options.json");
        var (written, former) = (File.ReadAllText(file), File.ReadAllText(file).Replace("\"Segments\"", "\"Stretches\"", StringComparison.Ordinal).Replace("\"EpochSegments\"", "\"EpochStretches\"", StringComparison.Ordinal));
        Assert.NotEqual(written, former);
        File.WriteAllText(file, former);
        Assert.Equal((options.Segments, 48), (Run.ReadOptions().Segments, Run.ReadOptions().EpochSegments));
        Run.Append(Report(1));
        var log = _folder.File("some/run/log.jsonl");
        File.WriteAllText(log, File.ReadAllText(log).Replace("\"OpenInEvents\"", "\"OpenNear\"", StringComparison.Ordinal).Replace("\"OpenInBackground\"", "\"OpenElsewhere\"", StringComparison.Ordinal));
        Assert.Equal([Report(1)], Run.Start(options, resume: true));
    }

    [Fact]
    public void KilledBetweenLogAndCheckpoint_TheEpochIsLoggedOnce()
    {
        Run.Start(_tiny.Options, resume: false);
        for (var epoch = 1; epoch <= 3; epoch++) Run.Append(Report(epoch));
        Checkpoint(epoch: 2);
        Assert.Equal([Report(1), Report(2)], Run.Start(_tiny.Options, resume: true));
        Run.Append(Report(3)); // the third, done again
        Checkpoint(epoch: 3);
        Assert.Equal([Report(1), Report(2), Report(3)], Run.Start(_tiny.Options, resume: true));
    }

    [Fact]
    public void KilledWhileLogging_TheHalfLineIsDropped()
    {
        Run.Start(_tiny.Options, resume: false);
        Run.Append(Report(1));
        File.AppendAllText(_folder.File("some/run/log.jsonl"), "{\"Epoch\":2,\"Lo");
        Checkpoint(epoch: 1);
        Assert.Equal([Report(1)], Run.Start(_tiny.Options, resume: true));
        Run.Append(Report(2));
        Checkpoint(epoch: 2);
        Assert.Equal([Report(1), Report(2)], Run.Start(_tiny.Options, resume: true));
    }

    [Fact]
    public void KilledBeforeTheFirstCheckpoint_AFreshStartHasAFreshLog()
    {
        Run.Start(_tiny.Options, resume: false);
        Run.Append(Report(1));
        Run.Start(_tiny.Options, resume: false);
        Run.Append(Report(1));
        Checkpoint(epoch: 1);
        Assert.Equal([Report(1)], Run.Start(_tiny.Options, resume: true));
    }

    [Fact]
    public void NoTraining_SaysSo() =>
        Assert.Contains(_folder.File("some/run"), Assert.Throws<FileNotFoundException>(Run.ReadOptions).Message);

    /// <summary>Of a checkpoint only the first number matters here: the epochs done.</summary>
    void Checkpoint(int epoch) => File.WriteAllBytes(Run.Checkpoint, BitConverter.GetBytes(epoch));

    static EpochReport Report(int epoch) => new(epoch, 1.0 / epoch, 0.5, 0.25, 1e-3, new ClipScores(12, 0.1, 0.2, 0.3, 0.4, 0.5), new NoiseScores(0.6, 0.7), 8.9);
}
