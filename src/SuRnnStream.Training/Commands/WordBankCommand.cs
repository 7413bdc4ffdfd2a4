using System.Diagnostics;
using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Mel;
using SuRnnStream.Training.SecondLook;
using SuRnnStream.Training.WordSpaces;
using static SuRnnStream.Training.TimedLines;
using static SuRnnStream.Training.WordSpaces.EnrolmentSounds;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train word-bank`.</summary>
sealed class WordBankCommand
{
    const int SynthesisedForSpread = 200; // words

    /// <summary>Makes the file that `surnn enroll` works with, of a trained word space and a bank of sounds that are nobody's word.</summary>
    /// <param name="weights">What word-space wrote.</param>
    /// <param name="data">Folder of the unpacked data. Only what its split gives to training is read.</param>
    /// <param name="output">-o|--out, The .space file to write.</param>
    /// <param name="model">-m, The first stage, whose candidates the bank has.</param>
    /// <param name="more">Folder of what more-speech.py makes.</param>
    /// <param name="voices">Folder of synthesised words, as `surnn-train voices` writes them.</param>
    /// <param name="candidates">Candidates of running speech of speakers that word-space left out: thresholds come from them.</param>
    /// <param name="others">Candidates of other speakers, to learn from alone.</param>
    /// <param name="pieces">Other pieces of running speech.</param>
    /// <param name="words">Single words.</param>
    /// <param name="speakers">Speakers whose voices are kept, with three clips each.</param>
    /// <param name="utterances">Utterances of running speech to look for candidates in, of each of the two kinds of speakers at most.</param>
    /// <param name="shifts">Places at which the window's segments are laid; 0: as trained.</param>
    /// <param name="step">Positions from one of them to the next; 0: as trained.</param>
    /// <param name="after">Frames after a burst that are seen; negative: as trained.</param>
    /// <param name="seed">Chooses all of them.</param>
    [Command("word-bank")]
    public void Make([Argument] string weights, string data, string output, string model = "models/commands.surnn", string? more = null, string? voices = null, int candidates = 2_800, int others = 800, int pieces = 600, int words = 1_600, int speakers = 150, int utterances = 2_400, int shifts = 0, int step = 0, int after = -1, int seed = 1)
    {
        var (trained, clock, proposer) = (WordSpaceWeights.Load(weights), Stopwatch.StartNew(), ModelFile.Load(model));
        trained = trained with { Shape = WordSpread.Laid(trained.Shape, shifts, step, after) };
        var front = proposer.Config.RequireFrontEnd();
        var rate = front.SampleRate;
        var sounds = new JudgingData(data, more);
        var noise = SecondLookCommand.Noise(sounds, more, rate);
        var (spread, kinds, vectors) = WordSpread.Of(SpreadWordsOf(sounds, more, voices), WordSpread.MostOfKind, proposer, NetworkOf(trained), noise, seed);
        trained = trained with { Tensors = WordSpread.Folded(trained.Shape, trained.Tensors, spread) };
        Say(clock, $"spread of {vectors} vectors of {kinds} words");
        var network = NetworkOf(trained);
        var allowed = more is null ? _ => true : Manifest.Allowed(Path.Combine(more, "speech-more"));
        SplitSpeech[] talk = [.. sounds.Speech(Purpose.Training).Where(one => one.Kind != SpeechKind.Untranscribed && allowed(one.File))];
        var placing = new LookSounds(noise, rate);
        (List<float[]> Found, double Hours) Of(bool leftOut, int most)
        {
            SplitSpeech[] said = [.. Thin([.. talk.Where(one => LeftOutSpeakers.Has(one.Speaker) == leftOut)], utterances)];
            var (found, hours) = Candidates([.. BySpeaker(said, seed)], proposer, trained.Shape, network, placing, rate, seed);
            Say(clock, $"{said.Length} utterances of {said.Select(one => one.Speaker).Distinct().Count()} {(leftOut ? "speakers left out" : "others")}, {hours:0.00} h, {found.Count} candidates");
            return found.Count <= most ? (found, hours) : (Some(found, most, seed), hours * most / found.Count);
        }
        var (heard, hours) = Of(leftOut: true, candidates);
        var bank = new List<float[]>([.. heard, .. Of(leftOut: false, others).Found]);
        var learned = bank.Count - heard.Count;
        bank.AddRange(Pieces(talk, pieces, front, trained.Shape, network, seed));

        bank.AddRange(Words(WordsOf(sounds, more, voices, int.MaxValue), words, proposer, trained.Shape, network, noise, rate, seed));
        Say(clock, $"{bank.Count} vectors");

        var (voiceVectors, numbers) = Voices(sounds, speakers, proposer, trained.Shape, network, noise, rate, seed);
        var card = new Dictionary<string, string>(trained.Card)
        {
            ["spread"] = SpreadLine(kinds, vectors),
            ["bank"] = string.Create(CultureInfo.InvariantCulture, $"{heard.Count} candidates of {hours:0.00} h of running speech by speakers that the network did not learn from, {learned} of others, {pieces} other pieces of speech, {bank.Count - heard.Count - learned - pieces} single words, {numbers.Distinct().Count()} voices; seed {seed}"),
            ["licences"] = "Speech Commands (CC BY 4.0), LibriSpeech train-clean-5 (CC BY 4.0)" + (more is null ? "" : "; of MORE.md's sets what their manifests allow without share-alike: speechocean762, Arabic Speech Commands (CC BY 4.0), DSPSpeech-20 (MIT), Precise Community Data (public domain), custom commands (CC BY 4.0)") + (voices is null ? "" : "; voices of espeak-ng, flite and SVOX Pico"),
        };
        var made = WordSpace.Of(trained.Shape, trained.Tensors, [.. bank], heard.Count, hours, voiceVectors, numbers, card);
        made.Save(output);
        Say(clock, $"{output}: {new FileInfo(output).Length} bytes, {WordSpace.Load(output).BankVectors} vectors");
    }

    static WordSpaceNetwork NetworkOf(WordSpaceWeights trained)
    {
        var tensors = WordSpace.Rounded(trained.Shape.Tensors(), trained.Tensors);
        return new(trained.Shape, name => tensors[name]);
    }

    /// <summary>Clips of words to learn from, each with its word: recorded ones, and as many of the synthesised words as asked for.</summary>
    internal static List<(string File, string Group)> WordsOf(JudgingData sounds, string? more, string? voices, int synthesised)
    {
        var files = sounds.Clips(Purpose.Training).Where(clip => clip.Label != Corpus.Silence).Select(clip => (clip.File, Group: clip.Word)).ToList();
        if (more is not null) files.AddRange(SecondLookCommand.OtherWords(Path.Combine(more, "words-more"), 1_500).Where(Manifest.Allowed(Path.Combine(more, "words-more"))).Select(file => (file, "+" + Path.GetFileName(Path.GetDirectoryName(file)))));
        if (voices is not null) files.AddRange(Directory.GetFiles(voices, "*.wav", SearchOption.AllDirectories).GroupBy(file => Path.GetFileName(Path.GetDirectoryName(file))).OrderBy(group => group.Key, StringComparer.Ordinal).Take(synthesised).SelectMany(group => group.Order(StringComparer.Ordinal).Select(file => (file, "~" + group.Key))));
        files.RemoveAll(one => IsJudged(one.Group));
        return files;
    }

    /// <summary>Clips to measure by how one word's vectors differ: <see cref="WordsOf"/> with a part of the synthesised words, and the Arabic ones.</summary>
    internal static List<(string File, string Group)> SpreadWordsOf(JudgingData sounds, string? more, string? voices)
    {
        var files = WordsOf(sounds, more, voices, SynthesisedForSpread);
        if (more is null) return files;
        var arabic = Path.Combine(more, "arabic-commands-more");
        files.AddRange(Directory.GetFiles(arabic, "*.wav", SearchOption.AllDirectories).Where(Manifest.Allowed(arabic)).Order(StringComparer.Ordinal).Select(file => (file, "+ar-" + Path.GetFileName(Path.GetDirectoryName(file)))));
        return files;
    }

    internal static string SpreadLine(int kinds, int vectors) => string.Create(CultureInfo.InvariantCulture, $"{vectors} vectors of {kinds} words, floor {WordSpread.Floor}");

    static (List<float[]> Vectors, double Hours) Candidates(SplitSpeech[] talk, SuRnnModel proposer, WordSpaceShape shape, WordSpaceNetwork network, LookSounds sounds, int rate, int seed)
    {
        var (found, samples) = (new List<float[]>[talk.Length], new long[talk.Length]);
        Parallel.For(0, talk.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, () => new CandidateWindows(proposer, shape), (i, _, windows) =>
        {
            var (speech, random) = (Corpus.Read(talk[i].File, rate), new Random(seed + 7_919 * i));
            samples[i] = speech.Length;
            found[i] = [.. windows.Find(i % 2 == 0 ? sounds.CleanSpeech(speech, random) : sounds.SpeechCopy(speech, random)).Select(one => Word(network, one.Frames))];
            return windows;
        }, _ => { });
        return ([.. found.SelectMany(list => list)], samples.Sum() / (double)rate / 3_600);
    }

    static IEnumerable<float[]> Pieces(SplitSpeech[] talk, int count, FrontEndConfig front, WordSpaceShape shape, WordSpaceNetwork network, int seed)
    {
        var (reader, random) = (new MelReader(front, null), new Random(seed + 1));
        for (var made = 0; made < count;)
        {
            var frames = reader.Frames(Corpus.Read(talk[random.Next(talk.Length)].File, front.SampleRate));
            var last = frames.Length / front.Bands - shape.Frames;
            if (last <= 0) continue;
            yield return Word(network, frames.AsSpan(random.Next(last) * front.Bands, shape.Frames * front.Bands).ToArray());
            made++;
        }
    }

    static IEnumerable<float[]> Words(List<(string File, string Group)> files, int count, SuRnnModel proposer, WordSpaceShape shape, WordSpaceNetwork network, IReadOnlyList<float[]> noise, int rate, int seed)
    {
        var random = new Random(seed + 2);
        string[][] groups = [.. files.GroupBy(one => one.Group).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Select(one => one.File).ToArray())];
        random.Shuffle(groups);
        string[] drawn = [.. Enumerable.Range(0, count).Select(i => groups[i % groups.Length][random.Next(groups[i % groups.Length].Length)])];
        var vectors = new float[]?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, () => new TakeCopies(new CandidateWindows(proposer, shape), noise, rate), (i, _, copies) =>
        {
            var (clip, own) = (Corpus.Read(drawn[i], rate), new Random(seed + 104_729 * i));
            if ((i % 2 == 0 ? copies.Clean(clip, own) : copies.Copy(clip, own)) is { } frames) vectors[i] = Word(network, frames);
            return copies;
        }, _ => { });
        return vectors.OfType<float[]>();
    }

    static (float[][] Vectors, int[] Speakers) Voices(JudgingData sounds, int count, SuRnnModel proposer, WordSpaceShape shape, WordSpaceNetwork network, IReadOnlyList<float[]> noise, int rate, int seed)
    {
        var (copies, random) = (new TakeCopies(new CandidateWindows(proposer, shape), noise, rate), new Random(seed + 3));
        var speakers = sounds.Clips(Purpose.Training).Where(clip => clip.Label != Corpus.Silence && clip.Speaker.Length > 0).GroupBy(clip => clip.Speaker).Where(group => group.Count() >= 3).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        random.Shuffle(speakers);
        var (vectors, numbers) = (new List<float[]>(), new List<int>());
        foreach (var (number, speaker) in speakers.Take(count).Index())
            foreach (var clip in speaker.Take(3))
            {
                if (copies.Clean(Corpus.Read(clip.File, rate), random) is not { } frames) continue;
                var voice = new float[shape.VoiceSize];
                network.Embed(frames, new float[shape.Size], voice);
                vectors.Add(voice);
                numbers.Add(number);
            }
        return ([.. vectors], [.. numbers]);
    }

    static float[] Word(WordSpaceNetwork network, float[] frames)
    {
        var vector = new float[network.Shape.Size];
        network.Embed(frames, vector, new float[network.Shape.VoiceSize]);
        return vector;
    }

    /// <summary>One speaker after another, in an order drawn at random: enrolment leaves thirds of the candidates out, and no speaker is to be in two of them.</summary>
    static IEnumerable<SplitSpeech> BySpeaker(SplitSpeech[] talk, int seed)
    {
        IGrouping<string, SplitSpeech>[] speakers = [.. talk.GroupBy(one => one.Speaker).OrderBy(group => group.Key, StringComparer.Ordinal)];
        new Random(seed + 4).Shuffle(speakers);
        return speakers.SelectMany(group => group);
    }

    /// <summary>Drawn at random, in their order.</summary>
    static List<T> Some<T>(List<T> all, int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, all.Count)];
        new Random(seed + 4).Shuffle(order);
        return [.. order.Take(count).Order().Select(i => all[i])];
    }
}
