using System.Diagnostics;
using ConsoleAppFramework;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.SecondLook;
using static SuRnnStream.Training.TimedLines;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train second-look`: a small head over the speech embedding that confirms what a detector proposes.</summary>
sealed class SecondLookCommand
{
    const int LongestNoise = 12; // seconds of a recording of noise that are used

    /// <summary>Fits a head for the ten commands on the project's data, chooses its threshold and writes it. Fetch the embedding before: fetch-embedding.</summary>
    /// <param name="model">-m, The first stage: a .surnn file of commands.</param>
    /// <param name="output">-o|--out, The .look file to write.</param>
    /// <param name="data">Folder of the unpacked data: speech-commands, commands-dev, speech-negatives. Only what its split gives to training and choosing is read.</param>
    /// <param name="more">Folder of what more-speech.py makes: more speech, words and noise.</param>
    /// <param name="cache">Folder for embeddings, so that the next fit takes a minute; by default the user's cache.</param>
    /// <param name="embedding">Folder of the speech embedding; by default where fetch-embedding keeps it.</param>
    /// <param name="copies">Changed copies of every clip: level, speed, noise.</param>
    /// <param name="speechCopies">Changed copies of running speech.</param>
    /// <param name="otherWords">Clips of words-more to learn from as unknown, evenly over its words.</param>
    /// <param name="units">Units of the hidden layer.</param>
    /// <param name="heads">Heads that are fitted from different seeds and kept as one, the mean of their outputs before the softmax.</param>
    /// <param name="epochs">Passes over the clips.</param>
    /// <param name="running">Examples of running speech for each one of a word, per pass.</param>
    /// <param name="folds">Heads that are fitted without a part of the speakers of running speech, so that its hours can choose the threshold.</param>
    /// <param name="alarms">False alarms an hour of read speech that the threshold allows, and five times as many of other speech.</param>
    /// <param name="others">Part of other words spoken alone that may fire.</param>
    /// <param name="ownPower">Weight of the network's own score.</param>
    /// <param name="backgroundPower">Weight of what came before the burst.</param>
    /// <param name="afterPower">Weight of what came within a burst after a label's highest score.</param>
    /// <param name="ownLook">Weight of the model's own second look beside the head, 0 to below 1; above 0 the model must have one.</param>
    /// <param name="longest">Longest burst that is asked about, in milliseconds.</param>
    /// <param name="silentFrom">Score of silence from which a frame counts as one without open switches; 0: it does not count.</param>
    /// <param name="voices">Folders of synthesised words, as `surnn-train voices` writes them, with commas between.</param>
    /// <param name="beginnings">Folders of synthesised words that begin like a command, with commas between, learnt as unknown.</param>
    /// <param name="spliced">Commands of training speakers that go on with a piece of another of their words, learnt as unknown.</param>
    /// <param name="talker">Part of the changed copies with a talker 12 to 32 dB below them.</param>
    /// <param name="afterTalk">Part of the changed copies before which somebody's sentence ends.</param>
    /// <param name="threads">Threads for embeddings.</param>
    /// <param name="seed">Chooses copies, order and first weights.</param>
    [Command("second-look")]
    public void Fit(string model, string output, string data, string? more = null, string? cache = null, string? embedding = null, int copies = 1, int speechCopies = 1, int otherWords = 6000,
        int units = 256, int heads = 1, int epochs = 8, double running = 1.5, int folds = 3, double alarms = 1, double others = 0.05, float ownPower = 0.25f, float backgroundPower = 0.25f, float afterPower = 0, float ownLook = 0, int longest = 1200, float silentFrom = 0,
        string voices = "", string beginnings = "", int spliced = 0, double talker = 0, double afterTalk = 0, int threads = 2, int seed = 1)
    {
        if (folds < 2) throw new ArgumentException($"The threshold needs 2 folds or more, not {folds}.");
        if (heads < 1) throw new ArgumentException($"A head is the mean of 1 or more, not of {heads}.");
        var whole = ModelFile.Load(model);
        var net = whole.WithoutSecondLook();
        var config = net.Config;
        if (ownLook > 0 && whole.Config.Verifier is null) throw new ArgumentException($"{model} has no second look of its own for --own-look {ownLook}: name a model that has one.");
        var (rule, shape) = (new VerifierRule { OwnPower = ownPower, BackgroundPower = backgroundPower, AfterPower = afterPower, OwnLookWeight = ownLook, AtMost = TimeSpan.FromMilliseconds(longest), SilentFrom = silentFrom }.Validate(), LookShape.Commands);
        IReadOnlyList<string> labels = [Corpus.Silence, Corpus.Unknown, .. JudgingData.CommandWords];
        if (JudgingData.CommandWords.Except(config.Labels).FirstOrDefault() is { } missing) throw new ArgumentException($"{model} has no label '{missing}'; this command fits heads for the ten commands.");
        var (sounds, clock) = (new JudgingData(data, more), Stopwatch.StartNew());
        using var speech = new SpeechEmbedding(EmbeddingFiles.Load(embedding));
        var rate = config.RequireFrontEnd().SampleRate;
        var kept = new LookCache(cache);

        var numbers = new Dictionary<string, int>();
        int Speaker(string id) => id.Length == 0 ? -1 : numbers.TryGetValue(id, out var known) ? known : numbers[id] = numbers.Count;
        var clips = sounds.Clips(Purpose.Training).Select(clip => new LookFileOf(clip.File, labels.ToList().IndexOf(clip.Label), -1)).ToList();
        if (more is not null) clips.AddRange(OtherWords(Path.Combine(more, "words-more"), otherWords).Select(file => new LookFileOf(file, 1, -1)));
        clips.AddRange(SynthesisedToLearn(voices).Select(clip => new LookFileOf(clip.File, Math.Max(1, labels.ToList().IndexOf(clip.Word)), -1)));
        clips.AddRange(SynthesisedToLearn(beginnings).Select(clip => new LookFileOf(clip.File, 1, -1)));
        var talk = sounds.SpeechWithoutCommands(Purpose.Training);
        LookFileOf[] runningSpeech = [.. talk.Select(one => new LookFileOf(one.File, 1, Speaker(one.Speaker)))];
        var noise = new Lazy<IReadOnlyList<float[]>>(() => Noise(sounds, more, rate));
        var maker = new Lazy<LookBankMaker>(() => new LookBankMaker(net, shape, rule, speech, new LookSounds(noise.Value, rate, [.. talk.Select(one => one.File)]) { Talker = talker, AfterTalk = afterTalk }, threads));
        string Made(string what, int copies) => $"{what} {shape} {rule with { Threshold = 0.5f, OwnPower = 0, BackgroundPower = 0, AfterPower = 0, OwnLookWeight = 0 }} {talker} {afterTalk} {copies} {seed} {LookCache.HashOf(net)}";

        var bank = kept.Bank($"{Made("words", copies)} {string.Join(' ', clips.Select(clip => clip.File + clip.Label))}", () => maker.Value.Words(clips, copies, seed));
        LookFileOf[] commands = [.. clips.Where(clip => clip.Label > 1)];
        bank.Add(kept.Bank($"{Made("balance", 0)} {string.Join(' ', commands.Select(clip => clip.File + clip.Label))}", () => maker.Value.Balance(commands, seed)));
        var pairs = FitVerifierCommand.Pairs(sounds, spliced, seed);
        if (pairs.Count > 0) bank.Add(kept.Bank($"{Made("spliced", copies)} {string.Join(' ', pairs)}", () => maker.Value.Spliced(pairs, 1, copies, seed + 4)));
        Say(clock, $"{clips.Count} clips, {bank.Examples.Count} examples");
        var runningBank = kept.Bank($"{Made("speech", speechCopies)} {string.Join(' ', runningSpeech.Select(one => one.File))}", () => maker.Value.Speech(runningSpeech, speechCopies, seed));
        bank.Add(runningBank);
        Say(clock, $"{runningSpeech.Length} utterances, {runningBank.Examples.Count(one => one.Kind == LookBank.Kind.Candidate)} candidates in them, {runningBank.Examples.Count} examples");

        // The model's own second look learnt from training speakers but those that were left out: others would flatter it. Readers are few, so all of them count.
        var judged = talk.Where(one => whole.Config.Verifier is null || one.Kind == SpeechKind.Read || LeftOutSpeakers.Has(one.Speaker)).Concat(sounds.SpeechWithoutCommands(Purpose.Choosing));
        var choosing = new LookStreams(rate, Candidates(whole, rule, maker.Value), threads).ToChooseBy(sounds, judged, Speaker);
        Say(clock, $"streams to choose by: {choosing.Sum(stream => stream.Candidates.Count)} candidates");

        var fit = new LookFit { Units = units, Epochs = epochs, Running = running, Seed = seed };
        LookHead Head(int without) => LookHeads.Mean([.. Enumerable.Range(0, heads).Select(i => LookTrainer.Fit(bank, shape, labels, rule, fit with { Seed = seed + i }, one => without < 0 || one.Speaker < 0 || one.Speaker % folds != without,
            (epoch, loss) => { if (epoch == epochs) Say(clock, $"loss {loss:0.000}"); }))]);
        var head = Head(-1);
        var held = Enumerable.Range(0, folds).Select(Head).ToArray();
        var trained = talk.Select(one => Speaker(one.Speaker)).ToHashSet();
        float[][][] told = [.. choosing.Select(stream => stream.Told(trained.Contains(stream.Speaker) ? held[stream.Speaker % folds] : head))];
        LookJudge Judge(VerifierRule tried) => new(choosing.Zip(told, (stream, said) => (stream, stream.Answers(said, head with { Rule = tried }, config.Labels, config.Background, rate).ToArray())));
        var judge = Judge(rule);
        foreach (var threshold in new[] { 0.1f, 0.15f, 0.2f, 0.25f, 0.3f, 0.35f, 0.4f }) Console.WriteLine(judge.At(threshold));
        foreach (var look in whole.Config.Verifier is null ? [0] : new[] { 0, 0.25f, 0.5f, 0.75f })
            foreach (var (own, before, after) in new[] { (0f, 0f, 0f), (0.25f, 0f, 0f), (0.25f, 0.1f, 0f), (0.25f, 0.25f, 0f), (0.25f, 0.25f, 0.5f), (0.25f, 0.5f, 0f), (0.5f, 0.1f, 0.5f), (0.5f, 0.25f, 0f), (0.5f, 0.25f, 0.5f), (0.5f, 0.5f, 0f) })
                Console.WriteLine(FormattableString.Invariant($"own look^{look}, own^{own}, before^{before}, after^{after}: {Judge(rule with { OwnLookWeight = look, OwnPower = own, BackgroundPower = before, AfterPower = after }).Choose(alarms, others)}"));
        var point = judge.Choose(alarms, others);
        Console.WriteLine($"chosen: {point}");
        LookFile.Save(head with
        {
            Rule = rule with { Threshold = point.Threshold },
            Card = new Dictionary<string, string>
            {
                ["first stage"] = $"{Path.GetFileName(model)} {LookCache.HashOf(model)}",
                ["command"] = FormattableString.Invariant($"surnn-train second-look --copies {copies} --speech-copies {speechCopies} --other-words {otherWords} --units {units} --heads {heads} --epochs {epochs} --running {running} --folds {folds} --alarms {alarms} --others {others} --own-power {ownPower} --background-power {backgroundPower} --after-power {afterPower} --own-look {ownLook} --longest {longest} --silent-from {silentFrom} --voices {voices} --beginnings {beginnings} --spliced {spliced} --talker {talker} --after-talk {afterTalk} --seed {seed}"),
                ["data"] = $"{bank.Examples.Count} examples: Speech Commands and LibriSpeech train-clean-5 (CC BY 4.0){(more is null ? "" : ", MORE.md's sets by their manifests")}",
                ["chosen by"] = point.ToString(),
            },
        }, output);
        Say(clock, $"{output}: {new FileInfo(output).Length} bytes");
    }

    /// <summary>Clips of folders WORD/*.wav, at any depth.</summary>
    internal static IEnumerable<(string File, string Word)> Synthesised(string folders) => FitCommand.Split(folders)
        .SelectMany(folder => Directory.GetFiles(folder, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        .Select(file => (file, Path.GetFileName(Path.GetDirectoryName(file))!));

    /// <summary>Those clips, but none of a word that the judge says.</summary>
    internal static IEnumerable<(string File, string Word)> SynthesisedToLearn(string folders) => Synthesised(folders).Where(clip => !Beginnings.OfCommands.Contains(clip.Word));

    /// <summary>Clips of a folder of words, as many of each as it takes; those of speakers that are kept for judging stay out.</summary>
    internal static IEnumerable<string> OtherWords(string folder, int count)
    {
        string[][] words = [.. LabelFolders.In(folder).Select(word => LabelFolders.Clips(word.Folder).Where(file => !SpeakerSplit.IsKeptFromTraining(file)).ToArray())];
        words = [.. words.Where(word => word.Length > 0)];
        var each = Enumerable.Range(1, Math.Max(1, count)).FirstOrDefault(n => words.Sum(word => Math.Min(n, word.Length)) >= count, count);
        return words.SelectMany(word => Enumerable.Range(0, Math.Min(each, word.Length)).Select(i => word[(int)((long)i * word.Length / Math.Min(each, word.Length))])).Take(count);
    }

    internal static IReadOnlyList<float[]> Noise(JudgingData sounds, string? more, int rate)
    {
        var noise = sounds.Noise(Purpose.Training).Select(one => one.Cut(Corpus.Read(one.File, rate))).ToList();
        if (more is not null) noise.AddRange(Directory.GetFiles(Path.Combine(more, "noise-more"), "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => Corpus.Read(file, rate)));
        return [.. noise.Select(one => one[..Math.Min(one.Length, LongestNoise * rate)])];
    }

    /// <summary>What both of a model's stages are asked about in a sound: the windows around a burst for the head, and the answer of the model's own second look, if it has one.</summary>
    internal static Func<float[], IReadOnlyList<LookStream.Candidate>> Candidates(SuRnnModel whole, VerifierRule rule, LookBankMaker maker)
    {
        if (whole.Config.Verifier is null) return maker.Candidates;
        var look = (NetworkVerifier)whole.LookOf(whole.Defaults with { Verifier = null, Verify = true })!;
        var scan = new ThreadLocal<FrameScan>(() => new FrameScan(whole, whole.Config.Verifier! with { Rule = rule with { OwnLookWeight = 0 } }));
        return sound => [.. maker.Candidates(sound).Zip(scan.Value!.Run(sound), (one, other) => one.Burst.Known == other.Burst.Known
            ? one with { OwnLook = AddVerifierCommand.Told(look, other.Frames) }
            : throw new InvalidOperationException($"Both stages propose other bursts: {one.Burst} and {other.Burst}."))];
    }
}
