using System.Diagnostics;
using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.SecondLook;
using static SuRnnStream.Training.TimedLines;
using static SuRnnStream.Training.WordSpaces.EnrolmentSounds;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train second-look-word`: a second look for words of one's own, judged by leaving parts of the recordings and speakers out in turn.</summary>
sealed class WordLookCommand
{
    /// <summary>Fits a head for wake words from recordings of them, judges it by folds and writes it. Fetch the embedding before: fetch-embedding.</summary>
    /// <param name="words">Labels of the model, with commas between.</param>
    /// <param name="model">-m, The first stage: a .surnn file that detects the words.</param>
    /// <param name="output">-o|--out, The .look file to write.</param>
    /// <param name="recordings">Folder of a folder a word; other folders there are other phrases.</param>
    /// <param name="data">Folder of the unpacked data: speech-commands, commands-dev, speech-negatives. Only what its split gives to training and choosing is read.</param>
    /// <param name="more">Folder of what more-speech.py makes.</param>
    /// <param name="embedding">Folder of the speech embedding; by default where fetch-embedding keeps it.</param>
    /// <param name="copies">Changed copies of every recording: level, speed, noise.</param>
    /// <param name="otherWords">Clips of other words to learn from.</param>
    /// <param name="utterances">Utterances of running speech to learn from, each once clean and once changed, and to judge by.</param>
    /// <param name="snr">Noise below the words and the speech that are judged, in dB.</param>
    /// <param name="units">Units of the hidden layer.</param>
    /// <param name="epochs">Passes over the clips.</param>
    /// <param name="running">Examples of running speech for each one of a word, per pass.</param>
    /// <param name="folds">Parts of recordings and speakers, each judged by a head that is fitted without it.</param>
    /// <param name="alarms">False alarms an hour that the threshold allows.</param>
    /// <param name="ownPower">Weight of the network's own score.</param>
    /// <param name="backgroundPower">Weight of what came before the burst.</param>
    /// <param name="calmMilliseconds">Time with hardly a switch open that ends a burst.</param>
    /// <param name="cutMilliseconds">How often a burst of more than 1.5 s is asked about; 0: never.</param>
    /// <param name="voices">Folders of synthesised words, as `surnn-train voices` writes them, with commas between: those of the words are learnt as they are, others as unknown. None of them is judged.</param>
    /// <param name="textOnly">Of the words only those of --voices are learnt: the recordings judge what text alone gives.</param>
    /// <param name="threads">Threads for embeddings.</param>
    /// <param name="seed">Chooses copies, order and first weights.</param>
    [Command("second-look-word")]
    public void Fit([Argument] string words, string model, string output, string recordings, string data, string? more = null, string? embedding = null, int copies = 4, int otherWords = 3000, int utterances = 2400, double snr = 10,
        int units = 128, int epochs = 5, double running = 3, int folds = 5, double alarms = 0.5, float ownPower = 0.25f, float backgroundPower = 0.25f, int calmMilliseconds = 200, int cutMilliseconds = 400, string voices = "", bool textOnly = false, int threads = 2, int seed = 1)
    {
        if (folds < 2) throw new ArgumentException($"Judging needs 2 folds or more, not {folds}.");
        var net = ModelFile.Load(model);
        var (config, rate) = (net.Config, net.Config.RequireFrontEnd().SampleRate);
        var wanted = FitCommand.Split(words);
        if (wanted.Except(config.Labels).FirstOrDefault() is { } missing) throw new ArgumentException($"{model} has no label '{missing}', only {string.Join(", ", config.Labels)}.");
        IReadOnlyList<string> labels = [Corpus.Unknown, .. wanted];
        LookFileOf[] synthesised = [.. SecondLookCommand.Synthesised(voices).Select(clip => new LookFileOf(clip.File, Math.Max(0, labels.ToList().IndexOf(clip.Word)), -1))];
        if (textOnly && synthesised.All(clip => clip.Label == 0)) throw new InvalidDataException($"--text-only learns from --voices, and there is no clip of {words} in '{voices}': run surnn-train voices --words {words} --out FOLDER.");
        var shape = LookShape.WakeWords;
        var rule = new VerifierRule
        {
            OwnPower = ownPower,
            BackgroundPower = backgroundPower,
            Calm = TimeSpan.FromMilliseconds(calmMilliseconds),
            AtMost = TimeSpan.FromSeconds(1.5),
            CutEvery = TimeSpan.FromMilliseconds(cutMilliseconds),
        }.Validate();
        var (sounds, clock) = (new JudgingData(data, more), Stopwatch.StartNew());
        using var speech = new SpeechEmbedding(EmbeddingFiles.Load(embedding));
        var maker = new LookBankMaker(net, shape, rule, speech, new LookSounds(SecondLookCommand.Noise(sounds, more, rate), rate), threads);

        var said = Recordings(recordings, folds);
        LookFileOf[] takes = [.. said.Select(one => new LookFileOf(one.File, Math.Max(0, labels.ToList().IndexOf(one.Word)), one.Fold))];
        if (takes.All(take => take.Label == 0)) throw new InvalidDataException($"{recordings} has no recordings of {words}: put WAV files into {Path.Combine(recordings, wanted[0])}.");
        var bank = maker.Words(textOnly ? synthesised : takes, copies, seed);
        if (!textOnly) bank.Add(maker.Words(synthesised, 1, seed + 1));
        Say(clock, $"{takes.Length} recordings, {synthesised.Length} synthesised words, {bank.Examples.Count} examples");
        var clips = sounds.Clips(Purpose.Training).Where(clip => clip.Label != Corpus.Silence).Select(clip => clip.File).ToArray();
        if (more is not null) clips = [.. clips, .. SecondLookCommand.OtherWords(Path.Combine(more, "words-more"), clips.Length)];
        bank.Add(maker.Words([.. Thin(clips, otherWords).Select(file => new LookFileOf(file, 0, -1))], 1, seed));
        Say(clock, $"other words, {bank.Examples.Count} examples");

        SplitSpeech[] talk = [.. Thin(sounds.SpeechWithoutCommands(Purpose.Training), utterances)];
        var speakers = talk.Select(one => one.Speaker).Distinct().ToList();
        int Part(string speaker) => speakers.IndexOf(speaker) % folds;
        bank.Add(maker.Speech([.. talk.Select(one => new LookFileOf(one.File, 0, Part(one.Speaker)))], 1, seed));
        Say(clock, $"{talk.Length} utterances, {bank.Examples.Count(one => one.Kind == LookBank.Kind.Candidate)} candidates in them, {bank.Examples.Count} examples");

        var streams = new LookStreams(net.Config.RequireFrontEnd().SampleRate, maker.Candidates, threads);
        var beds = sounds.Noise(Purpose.Choosing).Concat(sounds.Noise(Purpose.Reporting)).Select(one => one.Cut(Corpus.Read(one.File, rate))).ToArray();
        var judged = new List<LookStream>();
        for (var fold = 0; fold < folds; fold++)
            judged.AddRange(streams.Words([.. said.Where(one => one.Fold == fold && wanted.Contains(one.Word)).Select(one => (one.File, one.Word))], beds, LookStreamKind.Words, snr, every: 6).Select(stream => stream with { Speaker = fold }));
        for (var fold = 0; fold < folds; fold++)
            judged.AddRange(streams.Words([.. said.Where(one => one.Fold == fold && !wanted.Contains(one.Word)).Select(one => (one.File, one.Word))], beds, LookStreamKind.OtherWords, snr, every: 6).Select(stream => stream with { Speaker = fold }));
        judged.AddRange(streams.Speech([.. talk.Select(one => (one.File, Part(one.Speaker), one.Kind == SpeechKind.Read ? LookStreamKind.Read : LookStreamKind.OtherSpeech))], beds, snr));
        var kept = new[] { Purpose.Choosing, Purpose.Reporting }.SelectMany(sounds.SpeechWithoutCommands);
        judged.AddRange(streams.Speech([.. kept.Select(one => (one.File, -1, one.Kind == SpeechKind.Read ? LookStreamKind.Read : LookStreamKind.OtherSpeech))], beds, snr));
        var hours = judged.Where(stream => stream.Kind is LookStreamKind.Read or LookStreamKind.OtherSpeech).Sum(stream => stream.Length.TotalHours);
        Say(clock, $"judged: {judged.Where(stream => stream.Kind == LookStreamKind.Words).Sum(stream => stream.Events.Count)} recordings, {hours:0.00} h, {judged.Sum(stream => stream.Candidates.Count)} candidates");
        var silent = judged.Where(stream => stream.Kind == LookStreamKind.Words).Sum(stream => stream.Events.Count(one => !stream.Candidates.Any(candidate => EventMatch.Covers(one, At(candidate.Burst.Known, rate)))));
        Console.WriteLine($"recordings without a candidate: {silent}");

        var fit = new LookFit { Units = units, Epochs = epochs, Running = running, Seed = seed };
        LookHead Head(int without) => LookTrainer.Fit(bank, shape, labels, rule, fit, one => without < 0 || one.Speaker < 0 || one.Speaker != without, (epoch, loss) => { if (epoch == epochs) Say(clock, $"loss {loss:0.000}"); });
        var heads = Enumerable.Range(0, folds).Select(Head).ToArray();
        var all = Head(-1);
        foreach (var (own, before) in new[] { (0f, 0f), (0.25f, 0f), (0f, 0.25f), (0.25f, 0.25f) })
        {
            LookHead Ruled(LookHead head) => head with { Rule = rule with { OwnPower = own, BackgroundPower = before } };
            LookHead Of(LookStream stream) => Ruled(stream.Speaker < 0 ? all : heads[stream.Speaker]);
            var judge = new LookJudge(judged, Of, config);
            Console.WriteLine(FormattableString.Invariant($"own^{own}, before^{before}"));
            foreach (var budget in new[] { 0, 0.2, 0.5, 1, 2, 5 }) Console.WriteLine(FormattableString.Invariant($"  within {budget} an hour: {judge.Within(budget)}"));
            Nested(judged, Of, config, folds, alarms);
        }
        var chosen = new LookJudge(judged, stream => stream.Speaker < 0 ? all : heads[stream.Speaker], config).Within(alarms);
        LookFile.Save(all with
        {
            Rule = rule with { Threshold = chosen.Threshold },
            Card = new Dictionary<string, string>
            {
                ["first stage"] = Path.GetFileName(model),
                ["command"] = FormattableString.Invariant($"surnn-train second-look-word {words} --copies {copies} --other-words {otherWords} --utterances {utterances} --snr {snr} --units {units} --epochs {epochs} --running {running} --folds {folds} --alarms {alarms} --own-power {ownPower} --background-power {backgroundPower} --calm-milliseconds {calmMilliseconds} --cut-milliseconds {cutMilliseconds}{(voices.Length > 0 ? $" --voices {voices}" : "")}{(textOnly ? " --text-only" : "")} --seed {seed}"),
                ["chosen by"] = chosen.ToString(),
            },
        }, output);
        Say(clock, $"{output}: {new FileInfo(output).Length} bytes");
    }

    /// <summary>Each part at the threshold that the other parts give: no sound chooses its own.</summary>
    static void Nested(IReadOnlyList<LookStream> judged, Func<LookStream, LookHead> head, SuRnnConfig config, int folds, double alarms)
    {
        var (missed, words, fired, hours) = (0, 0, 0, 0.0);
        for (var fold = 0; fold < folds; fold++)
        {
            var threshold = new LookJudge([.. judged.Where(stream => stream.Speaker != fold)], head, config).Within(alarms).Threshold;
            var point = new LookJudge([.. judged.Where(stream => stream.Speaker == fold)], head, config).At(threshold);
            (missed, words, fired, hours) = (missed + point.Missed, words + point.Words, fired + point.Read + point.Other, hours + point.ReadHours + point.OtherHours);
        }
        Console.WriteLine(FormattableString.Invariant($"  each part at the others' threshold for {alarms} an hour: missed {missed} of {words} ({100.0 * missed / Math.Max(1, words):0.0} %), {fired} false alarms in {hours:0.00} h ({fired / Math.Max(1e-9, hours):0.00} an hour)"));
    }

    static IReadOnlyList<(string File, string Word, int Fold)> Recordings(string folder, int folds) =>
        [.. LabelFolders.ClipsIn(folder).Select(clip => (clip.File, clip.Label, Corpus.Fold(clip.File, folds)))];

    static TimeSpan At(long sample, int rate) => new(sample * TimeSpan.TicksPerSecond / rate);
}
