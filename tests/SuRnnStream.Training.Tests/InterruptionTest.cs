using System.Diagnostics;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests;

/// <summary>A training that is interrupted goes on to the same bits, wherever that was.</summary>
[Trait("Category", "Thorough")]
public sealed class InterruptionTest : IDisposable
{
    readonly TinyCorpus _tiny = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void BrokenOffAtAnyStep_ItGoesOnToTheSameBits()
    {
        TorchSharp.torch.set_num_threads(1);
        var (options, corpus) = (_tiny.Options with { Epochs = 3, EpochSegments = 24 }, _tiny.Load()); // three steps an epoch
        int[] whole;
        using (var unbroken = new Trainer(options, corpus))
        {
            while (unbroken.Epoch < options.Epochs) unbroken.RunEpoch();
            whole = Weights(unbroken, options);
        }
        foreach (var at in new[] { 1, 3, 4, 8 }) // first, last of an epoch, first of the next, middle
        {
            var (file, steps, interruptions) = (_tiny.File($"at-{at}.bin"), 0, 0);
            using (var first = new Trainer(options, corpus)) first.Save(file);
            var done = false;
            while (!done)
            {
                using var stop = new CancellationTokenSource();
                using var trainer = new Trainer(options, corpus);
                trainer.Load(file);
                try
                {
                    while (trainer.Epoch < options.Epochs)
                    {
                        trainer.RunEpochUntil(stop.Token, (_, _, _) =>
                        {
                            if (++steps == at) stop.Cancel();
                        });
                        trainer.Save(file);
                    }
                    done = true;
                    Assert.Equal(whole, Weights(trainer, options));
                }
                catch (OperationCanceledException)
                {
                    interruptions++;
                }
            }
            Assert.Equal(1, interruptions);
        }
    }

    [Theory, InlineData("INT"), InlineData("TERM")]
    public async Task ASignal_LeavesACheckpoint_SaysHowToGoOn_AndResumes(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by kill");
        string[] arguments = ["fit", "--data", _tiny.Data, "-o", _tiny.File("word.surnn"), "--epochs", "400", "--segments", "16", "--batch", "8", "--hidden", "8", "--channels", "8", "--blocks", "1"];
        using var process = Start(arguments);
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            said.Add(line);
            if (line.StartsWith("  2/400", StringComparison.Ordinal)) Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
        }
        await process.WaitForExitAsync(Cancellation);
        var told = string.Join('\n', said);
        Assert.Equal(130, process.ExitCode);
        Assert.Matches(@"interrupted after \d+ of 400 epochs, loss \d\.\d{3}, words \d", told);
        Assert.Contains("go on with the same command and --resume", told);
        Assert.Contains($"surnn-train export -o {_tiny.File("word.surnn")}", told);

        arguments[6] = "401"; // another number of epochs is another training: it says which option differs
        using var other = Start([.. arguments, "--resume"]);
        var complaint = await other.StandardError.ReadToEndAsync(Cancellation);
        await other.WaitForExitAsync(Cancellation);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("begun with other options (Epochs was 400, now 401)", complaint);
    }

    [Fact]
    public async Task ASignal_ToATrainingOnEvents_LeavesACheckpoint_AndSaysHowToGoOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by kill");
        using var beats = new TinyBeats(records: 2);
        string[] arguments = ["fit-events", "--data", beats.Folder, "-o", beats.File("beats.surnn"), "--channels", "MLII [mV]", "--rate", "360", "--hold-back", "2",
            "--epochs", "400", "--segments", "16", "--batch", "8", "--hidden", "8", "--width", "8", "--blocks", "1", "--seconds", "4"];
        using var process = Start(arguments);
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            said.Add(line);
            if (line.StartsWith("  2/400", StringComparison.Ordinal)) Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        }
        await process.WaitForExitAsync(Cancellation);
        var told = string.Join('\n', said);
        Assert.Equal(130, process.ExitCode);
        Assert.Matches(@"interrupted after \d+ of 400 epochs, loss \d\.\d{3}; ", told);
        Assert.Contains("go on with the same command and --resume", told);
        Assert.Contains($"surnn-train export-events -o {beats.File("beats.surnn")}", told);
        using var export = Start(["export-events", "-o", beats.File("beats.surnn")]);
        await export.StandardOutput.ReadToEndAsync(Cancellation);
        await export.WaitForExitAsync(Cancellation);
        Assert.Equal(0, export.ExitCode);
    }

    /// <summary>With SIGINT as in a terminal: background jobs of a script ignore it, and so would all that they start.</summary>
    static Process Start(string[] arguments)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "surnn-train.dll"), .. arguments];
        var start = OperatingSystem.IsLinux() ? new ProcessStartInfo("env", ["--default-signal=INT", .. command]) : new ProcessStartInfo(command[0], command[1..]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        return Process.Start(start)!;
    }

    [Fact]
    public void Resume_NamesEveryOptionThatDiffers()
    {
        const string Then = """{"Seed":1,"Config":{"Layers":[{"Hidden":8},{"Hidden":16}]},"Words":["a"],"A":1,"B":1,"C":1,"D":1}""";
        const string Now = """{"Seed":2,"Config":{"Layers":[{"Hidden":8},{"Hidden":32}]},"Words":["a","b"],"A":2,"B":2,"C":2,"D":2}""";
        Assert.Equal("""Seed was 1, now 2; Config.Layers[1].Hidden was 16, now 32; Words was ["a"], now ["a","b"]; A was 1, now 2; B was 1, now 2; and 2 more""", OptionDifference.Between(Then, Now));
    }

    [Fact]
    public void ALine_SaysNothingOfWhatThereIsNoDataOf()
    {
        var report = new EpochReport(2, 0.25, 0.1, 0.01, 1e-3, new ClipScores(6, 1, 0.5, 0, 0, 0.1), new NoiseScores(0, 0), 12);
        Assert.Equal("  2/5 loss 0.250  accuracy 100.0 % (words 50.0 %)  open in speech 10.0 %  12 s  about 35 s left", Line((6, 0, 0, 0), "about 35 s left"));
        Assert.Equal("  2/5 loss 0.250  12 s", Line(default, ""));
        Assert.Contains("unknown 0.0 % silence 0.0 %)  open in speech 10.0 %  open in noise 0.00 %", Line((6, 2, 3, 1), ""));

        string Line((int, int, int, int) held, string left)
        {
            var culture = System.Globalization.CultureInfo.CurrentCulture;
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;
            try { return FitProgress.Line(report, 5, held, left); }
            finally { System.Globalization.CultureInfo.CurrentCulture = culture; }
        }
    }

    [Fact]
    public void ReviewedNearMisses_AreTrainedOn_AsWordsAndAsNegatives()
    {
        var near = _tiny.File("near");
        void Near(string name, string label, string verdict)
        {
            Directory.CreateDirectory(near);
            var sound = new float[3 * TinyCorpus.Rate];
            for (var i = 20_000; i < 26_000; i++) sound[i] = 0.3f * MathF.Sin(i * 0.2f);
            for (var i = 40_000; i < 46_000; i++) sound[i] = 0.3f * MathF.Sin(i * 0.1f); // something else, long after
            WavWriter.Write(Path.Combine(near, name + ".wav"), sound, TinyCorpus.Rate);
            File.WriteAllText(Path.Combine(near, name + ".json"), $$"""{"label":"{{label}}","score":0.4,"threshold":0.5,"reason":"below threshold","at":"2026-01-01T00:00:00Z","time":9,"start":1.4,"end":1.6,"scores":{} }""");
            new ReviewFolder(near).Judge(Path.Combine(near, name + ".wav"), verdict, label);
        }
        Assert.Throws<DirectoryNotFoundException>(() => new ReviewedSounds(near));
        Near("one", "up", ReviewFolder.Word);
        Near("two", "up", ReviewFolder.NoWord);
        Near("three", "other", ReviewFolder.Word);
        Near("four", "up", ReviewFolder.Unsure);
        var (counts, leftOut) = new ReviewedSounds(near).CutWords(["up", "down"], TinyCorpus.Rate, _tiny.File("cut"));
        Assert.Equal((1, 0), (counts["up"], counts["down"]));
        Assert.Contains("'other' is none of the words of this training", Assert.Single(leftOut));
        var cut = Corpus.Read(_tiny.File("cut/up/one.wav"), TinyCorpus.Rate);
        Assert.InRange(cut.Length, (int)(1.6 * TinyCorpus.Rate) - 1, (int)(1.6 * TinyCorpus.Rate) + 1); // from a second before its rise to 0.4 s after its peak
        Assert.True(cut[15_000..19_000].Any(sample => sample > 0.2f) && cut[22_000..].All(sample => Math.Abs(sample) < 0.01f));
        var corpus = Corpus.Load(_tiny.Folders with { Extra = [_tiny.File("cut")], MoreHardNegatives = new ReviewedSounds(near).Negatives }, TinyCorpus.Rate);
        Assert.Equal((25, 1), (corpus.Training.Count, corpus.HardNegatives.Count));
    }

    static int[] Weights(Trainer trainer, FitOptions options)
    {
        var weights = trainer.Averaged.Export();
        return [.. SuRnnWeights.Shapes(options.Config).SelectMany(tensor => weights[tensor.Name].ToArray()).Select(BitConverter.SingleToInt32Bits)];
    }
}
