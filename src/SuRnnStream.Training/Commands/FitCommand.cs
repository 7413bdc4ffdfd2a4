using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ConsoleAppFramework;
using SuRnnStream.Training.Data;
using TorchSharp;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train fit` and `surnn-train export`.</summary>
sealed class FitCommand
{
    internal static readonly JsonSerializerOptions Json = new() { WriteIndented = true, IncludeFields = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>Trains a model on folders of recordings, one folder a label.</summary>
    /// <param name="data">Folder with a folder of WAV files per label (or `training` and `validation` folders of such), perhaps `background_noise`.</param>
    /// <param name="output">-o|--out, The model file to write. Checkpoints and the training's log go to FILE.training/ beside it.</param>
    /// <param name="words">Labels to detect, with commas between; folders of other names are "unknown". Default: every folder.</param>
    /// <param name="extra">Further folders of that form, with commas between: for training only.</param>
    /// <param name="unknown">Folders of words that are "unknown" whatever their folders are called, with commas between: for training only.</param>
    /// <param name="speech">Folder of running speech without the words, files named SPEAKER-*.wav; five speakers are kept for judging.</param>
    /// <param name="extraSpeech">Further folders of running speech without the words, with commas between: for training only.</param>
    /// <param name="hardNegatives">Folder of sounds without the words that were taken for one, as mine writes: used often in training.</param>
    /// <param name="reviewed">Folder of near misses that `surnn review` went through: its sounds of the words are trained on, those without as hard negatives.</param>
    /// <param name="lasting">The labels are sounds that last, as a dog's barking: a label holds while its sound goes on. Without it they are words.</param>
    /// <param name="sureAfter">With --lasting: seconds of a sound after which its label must hold, for all labels and for single ones: 0.5,smoke_alarm=2.2.</param>
    /// <param name="seconds">Length of a stretch.</param>
    /// <param name="cell">rnn, gru or lstm.</param>
    /// <param name="switch">event, harmonic, both, or none (the dense twin).</param>
    /// <param name="hidden">Neurons a layer.</param>
    /// <param name="layers">Recurrent layers.</param>
    /// <param name="channels">Channels of the convolutions in front; 0: no convolutions.</param>
    /// <param name="blocks">Separable convolutions after the first full one.</param>
    /// <param name="epochs">Epochs in all, a resumed training's earlier ones included.</param>
    /// <param name="stretches">Stretches an epoch; 0: about one use of every clip.</param>
    /// <param name="batch">Stretches a step.</param>
    /// <param name="learningRate">Highest learning rate.</param>
    /// <param name="open">Wanted part of open switches near words and in speech.</param>
    /// <param name="leastOpen">Wanted least part of the time near words in which each neuron's own switch is open; 0: a neuron may close for good.</param>
    /// <param name="kinds">Weight in the loss of a second head that tells all words apart, unknown ones too, and is not exported; 0: none.</param>
    /// <param name="threshold">Score at which the finished model's detections begin.</param>
    /// <param name="seed">The same seed gives the same training.</param>
    /// <param name="resume">Goes on from the last checkpoint, exactly.</param>
    /// <param name="start">Float32 model file of the same shape, dense or not, of these labels or others, whose weights this training begins with.</param>
    /// <param name="teacher">Float32 model file of the same labels, as the dense twin, whose answers are learnt beside the labels.</param>
    /// <param name="threads">Threads of Torch's own operations; the rest makes sounds meanwhile.</param>
    [Command("fit")]
    public int Fit(string data, string output, string words = "", string extra = "", string unknown = "", string? speech = null,
        string extraSpeech = "", string? hardNegatives = null, string? reviewed = null, bool lasting = false, string sureAfter = "", double seconds = 3, CellKind cell = CellKind.Gru,
        SwitchKind @switch = SwitchKind.Event, int hidden = 128, int layers = 1, int channels = 64, int blocks = 3, int epochs = 100, int stretches = 0,
        int batch = 64, double learningRate = 2e-3, double open = 0.085, double leastOpen = 0, double kinds = 0, float threshold = 0.5f, int seed = 1, bool resume = false, string? start = null, string? teacher = null, int threads = 1)
    {
        if (!(seconds is >= 1 and <= 60)) throw new ArgumentException($"--seconds is 1 to 60, not {seconds.ToString(CultureInfo.InvariantCulture)}.");
        if (!lasting && sureAfter.Length > 0) throw new ArgumentException("--sure-after is for sounds that last: give --lasting, too.");
        if (@switch == SwitchKind.Random) throw new ArgumentException("Random switches learn nothing, they are a baseline of surnn-research: choose --switch event, harmonic, both or none.");
        var folders = new CorpusFolders { Data = data, Words = Split(words) is { Length: > 0 } given ? given : Corpus.LabelsIn(data), Extra = Split(extra), Unknown = Split(unknown), Speech = speech, ExtraSpeech = Split(extraSpeech), HardNegatives = hardNegatives, WholeClips = lasting };
        var near = reviewed is null ? null : new ReviewedSounds(reviewed);
        var cut = Path.Combine(output + ".training", "reviewed");
        if (near is not null) folders = folders with { Extra = [.. folders.Extra, cut], MoreHardNegatives = near.Negatives };
        var earlier = start is null ? null : ModelFile.Load(start).WithoutSecondLook();
        var harmonics = @switch is SwitchKind.Harmonic or SwitchKind.Both ? 8 : 0;
        var options = new FitOptions
        {
            Folders = folders,
            Config = new SuRnnConfig
            {
                Stem = channels == 0 ? [] : [new(channels, 3, false, false), .. Enumerable.Repeat(new StemLayer(channels, 7, true, true), blocks)],
                SalienceFrames = 2,
                SalienceDepth = channels == 0 ? 0 : Math.Min(2, 1 + blocks),
                Layers = [.. Enumerable.Repeat(new RecurrentLayer(cell, hidden, @switch, harmonics), layers)],
                Labels = [Corpus.Silence, Corpus.Unknown, .. folders.Words],
                Background = [Corpus.Silence, Corpus.Unknown],
            }.Validate(),
            Epochs = epochs,
            EpochStretches = stretches,
            BatchSize = batch,
            LearningRate = learningRate,
            OpenNear = open,
            LeastOpen = leastOpen,
            KindsWeight = kinds,
            Seed = seed,
            Threshold = threshold,
            Stretches = new StretchOptions { Seconds = seconds, Lasting = lasting ? LastingOptions.Parse(sureAfter, folders.Words) : null },
            StartFrom = start,
            SwitchesClose = earlier?.Config.Layers.Any(layer => layer.Switch != SwitchKind.None) ?? false,
            Teacher = teacher,
        };
        if (start is not null) options = options with { ClosingElsewhere = (0, 0.06), ClosingNear = (0.03, 0.35) }; // it is trained on the words already
        torch.set_num_threads(threads);
        var run = new TrainingRun(output + ".training");
        var log = run.Start(options, resume);
        if (near is not null && !resume) TakeReviewed(near, folders.Words, options.Config.RequireFrontEnd().SampleRate, cut);
        return Train(options, Corpus.Load(folders, options.Config.RequireFrontEnd().SampleRate), run, log, earlier, resume, output);
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
            ["training"] = $"{corpus.Training.Count} clips, {trainer.Epoch} of {options.Epochs} epochs of {trainer.StretchesPerEpoch} stretches, seed {options.Seed}",
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
