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
    /// <param name="model">-m, The first stage: a .surnn file that detects the words. One that knows none of them, such as the commands model, still proposes what is asked about: the file OUT.surnn, written beside, then has the words as labels that only the second look detects.</param>
    /// <param name="output">-o|--out, The .look file to write.</param>
    /// <param name="recordings">Folder of a folder a word; other folders there are other phrases.</param>
    /// <param name="data">Folder of the unpacked data: speech-commands, commands-dev, speech-negatives. Only what its split gives to training and choosing is read.</param>
    /// <param name="more">Folder of what more-speech.py makes.</param>
    /// <param name="cache">Folder for embeddings, so that the next fit takes minutes; by default the user's cache.</param>
    /// <param name="embedding">Folder of the speech embedding; by default where fetch-embedding keeps it.</param>
    /// <param name="copies">Changed copies of every recording: level, speed, noise.</param>
    /// <param name="otherWords">Clips of other words to learn from.</param>
    /// <param name="utterances">Utterances of running speech to learn from, each once clean and once changed, and to judge by.</param>
    /// <param name="snr">Noise below the words and the speech that are judged, in dB.</param>
    /// <param name="faintest">Faintest noise of the changed copies, in dB below; the loudest is 5 below.</param>
    /// <param name="units">Units of the hidden layer.</param>
    /// <param name="heads">Heads from as many seeds, of which the written one is the mean: it has as many times the units.</param>
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
    public void Fit([Argument] string words, string model, string output, string recordings, string data, string? more = null, string? cache = null, string? embedding = null, int copies = 4, int otherWords = 3000, int utterances = 2400, double snr = 10, double faintest = 45,
        int units = 128, int heads = 1, int epochs = 5, double running = 3, int folds = 5, double alarms = 0.5, float ownPower = 0.25f, float backgroundPower = 0.25f, int calmMilliseconds = 200, int cutMilliseconds = 400, string voices = "", bool textOnly = false, int threads = 2, int seed = 1)
    {
        if (folds < 2) throw new ArgumentException($"Judging needs 2 folds or more, not {folds}.");
        if (heads < 1) throw new ArgumentException($"A mean needs one head or more, not {heads}.");
        var net = ModelFile.Load(model);
        var wanted = FitCommand.Split(words);
        var known = wanted.Intersect(net.Config.Labels).Count();
        if (known > 0 && known < wanted.Length) throw new ArgumentException($"{model} knows {string.Join(", ", wanted.Intersect(net.Config.Labels))} but not {string.Join(", ", wanted.Except(net.Config.Labels))}: fit a head for each of both, since the score of the first stage counts for the one and there is none of the other.");
        if (known == 0) (net, ownPower) = (LookProposer.Make(net, wanted), 0);
        var (config, rate) = (net.Config, net.Config.RequireFrontEnd().SampleRate);
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
        var noise = new Lazy<IReadOnlyList<float[]>>(() => SecondLookCommand.Noise(sounds, more, rate));
        var maker = new Lazy<LookBankMaker>(() => new LookBankMaker(net, shape, rule, speech, new LookSounds(noise.Value, rate) { Faintest = faintest }, threads));
        var kept = new LookCache(cache);
        var stage = $"{LookCache.HashOf(model)} {string.Join(',', config.Labels)} {rule with { Threshold = 0.5f, OwnPower = 0, BackgroundPower = 0 }}";
        LookBank Bank(string what, string first, IReadOnlyList<LookFileOf> files, int copies, int seed, Func<LookBank> make) =>
            kept.Bank(FormattableString.Invariant($"{what} {shape} {first} {faintest} {copies} {seed} {more} {string.Join(' ', files)}"), make);
        LookBank Words(IReadOnlyList<LookFileOf> files, int copies, int seed) => Bank("word's clips", stage, files, copies, seed, () => maker.Value.Words(files, copies, seed));

        var said = Recordings(recordings, folds);
        LookFileOf[] takes = [.. said.Select(one => new LookFileOf(one.File, Math.Max(0, labels.ToList().IndexOf(one.Word)), one.Fold))];
        if (takes.All(take => take.Label == 0)) throw new InvalidDataException($"{recordings} has no recordings of {words}: put WAV files into {Path.Combine(recordings, wanted[0])}.");
        var bank = Words(textOnly ? synthesised : takes, copies, seed);
        if (!textOnly && synthesised.Length > 0) bank.Add(Words(synthesised, 1, seed + 1));
        Say(clock, $"{takes.Length} recordings, {synthesised.Length} synthesised words, {bank.Examples.Count} examples");
        var clips = sounds.Clips(Purpose.Training).Where(clip => clip.Label != Corpus.Silence).Select(clip => clip.File).ToArray();
        if (more is not null) clips = [.. clips, .. SecondLookCommand.OtherWords(Path.Combine(more, "words-more"), clips.Length)];
        bank.Add(Words([.. Thin(clips, otherWords).Select(file => new LookFileOf(file, 0, -1))], 1, seed));
        Say(clock, $"other words, {bank.Examples.Count} examples");

        SplitSpeech[] talk = [.. Thin(sounds.SpeechWithoutCommands(Purpose.Training), utterances)];
        var speakers = talk.Select(one => one.Speaker).Distinct().ToList();
        int Part(string speaker) => speakers.IndexOf(speaker) % folds;
        LookFileOf[] spoken = [.. talk.Select(one => new LookFileOf(one.File, 0, Part(one.Speaker)))];
        bank.Add(Bank("speech", "", spoken, 1, seed, () => maker.Value.SpeechEverywhere(spoken, 1, seed)));
        bank.Add(Bank("candidates", stage, spoken, 1, seed, () => maker.Value.SpeechProposed(spoken, 1, seed)));
        Say(clock, $"{talk.Length} utterances, {bank.Examples.Count(one => one.Kind == LookBank.Kind.Candidate)} candidates in them, {bank.Examples.Count} examples");

        SplitSpeech[] others = [.. new[] { Purpose.Choosing, Purpose.Reporting }.SelectMany(sounds.SpeechWithoutCommands)];
        var judged = kept.Streams(FormattableString.Invariant($"judged {shape} {stage} {snr} {folds} {words} {string.Join(' ', said)} {string.Join(' ', spoken.AsEnumerable())} {string.Join(' ', others.Select(one => one.File))}"), () =>
        {
            var streams = new LookStreams(rate, maker.Value.Candidates, threads);
            var beds = sounds.Noise(Purpose.Choosing).Concat(sounds.Noise(Purpose.Reporting)).Select(one => one.Cut(Corpus.Read(one.File, rate))).ToArray();
            IEnumerable<LookStream> Said(LookStreamKind kind) => Enumerable.Range(0, folds).SelectMany(fold => streams
                .Words([.. said.Where(one => one.Fold == fold && wanted.Contains(one.Word) == (kind == LookStreamKind.Words)).Select(one => (one.File, one.Word))], beds, kind, snr, every: 6)
                .Select(stream => stream with { Speaker = fold }));
            IEnumerable<LookStream> Talk(IEnumerable<SplitSpeech> of, Func<string, int> part) =>
                streams.Speech([.. of.Select(one => (one.File, part(one.Speaker), one.Kind == SpeechKind.Read ? LookStreamKind.Read : LookStreamKind.OtherSpeech))], beds, snr);
            return [.. Said(LookStreamKind.Words), .. Said(LookStreamKind.OtherWords), .. Talk(talk, Part), .. Talk(others, _ => -1)];
        });
        var hours = judged.Where(stream => stream.Kind is LookStreamKind.Read or LookStreamKind.OtherSpeech).Sum(stream => stream.Length.TotalHours);
        Say(clock, $"judged: {judged.Where(stream => stream.Kind == LookStreamKind.Words).Sum(stream => stream.Events.Count)} recordings, {hours:0.00} h, {judged.Sum(stream => stream.Candidates.Count)} candidates");
        var silent = judged.Where(stream => stream.Kind == LookStreamKind.Words).Sum(stream => stream.Events.Count(one => !stream.Candidates.Any(candidate => EventMatch.Covers(one, At(candidate.Burst.Known, rate)))));
        Console.WriteLine($"recordings without a candidate: {silent}");

        var fit = new LookFit { Units = units, Epochs = epochs, Running = running, Seed = seed };
        LookHead Head(int without) => LookHeads.Mean([.. Enumerable.Range(seed, heads).Select(one => LookTrainer.Fit(bank, shape, labels, rule, fit with { Seed = one }, example => without < 0 || example.Speaker < 0 || example.Speaker != without, (epoch, loss) => { if (epoch == epochs) Say(clock, $"loss {loss:0.000}"); }))]);
        var held = Enumerable.Range(0, folds).Select(Head).ToArray();
        var all = Head(-1);
        foreach (var (own, before) in new[] { (0f, 0f), (0.25f, 0f), (0f, 0.25f), (0.25f, 0.25f), (0f, 0.5f), (0.25f, 0.5f) }.Where(one => known > 0 || one.Item1 == 0))
        {
            LookHead Ruled(LookHead head) => head with { Rule = rule with { OwnPower = own, BackgroundPower = before } };
            LookHead Of(LookStream stream) => Ruled(stream.Speaker < 0 ? all : held[stream.Speaker]);
            var judge = new LookJudge(judged, Of, config);
            Console.WriteLine(FormattableString.Invariant($"own^{own}, before^{before}"));
            foreach (var budget in new[] { 0, 0.2, 0.5, 1, 2, 5 }) Console.WriteLine(FormattableString.Invariant($"  within {budget} an hour: {judge.Within(budget)}"));
            Nested(judged, Of, config, folds, alarms);
        }
        var last = new LookJudge(judged, stream => stream.Speaker < 0 ? all : held[stream.Speaker], config);
        var chosen = last.Within(alarms);
        Console.WriteLine($"chosen: {chosen}\n  {last.WhyMissed(chosen.Threshold)}");
        if (known == 0) ModelFile.Save(Path.ChangeExtension(output, ".surnn"), net);
        LookFile.Save(all with
        {
            Rule = rule with { Threshold = chosen.Threshold },
            Card = new Dictionary<string, string>
            {
                ["first stage"] = Path.GetFileName(model),
                ["command"] = FormattableString.Invariant($"surnn-train second-look-word {words} --copies {copies} --other-words {otherWords} --utterances {utterances} --snr {snr} --faintest {faintest} --units {units} --heads {heads} --epochs {epochs} --running {running} --folds {folds} --alarms {alarms} --own-power {ownPower} --background-power {backgroundPower} --calm-milliseconds {calmMilliseconds} --cut-milliseconds {cutMilliseconds}{(voices.Length > 0 ? $" --voices {voices}" : "")}{(textOnly ? " --text-only" : "")} --seed {seed}"),
                ["chosen by"] = chosen.ToString(),
            },
        }, output);
        Say(clock, $"{output}: {new FileInfo(output).Length} bytes");
    }

    /// <summary>Each part at the threshold that the other parts give: no sound chooses its own.</summary>
    static void Nested(IReadOnlyList<LookStream> judged, Func<LookStream, LookHead> head, SuRnnConfig config, int folds, double alarms)
    {
        var points = Enumerable.Range(-1, 1 + folds).Select(part =>
        {
            var threshold = new LookJudge([.. judged.Where(stream => stream.Speaker != part)], head, config).Within(alarms).Threshold;
            return new LookJudge([.. judged.Where(stream => stream.Speaker == part)], head, config).At(threshold);
        }).ToArray();
        var (missed, words) = (points.Sum(point => point.Missed), points.Sum(point => point.Words));
        Console.WriteLine(FormattableString.Invariant($"  each part at the others' threshold for {alarms} an hour: missed {missed} of {words} ({100.0 * missed / Math.Max(1, words):0.0} %; part by part {string.Join(", ", points[1..].Select(point => point.Missed))}), {Alarms(points[1..])} of the folds' speakers, {Alarms(points[..1])} of others"));

        static string Alarms(LookPoint[] of)
        {
            var (fired, hours) = (of.Sum(point => point.Read + point.Other), of.Sum(point => point.ReadHours + point.OtherHours));
            return FormattableString.Invariant($"{fired} false alarms in {hours:0.00} h ({fired / Math.Max(1e-9, hours):0.00} an hour)");
        }
    }

    static IReadOnlyList<(string File, string Word, int Fold)> Recordings(string folder, int folds) =>
        [.. LabelFolders.ClipsIn(folder).Select(clip => (clip.File, clip.Label, Corpus.Fold(clip.File, folds)))];

    static TimeSpan At(long sample, int rate) => new(sample * TimeSpan.TicksPerSecond / rate);
}
