using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ConsoleAppFramework;
using SuRnnStream.Training.Arguments;
using SuRnnStream.Training.Data;
using TorchSharp;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train fit` and `surnn-train export`.</summary>
sealed class FitCommand
{
    internal static readonly JsonSerializerOptions Json = new() { WriteIndented = true, IncludeFields = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>Trains a model on folders of recordings, one folder a label.</summary>
    [Command("fit")]
    public int Fit(ConsoleAppContext context) => OptionRecord.Read<FitArguments>("fit", [.. context.EscapedArguments]) is { } asked ? Fit(asked) : 0;

    /// <summary>What `surnn-train fit` does.</summary>
    internal static int Fit(FitArguments asked)
    {
        if (!(asked.Seconds is >= 1 and <= 60)) throw new ArgumentException($"--seconds is 1 to 60, not {asked.Seconds.ToString(CultureInfo.InvariantCulture)}.");
        if (!asked.Lasting && asked.SureAfter.Length > 0) throw new ArgumentException("--sure-after is for sounds that last: give --lasting, too.");
        asked.RequireLearningSwitch();
        var folders = new CorpusFolders { Data = asked.Data, Words = Split(asked.Words) is { Length: > 0 } given ? given : Corpus.LabelsIn(asked.Data), Extra = Split(asked.Extra), Unknown = Split(asked.Unknown), Speech = asked.Speech, ExtraSpeech = Split(asked.ExtraSpeech), HardNegatives = asked.HardNegatives, WholeClips = asked.Lasting };
        var near = asked.Reviewed is null ? null : new ReviewedSounds(asked.Reviewed);
        var cut = Path.Combine(asked.Output + ".training", "reviewed");
        if (near is not null) folders = folders with { Extra = [.. folders.Extra, cut], MoreHardNegatives = near.Negatives };
        var earlier = asked.Start is null ? null : ModelFile.Load(asked.Start).WithoutSecondLook();
        var options = new FitOptions
        {
            Folders = folders,
            Config = new SuRnnConfig
            {
                Stem = asked.Channels == 0 ? [] : [new(asked.Channels, 3, false, false), .. Enumerable.Repeat(new StemLayer(asked.Channels, 7, true, true), asked.Blocks)],
                SalienceFrames = 2,
                SalienceDepth = asked.Channels == 0 ? 0 : Math.Min(2, 1 + asked.Blocks),
                Layers = [.. asked.RecurrentLayers],
                Labels = [Corpus.Silence, Corpus.Unknown, .. folders.Words],
                Background = [Corpus.Silence, Corpus.Unknown],
            }.Validate(),
            Epochs = asked.Epochs,
            EpochSegments = asked.Segments,
            BatchSize = asked.Batch,
            LearningRate = asked.LearningRate,
            OpenInEvents = asked.Open,
            LeastOpen = asked.LeastOpen,
            KindsWeight = asked.Kinds,
            Seed = asked.Seed,
            Threshold = asked.Threshold,
            Segments = new SegmentOptions { Seconds = asked.Seconds, Lasting = asked.Lasting ? LastingOptions.Parse(asked.SureAfter, folders.Words) : null },
            StartFrom = asked.Start,
            SwitchesClose = earlier?.Config.Layers.Any(layer => layer.Switch != SwitchKind.None) ?? false,
            Teacher = asked.Teacher,
        };
        if (asked.Start is not null) options = options with { ClosingInBackground = (0, 0.06), ClosingInEvents = (0.03, 0.35) }; // it is trained on the words already
        torch.set_num_threads(asked.Threads);
        var run = new TrainingRun(asked.Output + ".training");
        var log = run.Start(options, asked.Resume);
        if (near is not null && !asked.Resume) TakeReviewed(near, folders.Words, options.Config.RequireFrontEnd().SampleRate, cut);
        return Train(options, Corpus.Load(folders, options.Config.RequireFrontEnd().SampleRate), run, log, earlier, asked.Resume, asked.Output);
    }

    /// <summary>Cuts the reviewed words to a folder of this training, and says how many there are.</summary>
    internal static void TakeReviewed(ReviewedSounds near, IReadOnlyList<string> words, int sampleRate, string to)
    {
        Directory.CreateDirectory(to);
        var (counts, leftOut) = near.CutWords(words, sampleRate, to);
        Console.WriteLine($"reviewed near misses: {string.Join(", ", counts.Select(count => $"{count.Value} of {count.Key}"))}{(near.Negatives is { } none ? $", {Directory.GetFiles(none, "*.wav").Length} without" : "")}");
        foreach (var line in leftOut) Console.WriteLine($"left out: {line}");
    }

    /// <summary>A training on clips from its start, or from its last checkpoint, to the finished model.</summary>
    internal static int Train(FitOptions options, Corpus corpus, TrainingRun run, List<EpochReport> log, SuRnnModel? earlier, bool resume, string output)
    {
        FitProgress.Describe(options, corpus);
        using var interruption = new Interruption();
        using var trainer = new Trainer(options, corpus);
        if (resume) trainer.Load(run.Checkpoint);
        else
        {
            if (earlier is not null) trainer.BeginWith(earlier);
            trainer.Save(run.Checkpoint); // so that an interruption of the first epoch can be resumed, too
        }
        try
        {
            FitProgress.Run(trainer, options.Epochs, log, report =>
            {
                run.Append(report);
                trainer.Save(run.Checkpoint);
                log.Add(report);
                TrainingCurve.Draw(log, output + ".png");
            }, interruption.Token);
        }
        catch (OperationCanceledException)
        {
            foreach (var line in Interrupted(options, log, run, output, trainer.Held.Words > 0)) Console.WriteLine(line);
            return Interruption.ExitCode;
        }
        Console.WriteLine($"kept: the weights averaged over the last epochs, after epoch {trainer.Epoch}, not the epoch with the best held-back figures: choosing by those would flatter them");
        return Finish(trainer, corpus, options, new DetectorOptions { Threshold = options.Threshold }, output);
    }

    /// <summary>Trains on events to the last epoch, with a checkpoint after each. False: it was interrupted, and has said how to go on.</summary>
    internal static bool RunEvents(Trainer trainer, FitOptions options, TrainingRun run, List<EpochReport> log, string output, Action<EpochReport> onEpoch, CancellationToken stop)
    {
        while (trainer.Epoch < options.Epochs)
        {
            EpochReport report;
            try
            {
                report = trainer.RunEpochUntil(stop);
            }
            catch (OperationCanceledException)
            {
                foreach (var line in Interrupted(options, log, run, output, words: false)) Console.WriteLine(line);
                return false;
            }
            run.Append(report);
            trainer.Save(run.Checkpoint);
            log.Add(report);
            onEpoch(report);
        }
        return true;
    }

    /// <summary>What was reached, where it is, and how to go on.</summary>
    internal static IEnumerable<string> Interrupted(FitOptions options, IReadOnlyList<EpochReport> log, TrainingRun run, string output, bool words)
    {
        yield return log.Count == 0 ? $"interrupted before the first epoch was done; {run.Checkpoint} holds the start"
            : string.Create(CultureInfo.InvariantCulture, $"interrupted after {log[^1].Epoch} of {options.Epochs} epochs, loss {log[^1].Loss:F3}{(words ? $", words {log[^1].Clips.WordAccuracy:P1}" : "")}; {run.Checkpoint} holds them");
        yield return "go on with the same command and --resume: what was begun of the next epoch is done again, and the result is the same to the bit";
        if (log.Count > 0) yield return $"or write the model as it is: surnn-train {(options.Events is null ? "export" : "export-events")} -o {output}";
    }

    /// <summary>Writes the model of a training's last checkpoint, finished or not, and checks it against Torch.</summary>
    /// <param name="output">-o|--out, The model file, as given to fit.</param>
    /// <param name="threshold">Score at which detections begin; default: as given to fit.</param>
    /// <param name="smoothing">Part of the last frame's score that is kept, in [0, 1).</param>
    /// <param name="decisionWindow">Milliseconds in which labels compete for a detection.</param>
    [Command("export")]
    public int Export(string output, float? threshold = null, float smoothing = 0.5f, int decisionWindow = 120)
    {
        var run = new TrainingRun(output + ".training");
        var options = run.ReadOptions();
        var corpus = Corpus.Load(options.Folders, options.Config.RequireFrontEnd().SampleRate);
        using var trainer = new Trainer(options, corpus);
        trainer.Load(run.Checkpoint);
        var detector = new DetectorOptions { Threshold = threshold ?? options.Threshold, Smoothing = smoothing, DecisionWindow = TimeSpan.FromMilliseconds(decisionWindow) };
        return Finish(trainer, corpus, options, detector, output);
    }

    internal static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Export, then the shipped runtime reads the file back and must agree with Torch.</summary>
    static int Finish(Trainer trainer, Corpus corpus, FitOptions options, DetectorOptions detector, string output)
    {
        var (clips, noise) = (trainer.Judge.Clips(trainer.Averaged), corpus.ValidationNoise.Count > 0);
        string Percent(double part) => part.ToString("P2", CultureInfo.InvariantCulture);
        var card = new Dictionary<string, string>
        {
            ["data"] = string.Join(", ", options.Folders.All.Select(path => Path.GetFileName(path.TrimEnd('/')))),
            ["training"] = $"{corpus.Training.Count} clips, {trainer.Epoch} of {options.Epochs} epochs of {trainer.SegmentsPerEpoch} segments, seed {options.Seed}",
            ["accuracy"] = $"{Percent(clips.Accuracy)} of {clips.Clips} held-back clips (words {Percent(clips.WordAccuracy)}, unknown {Percent(clips.UnknownAccuracy)}{(noise ? $", silence {Percent(clips.SilenceAccuracy)}" : "")})",
            ["open in speech"] = Percent(clips.OpenInSpeech),
        };
        corpus.Print.WriteTo(card);
        if (noise) card["noise frames wholly skipped"] = Percent(trainer.Judge.Noise(trainer.Averaged).WhollyShut);
        ModelFile.Save(output, new SuRnnModel(options.Config, trainer.Averaged.Export(), detector, card));
        var agreement = Agreement.Measure(ModelFile.Load(output), trainer.Averaged, corpus.Validation.Concat(corpus.Training).Take(100));
        Console.WriteLine($"{output}: {agreement}");
        return agreement.Holds ? 0 : throw new InvalidDataException($"{output} differs from the trained network: {agreement}.");
    }
}
