using System.Text.Json;
using ConsoleAppFramework;
using SuRnnStream.Training.Arguments;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Mel;
using TorchSharp;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train fit-words`.</summary>
sealed class FitWordsCommand
{
    /// <summary>Trains a model of the ten commands in mel planes: a frame switch, dilated convolutions and a memory that holds.</summary>
    [Command("fit-words")]
    public int FitWords(ConsoleAppContext context) => OptionRecord.Read<FitWordsArguments>("fit-words", [.. context.EscapedArguments]) is { } asked ? Fit(asked) : 0;

    static int Fit(FitWordsArguments asked)
    {
        torch.set_num_threads(asked.Threads);
        Net.FusedRecurrence.Threads = asked.Threads;
        var options = new MelFitOptions { Data = asked.Data, More = asked.More, Teacher = asked.Teacher, Voices = asked.Voices, Memory = MemoryOf(asked.Memory), SwitchSteps = asked.Stem is null ? asked.SwitchSteps : 0, ClipSteps = asked.ClipSteps, StreamSteps = asked.StreamSteps, StreamMinutes = asked.Minutes, StreamRate = asked.StreamRate, Channels = asked.Channels, Blocks = asked.Blocks, Opening = asked.Opening, DistillationWeight = asked.Distillation, SpeechDistillationWeight = asked.Teacher is null ? 0 : asked.SpeechDistillation, VoicePart = asked.VoicePart, Talker = asked.Talker, LoudNoise = asked.LoudNoise, Seed = asked.Seed };
        using var interruption = new Interruption();
        var folder = asked.Output + ".training";
        Directory.CreateDirectory(folder);
        var checkpoint = new MelCheckpoint(folder, JsonSerializer.Serialize(options, FitCommand.Json), asked.Start);
        if (asked.Resume) checkpoint.RequireOne();
        void Say(string line)
        {
            line = $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}";
            Console.WriteLine(line);
            File.AppendAllText(Path.Combine(folder, "log.txt"), line + "\n");
        }
        var config = Shape(options);
        var corpus = MelCorpus.Load(new JudgingData(asked.Data, asked.More), config.RequireFrontEnd(), asked.Teacher, Path.Combine(folder, "planes.bin"), Say);
        if (asked.Voices is not null) corpus.AddVoices(asked.Voices, config.RequireFrontEnd(), Say);
        Say($"{corpus.Training.Count} words to train on, {corpus.Validation.Count} and {corpus.Development.Count} to choose by");
        var frontEnd = config.RequireFrontEnd();
        var speech = options.SpeechDistillationWeight == 0 ? null : new SpeechDistillation(SpeechDistillation.Read(MelCorpus.SpeechFiles(new JudgingData(asked.Data, asked.More)), frontEnd, asked.Teacher!.Length == 0 ? null : asked.Teacher, Path.Combine(folder, "speech.bin")), [.. corpus.Speech.Select(x => x.Length / frontEnd.Bands)], frontEnd);
        if (speech is not null) Say($"teacher: {speech.Vectors.shape[0]} vectors of running speech");
        using var trainer = new MelTrainer(options, config, corpus, speech, Say);
        if (asked.Stem is not null) trainer.Freeze(asked.Stem);
        var run = new MelRun(options, trainer, checkpoint);
        try
        {
            run.Start(asked.Start, asked.NewSwitch, asked.Resume, interruption.Token);
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
            ["training"] = $"seed {asked.Seed}, {asked.ClipSteps} steps of {options.ClipBatch} words, {asked.StreamSteps} steps of {options.StreamBatch} segments",
        };
        var (print, leftOut) = corpus.PrintOf(frontEnd.SampleRate);
        print.WriteTo(card);
        if (leftOut > 0) Say($"{leftOut} clips of {Path.Combine(folder, "planes.bin")} are no longer there: the card cannot say that it was trained on them");
        ModelFile.Save(asked.Output, trainer.Export(card));
        var agreement = trainer.Agreement(ModelFile.Load(asked.Output));
        Say($"{asked.Output}: {agreement}");
        return agreement.Holds ? 0 : throw new InvalidDataException($"{asked.Output} differs from the trained network: {agreement}.");
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
