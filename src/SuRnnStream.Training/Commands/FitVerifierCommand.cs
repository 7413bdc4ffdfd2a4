using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Arguments;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Mel;
using SuRnnStream.Training.SecondLook;
using SuRnnStream.Training.WordSpaces;
using TorchSharp;
using static SuRnnStream.Training.TimedLines;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train fit-verifier`.</summary>
sealed class FitVerifierCommand
{
    /// <summary>Trains a second look for commands models, over what they propose. `add-verifier` rounds it, chooses its threshold and puts it into a model.</summary>
    [Command("fit-verifier")]
    public int Fit(ConsoleAppContext context) => OptionRecord.Read<FitVerifierArguments>("fit-verifier", [.. context.EscapedArguments]) is { } asked ? Fit(asked) : 0;

    static int Fit(FitVerifierArguments asked)
    {
        torch.set_num_threads(1);
        using var interruption = new Interruption();
        SuRnnModel[] first = [.. FitCommand.Split(asked.Models).Select(ModelFile.Load)];
        var (labels, frontEnd) = (first[0].Config.Labels, first[0].Config.RequireFrontEnd());
        ModelVerifier[] shapes = [.. asked.SilentFrom.Split(',').Select(text => Shape(asked, text))];
        var shape = shapes[0]; // they differ in their rules alone
        foreach (var model in first) Require(model, labels, frontEnd);
        var sounds = new JudgingData(asked.Data, asked.More);
        var corpus = MelCorpus.Load(sounds, frontEnd, asked.Teacher, asked.Planes ?? asked.Output + ".planes", Say);
        LeftOutSpeakers.Drop(corpus, sounds);
        foreach (var folder in FitCommand.Split(asked.Voices)) corpus.AddVoices(folder, frontEnd, Say);
        corpus.Training.RemoveAll(sound => sound.IsSynthesised && Beginnings.OfCommands.Contains(sound.Said)); // the judge says these
        string[] talk = [.. sounds.SpeechWithoutCommands(Purpose.Training).Where(one => !LeftOutSpeakers.Has(one.Speaker)).Select(one => one.File)];
        var placing = new LookSounds(SecondLookCommand.Noise(sounds, asked.More, frontEnd.SampleRate), frontEnd.SampleRate, talk) { Talker = asked.Talker, AfterTalk = asked.AfterTalk };
        (SuRnnModel Model, ModelVerifier Shape)[] proposers = [.. first.SelectMany(model => shapes.Select(one => (model, one)))];
        var isKept = asked.Banks is not null && File.Exists(asked.Banks + ".held");
        var (bank, held) = isKept ? (CandidateBank.Load(asked.Banks + ".bank"), CandidateBank.Load(asked.Banks + ".held")) : (new CandidateBank(), new CandidateBank());
        using var speech = asked.Teacher is null ? null : new SpeechTeacher(asked.Teacher.Length == 0 ? null : asked.Teacher);
        foreach (var (model, proposal) in isKept ? [] : proposers)
        {
            var maker = new CandidateBankMaker(model, proposal, placing, asked.Threads, speech);
            (string, int)[] Clips(Purpose purpose) => [.. sounds.Clips(purpose).Where(clip => clip.Label != Corpus.Silence).Select(clip => (clip.File, labels.ToList().IndexOf(clip.Label)))];
            maker.AddWords(bank, Clips(Purpose.Training), label => label > 1 ? asked.Copies : asked.Copies / 2, asked.Seed);
            if (asked.More is not null) maker.AddWords(bank, [.. SecondLookCommand.OtherWords(sounds.Folder("words-more"), asked.OtherWords).Select(file => (file, 1))], _ => asked.Copies / 2, asked.Seed + 1);
            maker.AddSpeech(bank, talk, 1, asked.Seed);
            maker.AddNoise(bank, [.. sounds.Noise(Purpose.Training).Select(one => one.Cut(Corpus.Read(one.File, frontEnd.SampleRate)))]);
            var other = new CandidateBankMaker(model, proposal, placing, asked.Threads);
            other.AddWords(held, Clips(Purpose.Choosing), _ => 1, asked.Seed + 2);
            other.AddSpeech(held, [.. sounds.SpeechWithoutCommands(Purpose.Training).Where(one => LeftOutSpeakers.Has(one.Speaker)).Select(one => one.File)], 0, asked.Seed);
            Say(string.Create(CultureInfo.InvariantCulture, $"candidates of {model.Config.Layers[0]}, silent from {proposal.Rule.SilentFrom}"));
        }
        if (asked.Banks is not null && !isKept)
        {
            bank.Save(asked.Banks + ".bank");
            held.Save(asked.Banks + ".held");
        }
        bank.Add(MakeBeginnings(proposers, placing, sounds, asked.Beginnings, asked.Spliced, asked.Banks, asked.Copies, asked.Seed, asked.Threads, speech));
        Say(string.Create(CultureInfo.InvariantCulture, $"{bank.Count} candidates to learn from ({string.Join(", ", Enum.GetValues<CandidateBank.Kind>().Select(kind => $"{bank.CountOf(kind)} {kind}"))}), {held.Count} of other speakers"));
        using var mixer = new MelMixer(corpus, labels, frontEnd, asked.Seed, voicePart: asked.Voices.Length > 0 ? 0.15 : 0) { Talker = asked.Talker };
        Say($"{corpus.Training.Count} clips to mix; {shape.MultiplyAdds(frontEnd.Bands, labels.Count):n0} multiply-adds a candidate");
        using var distillation = asked.Teacher is null ? null : WordDistillation.Of(mixer.Table, labels.Count, asked.Seed);
        if (distillation is not null) Say(string.Create(CultureInfo.InvariantCulture, $"teacher: {100 * distillation.Right:0.0} % right on speakers its heads never met"));
        var card = new Dictionary<string, string>
        {
            ["second look"] = $"{bank.Count} candidates of {string.Join(", ", FitCommand.Split(asked.Models).Select(Path.GetFileName))} and windows mixed of {corpus.Training.Count} clips, training speakers",
            ["second look's training"] = string.Create(CultureInfo.InvariantCulture, $"surnn-train fit-verifier --start {asked.Start}{(asked.Teacher is null ? "" : FormattableString.Invariant($" --teacher EMBEDDING --distillation {asked.Distillation}"))} --channels {asked.Channels} {(asked.Steps > 0 ? FormattableString.Invariant($"--steps {asked.Steps}") : FormattableString.Invariant($"--minutes {asked.Minutes}"))} --talker {asked.Talker} --after-talk {asked.AfterTalk} --longest {asked.Longest} --silent-from {asked.SilentFrom} --hard {asked.Hard} --rate {asked.Rate} --batch {asked.Batch} --copies {asked.Copies} --beginnings {asked.Beginnings} --spliced {asked.Spliced} --seed {asked.Seed}"),
        };
        new VerifierTrainer(shape, labels, mixer, bank, held, new VerifierFit { Batch = asked.Batch, Minutes = asked.Minutes, Steps = asked.Steps, LearningRate = asked.Rate, Distillation = asked.Distillation, Hard = asked.Hard, Seed = asked.Seed }, distillation)
            .Run(asked.Start is null ? null : StartWeights.Of(asked.Start), Say, tensors => new WordSpaceWeights(shape.Window(frontEnd.Bands), tensors, card).Save(asked.Output), interruption.Token);
        Say($"{asked.Output}: {new FileInfo(asked.Output).Length} bytes");
        return interruption.Token.IsCancellationRequested ? Interruption.ExitCode : 0;
    }

    static ModelVerifier Shape(FitVerifierArguments asked, string silentFrom)
    {
        if (!float.TryParse(silentFrom, NumberStyles.Float, CultureInfo.InvariantCulture, out var score)) throw new ArgumentException($"--silent-from takes numbers with commas between, not '{silentFrom}'.");
        return new ModelVerifier { Channels = asked.Channels, Rule = new VerifierRule { AtMost = TimeSpan.FromMilliseconds(asked.Longest), SilentFrom = score }.Validate() };
    }

    /// <summary>Words that begin like a command, but none that the judge says.</summary>
    static CandidateBank MakeBeginnings(IReadOnlyList<(SuRnnModel Model, ModelVerifier Shape)> proposers, LookSounds placing, JudgingData sounds, string folders, int spliced, string? banks, int copies, int seed, int threads, SpeechTeacher? teacher)
    {
        if (banks is not null && File.Exists(banks + ".beginnings")) return CandidateBank.Load(banks + ".beginnings");
        var bank = new CandidateBank();
        if (folders.Length == 0 && spliced == 0) return bank;
        string[] files = [.. SecondLookCommand.SynthesisedToLearn(folders).Select(clip => clip.File).Order(StringComparer.Ordinal)];
        var pairs = Pairs(sounds, spliced, seed);
        foreach (var (model, shape) in proposers)
        {
            var maker = new CandidateBankMaker(model, shape, placing, threads, teacher);
            maker.AddBeginnings(bank, files, copies, seed + 3);
            maker.AddSpliced(bank, pairs, copies, seed + 4);
        }
        Say($"{bank.Count} candidates of {files.Length} words that begin like a command and {pairs.Count} spliced ones");
        if (banks is not null) bank.Save(banks + ".beginnings");
        return bank;
    }

    /// <summary>Commands of training speakers, each with another clip of the same speaker.</summary>
    internal static IReadOnlyList<(string Command, string Other)> Pairs(JudgingData sounds, int count, int seed)
    {
        if (count == 0) return [];
        var random = new Random(seed);
        var bySpeaker = sounds.Clips(Purpose.Training).Where(clip => clip.Label != Corpus.Silence && clip.Speaker.Length > 0).ToLookup(clip => clip.Speaker);
        SplitClip[] commands = [.. bySpeaker.Where(clips => clips.Count() > 1).SelectMany(clips => clips).Where(clip => clip.Label != Corpus.Unknown)];
        random.Shuffle(commands);
        return [.. commands.Take(count).Select(clip =>
        {
            SplitClip[] others = [.. bySpeaker[clip.Speaker].Where(other => other.File != clip.File && other.Word != clip.Word)];
            return (clip.File, others.Length == 0 ? clip.File : others[random.Next(others.Length)].File);
        }).Where(pair => pair.Item1 != pair.Item2)];
    }

    static void Require(SuRnnModel model, IReadOnlyList<string> labels, FrontEndConfig frontEnd)
    {
        if (!model.Config.Labels.SequenceEqual(labels) || model.Config.RequireFrontEnd() != frontEnd) throw new ArgumentException("The first stages have to have the same labels and front end.");
        if (labels.Count < 3 || labels[0] != Corpus.Silence || labels[1] != Corpus.Unknown || labels.Skip(2).Except(JudgingData.CommandWords).Any()) throw new ArgumentException($"This command takes models of the ten commands with the labels silence and unknown first, not {string.Join(", ", labels)}.");
    }
}
