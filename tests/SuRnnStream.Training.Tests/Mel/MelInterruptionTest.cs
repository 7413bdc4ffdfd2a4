using System.Diagnostics;
using SuRnnStream.Evaluation;
using SuRnnStream.Tests;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Mel;
using Xunit;

namespace SuRnnStream.Training.Tests.Mel;

/// <summary>`fit-words` that is interrupted goes on to the same bits, in each of its stages.</summary>
[Trait("Category", "Thorough")]
public sealed class MelInterruptionTest : IDisposable
{
    static readonly MelFitOptions Options = new()
    {
        Data = "nowhere",
        Channels = 8,
        Blocks = 1,
        Hidden = 8,
        SwitchSteps = 2,
        ClipSteps = 5,
        StreamSteps = 8,
        ClipBatch = 4,
        StreamBatch = 4,
        EpochSteps = 3,
        MineEvery = 2,
    };

    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BrokenOffAtAnyStep_ItGoesOnToTheSameBits()
    {
        TorchSharp.torch.set_num_threads(1);
        var corpus = TinyMel.Corpus(speechFrames: 4_100); // enough of it to mine in
        var (whole, said) = Run(corpus, "whole", []);
        Assert.Contains(said, line => line.StartsWith("mined: ", StringComparison.Ordinal) && !line.StartsWith("mined: 0 ", StringComparison.Ordinal));
        foreach (var at in new[] { 2, 5, 7 }) // in an epoch of words, at the stage's end, in segments after mining
            Assert.Equal(whole, Run(corpus, $"at-{at}", [at]).Bits);
        Assert.Equal(whole, Run(corpus, "often", [1, 3, 6, 10, 12]).Bits);
    }

    /// <summary>The whole training, broken off after these steps of all, each time by another process: a new trainer.</summary>
    (int[] Bits, List<string> Said) Run(MelCorpus corpus, string name, int[] breaks)
    {
        var (said, steps, interruptions) = (new List<string>(), 0, 0);
        var checkpoint = new MelCheckpoint(Directory.CreateDirectory(_folder.File(name)).FullName, "options", null);
        var config = FitWordsCommand.Shape(Options);
        while (true)
        {
            using var stop = new CancellationTokenSource();
            using var trainer = new MelTrainer(Options, config, corpus, null, said.Add);
            var run = new MelRun(Options, trainer, checkpoint);
            try
            {
                run.Start(null, newSwitch: false, resume: interruptions > 0, stop.Token);
                run.ToItsEnd(stop.Token, _ =>
                {
                    if (breaks.Contains(++steps)) stop.Cancel();
                });
                Assert.Equal((breaks.Length, 13), (interruptions, steps)); // no step is done twice
                var weights = trainer.Export(new Dictionary<string, string>()).Weights;
                return ([.. SuRnnWeights.Shapes(config).SelectMany(tensor => weights[tensor.Name].ToArray()).Select(BitConverter.SingleToInt32Bits)], said);
            }
            catch (OperationCanceledException)
            {
                interruptions++;
                Assert.Contains("go on with the same command and --resume", run.Interrupted().ElementAt(1));
            }
        }
    }

    [Fact]
    public async Task ASignal_LeavesACheckpoint_SaysHowToGoOn_AndResumes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by kill");
        var (output, training) = (_folder.File("words.surnn"), Directory.CreateDirectory(_folder.File("words.surnn.training")).FullName);
        TinyMel.Corpus().Save(Path.Combine(training, "planes.bin"));
        string[] arguments = ["fit-words", "--data", _folder.Path, "-o", output, "--channels", "8", "--blocks", "1", "--switch-steps", "0", "--clip-steps", "100000"];
        using var process = Start(arguments);
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            said.Add(line);
            if (line.Contains("words to train on", StringComparison.Ordinal)) Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        }
        await process.WaitForExitAsync(Cancellation);
        var told = string.Join('\n', said);
        Assert.Equal(130, process.ExitCode);
        Assert.Matches("interrupted (after [0-9]+ of 100000 steps on whole words|before the first step)", told);

        new MelCheckpoint(training, "{}", null).Write(streams: false, 1, Trainer());
        using var other = Start([.. arguments, "--resume"]);
        var complaint = await other.StandardError.ReadToEndAsync(Cancellation);
        await other.WaitForExitAsync(Cancellation);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("begun with other options", complaint);

        static MelTrainer Trainer() => new(Options, FitWordsCommand.Shape(Options), TinyMel.Corpus(), null, _ => { });
    }

    static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "surnn-train.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    [Fact]
    public void TheCard_KnowsTheTrainingsClipsAndSpeakersAgain()
    {
        string FileOf(string word) => _folder.File($"ann_{word}.wav");
        foreach (var word in new[] { "yes", "no" }) WavWriter.Write(FileOf(word), [.. Enumerable.Range(0, 8_000).Select(i => 0.3f * MathF.Sin(i * (word == "yes" ? 0.1f : 0.2f)))], 16_000);
        var (print, leftOut) = TinyMel.Corpus(fileOf: FileOf).PrintOf(16_000);
        Assert.Equal(9, leftOut); // the other words' files are not there
        var card = new Dictionary<string, string>();
        print.WriteTo(card);
        var read = TrainingPrint.Of(card)!;
        Assert.Equal((2, 1), read.Clips([SoundHash.Of(SuRnnStream.Training.Data.Corpus.Read(FileOf("yes"), 16_000)), SoundHash.Of(new float[100])]));
        Assert.Equal((2, 1), read.Speakers(["ann", "bob"]));
    }
}
