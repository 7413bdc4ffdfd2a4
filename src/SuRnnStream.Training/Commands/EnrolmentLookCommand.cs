using System.Diagnostics;
using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.SecondLook;
using SuRnnStream.Training.WordSpaces;
using static SuRnnStream.Training.TimedLines;
using static SuRnnStream.Training.WordSpaces.EnrolmentSounds;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train enrolment-look`: the same over the speech embedding, which is the user's.</summary>
sealed class EnrolmentLookCommand
{
    static readonly double[] OwnWeights = [0.25, 0.5, 0.6, 0.75, 1];

    /// <summary>Fits a word space over the speech embedding, judges enrolments in it by the number of takes, and writes a head for a word from all its recordings. Fetch the embedding before: fetch-embedding.</summary>
    /// <param name="data">Folder of the unpacked data.</param>
    /// <param name="more">Folder of what more-speech.py makes.</param>
    /// <param name="model">-m, The first stage.</param>
    /// <param name="voices">Folder of synthesised words, as `surnn-train voices --kinds` writes them.</param>
    /// <param name="cache">Folder for embeddings, made once.</param>
    /// <param name="words">Folders of wake-words, with commas between.</param>
    /// <param name="takes">Numbers of takes, with commas between.</param>
    /// <param name="draws">Draws of each.</param>
    /// <param name="of">Clips of each kind of word, at most.</param>
    /// <param name="utterances">Utterances of running speech to learn from.</param>
    /// <param name="snr">Noise below recordings and speech, in dB.</param>
    /// <param name="budget">False alarms an hour.</param>
    /// <param name="units">Numbers in a vector.</param>
    /// <param name="epochs">Passes over the clips.</param>
    /// <param name="reporting">False: speech of the speakers to choose by; true: of those to report by.</param>
    /// <param name="wide">More speech of speakers that nothing learnt from: telephone callers, utterances with commands.</param>
    /// <param name="embedding">Folder of the speech embedding; by default where fetch-embedding keeps it.</param>
    /// <param name="output">-o|--out, Folder for a .look file of each word, from all its recordings; empty: none is written.</param>
    /// <param name="space">A word space: its enrolments are judged on the same streams, alone and in a weighted mean of both logits; empty: none.</param>
    /// <param name="noCallers">No speech of telephone callers: they say the words that only telephone recordings have.</param>
    /// <param name="seed">Chooses copies, order, first weights and draws.</param>
    [Command("enrolment-look")]
    public void Judge(string data, string more, string cache, string model = "models/commands.surnn", string? voices = null, string words = "computer,alexa,jarvis,snowboy", string takes = "1,3,5,10,20,50", int draws = 10, int of = 120, int utterances = 900, double snr = 10, double budget = 0.5, int units = 128, int epochs = 6, bool reporting = false, bool wide = false, string? embedding = null, string output = "", string space = "", bool noCallers = false, int seed = 1)
    {
        var (proposer, sounds, clock) = (ModelFile.Load(model), new JudgingData(data, more), Stopwatch.StartNew());
        var rate = proposer.Config.RequireFrontEnd().SampleRate;
        using var speech = new SpeechEmbedding(EmbeddingFiles.Load(embedding));
        var (shape, rule) = (LookShape.WakeWords, WordVerifier.DefaultRule);
        var maker = new LookBankMaker(proposer, shape, rule, speech, new LookSounds(SecondLookCommand.Noise(sounds, more, rate), rate), 2);
        Directory.CreateDirectory(cache);
        LookBank Cached(string name, Func<LookBank> make)
        {
            var path = Path.Combine(cache, name + ".bank");
            if (File.Exists(path)) return LookBank.Load(path);
            var made = make();
            made.Save(path);
            return made;
        }
        var (clips, labels) = Kinds(sounds, more, voices, of);
        var bank = Cached(FormattableString.Invariant($"kinds-{clips.Length}-{seed}"), () => maker.Words(clips, 1, seed));
        Say(clock, $"{clips.Length} clips of {labels.Count - 1} kinds");
        SplitSpeech[] talk = [.. Thin([.. sounds.Speech(Purpose.Training).Where(one => one.Kind is not (SpeechKind.Untranscribed or SpeechKind.Telephone))], utterances)]; // callers are judged by
        var running = Cached(FormattableString.Invariant($"speech-{talk.Length}-{seed}"), () => maker.Speech([.. talk.Select(one => new LookFileOf(one.File, 0, -1))], 1, seed));
        var hours = 2 * talk.Sum(one => AudioFile.ReadAll(one.File, rate).Length) / (double)rate / 3_600; // each clean and changed
        bank.Add(running);
        var head = LookTrainer.Fit(bank, shape, labels, rule, new LookFit { Units = units, Epochs = epochs, Running = 0.5, Seed = seed }, _ => true, (epoch, loss) => Say(clock, $"epoch {epoch}: loss {loss:0.000}"));
        var embedded = new LookSpace(head);
        var negatives = new List<float[]>();
        void Add(LookBank.Kind kind, int count) => negatives.AddRange(Thin([.. bank.Examples.Where(one => one.Kind == kind)], count).Select(one => embedded.Vector(bank, one)));
        Add(LookBank.Kind.Candidate, int.MaxValue);
        var candidates = negatives.Count;
        Add(LookBank.Kind.Running, 900);
        Add(LookBank.Kind.Word, 900);
        Add(LookBank.Kind.Copy, 900);
        Say(clock, $"bank: {candidates} candidates of {hours:0.00} h, {negatives.Count} vectors");

        var beds = Beds(sounds, rate);
        var own = space.Length == 0 ? null : WordSpace.Load(space);
        var enroller = own is null ? null : new WordEnroller(proposer, own, new EnrolmentOptions { FalseAlarmsPerHour = budget, Seed = seed });
        var streams = new LookStreams(rate, own is null ? maker.Candidates : sound => WithVectors(maker.Candidates(sound), new CandidateWindows(proposer, own.Shape).Find(sound), own, rate), 2);
        var judged = SpeechToJudge(sounds, reporting ? Purpose.Reporting : Purpose.Choosing, wide, noCallers);
        var names = judged.Select(one => one.Speaker).Distinct().ToList();
        var heard = streams.Speech([.. judged.Select(one => (one.File, names.IndexOf(one.Speaker), LookStreamKind.Read))], beds, snr);
        var (judgedHours, alarms) = (heard.Sum(stream => stream.Length.TotalHours), heard.SelectMany(stream => stream.Candidates).Select(one => new Vectors(embedded.Vector(one.Vectors), one.OwnVector)).ToArray());
        Say(clock, $"speech: {judgedHours:0.00} h, {alarms.Length} candidates");
        foreach (var word in FitCommand.Split(words))
        {
            string[] files = [.. Directory.GetFiles(Path.Combine(sounds.Folder("wake-words"), word), "*.wav").Order(StringComparer.Ordinal)];
            Take[] read = enroller is null ? [] : [.. files.Select(name => new Take(Path.GetFileName(name), Corpus.Read(name, rate)))]; // once, so that no draw embeds again what another has
            var spoken = Recordings(streams, files, beds, snr, rate, embedded);
            var takeBank = Cached($"take-{word}-{seed}", () => maker.Words([.. files.Select((file, i) => new LookFileOf(file, 1, i))], 4, seed));
            var positives = takeBank.Examples.Select(one => (Vector: embedded.Vector(takeBank, one), Take: one.Speaker)).ToLookup(one => one.Take);
            foreach (var count in FitCommand.Split(takes).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Where(count => count <= files.Length / 2 + 5))
            {
                var points = new List<(double Missed, double Alarms, double AtBudget)>();
                var both = OwnWeights.Select(_ => new List<double>()).ToArray();
                for (var draw = 0; draw < draws; draw++)
                {
                    var drawn = Drawn(files.Length, seed, count, draw);
                    var (w, b, scale) = embedded.Enroll([.. drawn.Take(count).SelectMany(take => positives[take])], negatives, candidates, hours, budget);
                    double[] found = [.. drawn.Skip(count).Select(i => spoken[i].Select(vector => Score(vector.Embedded)).DefaultIfEmpty(double.NegativeInfinity).Max())];
                    double[] fired = [.. alarms.Select(vector => Score(vector.Embedded)).OrderDescending()];
                    var level = fired[(int)(budget * judgedHours)];
                    points.Add((found.Count(score => score < 0) / (double)found.Length, fired.Count(score => score >= 0) / judgedHours, found.Count(score => score <= level) / (double)found.Length));
                    if (enroller is null || EnrolmentCommand.Without(enroller, word, [.. drawn.Take(count).Select(i => read[i])]) is not { } enrolled) continue;
                    var scorer = new EnrolmentJudge.Scorer(enrolled, word);
                    foreach (var (weight, parts) in OwnWeights.Zip(both))
                    {
                        var least = alarms.Select(Joint).OrderDescending().ElementAt((int)(budget * judgedHours));
                        parts.Add(drawn.Skip(count).Count(i => spoken[i].Select(Joint).DefaultIfEmpty(double.NegativeInfinity).Max() <= least) / (double)(files.Length - count));
                        double Joint(Vectors one) => (1 - weight) * scale * Score(one.Embedded) + weight * scorer.Score((one.Own!, []));
                    }
                    double Score(float[] vector) => WordRegression.Dot(vector, w) + b;
                }
                Say(clock, $"{word,-14} {count,3} takes: missed {Text(points, point => 100 * point.AtBudget)} % at {budget}/h of this speech; as enrolled {Text(points, point => 100 * point.Missed)} % at {Text(points, point => point.Alarms)} an hour");
                if (both[0].Count > 0) Say(clock, $"{word,-14} {count,3} takes: with the word space at a weight of {string.Join(", ", OwnWeights.Zip(both).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.First}: {100 * one.Second.Average():0.0}")))} % missed at {budget}/h");
            }
            if (output.Length == 0) continue;
            var (weights, bias, _) = embedded.Enroll([.. positives.SelectMany(take => take)], negatives, candidates, hours, budget);
            LookFile.Save(embedded.Head(word, weights, bias, new Dictionary<string, string> { ["enrolled"] = string.Create(CultureInfo.InvariantCulture, $"{files.Length} takes, {budget} false alarms an hour") }), Path.Combine(Directory.CreateDirectory(output).FullName, word + ".look"));
        }
    }

    /// <summary>Clips by kind; label 0 is running speech.</summary>
    static (LookFileOf[] Clips, IReadOnlyList<string> Labels) Kinds(JudgingData sounds, string more, string? voices, int of)
    {
        var all = sounds.Clips(Purpose.Training).Where(clip => clip.Label != Corpus.Silence).Select(clip => (clip.File, Kind: clip.Word)).ToList();
        void Add(string root, string prefix, Func<string, bool> allowed) => all.AddRange(Directory.GetFiles(root, "*.wav", SearchOption.AllDirectories).Where(allowed).Order(StringComparer.Ordinal).Select(file => (file, prefix + Path.GetFileName(Path.GetDirectoryName(file)))));
        Add(Path.Combine(more, "words-more"), "", Mel.Manifest.Allowed(Path.Combine(more, "words-more")));
        Add(Path.Combine(more, "arabic-commands-more"), "ar-", Mel.Manifest.Allowed(Path.Combine(more, "arabic-commands-more")));
        if (voices is not null) Add(voices, "~", _ => true);
        var kinds = all.Where(one => !one.Kind.StartsWith("mixed", StringComparison.Ordinal)).GroupBy(one => one.Kind).Where(group => group.Count() >= 4).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        return ([.. kinds.SelectMany((kind, i) => Thin([.. kind.Select(one => one.File)], kind.Key[0] == '~' ? Math.Min(of, 3) : of).Select(file => new LookFileOf(file, i + 1, -1)))], ["speech", .. kinds.Select(kind => kind.Key)]);
    }

    /// <param name="Embedded">A candidate's vector over the speech embedding.</param>
    /// <param name="Own">In the word space; null: there is none.</param>
    readonly record struct Vectors(float[] Embedded, float[]? Own);

    /// <summary>Candidates with the word space's vector of the same burst; of a burst that is cut the two give ends 0.16 s apart, so the nearest one is it.</summary>
    static IReadOnlyList<LookStream.Candidate> WithVectors(IReadOnlyList<LookStream.Candidate> candidates, IReadOnlyList<CandidateWindows.Window> windows, WordSpace own, int rate) => [.. candidates.Select(one =>
    {
        var window = windows.MinBy(window => Math.Abs(window.End - (double)one.Burst.End / rate));
        var (word, voice) = (new float[own.Shape.Size], new float[own.Shape.VoiceSize]);
        own.Network.Embed(window.Frames, word, voice);
        return one with { OwnVector = word };
    })];

    static Vectors[][] Recordings(LookStreams streams, string[] files, IReadOnlyList<float[]> beds, double snr, int rate, LookSpace embedded)
    {
        var found = new List<Vectors[]>();
        foreach (var stream in streams.Words([.. files.Select(file => (file, "word"))], beds, LookStreamKind.Words, snr, every: 6))
            found.AddRange(stream.Events.Select(one => stream.Candidates.Where(candidate => EventMatch.Covers(one, new TimeSpan(candidate.Burst.Known * TimeSpan.TicksPerSecond / rate))).Select(candidate => new Vectors(embedded.Vector(candidate.Vectors), candidate.OwnVector)).ToArray()));
        return [.. found];
    }
}
