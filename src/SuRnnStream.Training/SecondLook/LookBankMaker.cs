using SuRnnStream.Evaluation;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.SecondLook;

/// <summary>A recording to learn from.</summary>
/// <param name="File">Its path.</param>
/// <param name="Label">Place in the head's labels.</param>
/// <param name="Speaker">A number that a speaker's recordings share; -1: nobody knows.</param>
sealed record LookFileOf(string File, int Label, int Speaker);

/// <summary>
/// Makes the examples of a head: clips at the end of the first stage's own burst, as in the stream; running speech every 160 ms; and what the
/// first stage proposes in it.
/// </summary>
sealed class LookBankMaker(SuRnnModel model, LookShape shape, VerifierRule rule, SpeechEmbedding embedding, LookSounds sounds, int threads)
{
    const int Stride = 2;       // hops from one pretended candidate of running speech to the next
    const int PieceStrides = 12;

    readonly int _rate = model.Config.RequireFrontEnd().SampleRate;

    /// <summary>Every clip once clean and as often as asked changed; an example each.</summary>
    public LookBank Words(IReadOnlyList<LookFileOf> files, int copies, int seed)
    {
        return Make(files.Count * (1 + copies), job =>
        {
            var (file, copy) = (files[job / (1 + copies)], job % (1 + copies));
            var (clip, random) = (Corpus.Read(file.File, _rate), new Random(seed + 7919 * job));
            var placed = copy == 0 ? sounds.Clean(clip, random) : sounds.Copy(clip, random);
            var end = End(placed);
            return [new Piece(Embed(placed.Samples, end), copy == 0 ? LookBank.Kind.Word : LookBank.Kind.Copy, file.Speaker, [(0, file.Label)])];
        });
    }

    /// <summary>
    /// Further changed copies of the clips of labels that have fewer than the most frequent one, up to nine each: a label that is rare by chance would be
    /// taken for a rare word.
    /// </summary>
    public LookBank Balance(IReadOnlyList<LookFileOf> files, int seed)
    {
        var counts = files.GroupBy(file => file.Label).ToDictionary(label => label.Key, label => label.Count());
        LookFileOf[] again = [.. files.SelectMany(file => Enumerable.Repeat(file, Math.Min(9, counts.Values.Max() / counts[file.Label] - 1)))];
        return Make(again.Length, job =>
        {
            var random = new Random(seed + 15_485_863 + 6_101 * job);
            var placed = sounds.Copy(Corpus.Read(again[job].File, _rate), random);
            return [new Piece(Embed(placed.Samples, End(placed)), LookBank.Kind.Copy, again[job].Speaker, [(0, again[job].Label)])];
        });
    }

    /// <summary>Commands that go on as another word of the same speaker, as <see cref="CandidateBankMaker.AddSpliced"/> makes them, clean and as often as asked changed.</summary>
    /// <param name="pairs">Files.</param>
    /// <param name="label">Place of <em>unknown</em> in the head's labels.</param>
    /// <param name="copies">Changed copies of each.</param>
    /// <param name="seed">Chooses everything.</param>
    public LookBank Spliced(IReadOnlyList<(string Command, string Other)> pairs, int label, int copies, int seed)
    {
        return Make(pairs.Count * (1 + copies), job =>
        {
            var (pair, copy, random) = (pairs[job / (1 + copies)], job % (1 + copies), new Random(seed + 7919 * job));
            var (word, seam) = SplicedWord.Make(Corpus.Read(pair.Command, _rate), Corpus.Read(pair.Other, _rate), _rate, random);
            var placed = copy == 0 ? sounds.Clean(word, random) : sounds.Copy(word, random);
            var burst = new BurstScan(model, rule).Proposals(placed.Samples, shape.SamplesAfter).Find(one => placed.HoldsSeam(one, (double)seam / word.Length, _rate));
            return burst is null ? [] : [new Piece(Embed(placed.Samples, burst.End), copy == 0 ? LookBank.Kind.Word : LookBank.Kind.Copy, -1, [(0, label)])];
        });
    }

    /// <summary>Running speech, once clean and as often as asked changed: all of it, and the first stage's candidates once more.</summary>
    public LookBank Speech(IReadOnlyList<LookFileOf> files, int copies, int seed) => OfSpeech(files, copies, seed, (sound, file) => [.. Everywhere(sound, file), .. Proposed(sound, file)]);

    /// <summary>Running speech as <see cref="Speech"/> takes it, without the candidates: the same for every first stage.</summary>
    /// <inheritdoc cref="Speech" path="/param"/>
    public LookBank SpeechEverywhere(IReadOnlyList<LookFileOf> files, int copies, int seed) => OfSpeech(files, copies, seed, Everywhere);

    /// <summary>The first stage's candidates in running speech.</summary>
    /// <inheritdoc cref="Speech" path="/param"/>
    public LookBank SpeechProposed(IReadOnlyList<LookFileOf> files, int copies, int seed) => OfSpeech(files, copies, seed, Proposed);

    LookBank OfSpeech(IReadOnlyList<LookFileOf> files, int copies, int seed, Func<float[], LookFileOf, IReadOnlyList<Piece>> pieces) => Make(files.Count * (1 + copies), job =>
    {
        var (file, copy) = (files[job / (1 + copies)], job % (1 + copies));
        var (speech, random) = (Corpus.Read(file.File, _rate), new Random(seed + 104_729 * job));
        return pieces(copy == 0 ? sounds.CleanSpeech(speech, random) : sounds.SpeechCopy(speech, random), file);
    });

    IReadOnlyList<Piece> Everywhere(float[] sound, LookFileOf file)
    {
        var (pieces, windows) = (new List<Piece>(), shape.AllWindows + Stride * PieceStrides);
        var examples = Enumerable.Range(0, PieceStrides + 1).Select(i => (i * Stride, file.Label)).ToArray();
        using var run = embedding.NewRun(windows);
        for (var from = 0; from + run.Samples <= sound.Length; from += (PieceStrides + 1) * Stride * SpeechEmbedding.Hop)
            pieces.Add(new Piece(run.Run(sound.AsSpan(from, run.Samples)).ToArray(), LookBank.Kind.Running, file.Speaker, examples));
        return pieces;
    }

    IReadOnlyList<Piece> Proposed(float[] sound, LookFileOf file) =>
        [.. new BurstScan(model, rule).Proposals(sound, shape.SamplesAfter).Select(burst => new Piece(Embed(sound, burst.End), LookBank.Kind.Candidate, file.Speaker, [(0, file.Label)]))];

    /// <summary>What the first stage proposes in a sound, with the windows around it.</summary>
    public IReadOnlyList<LookStream.Candidate> Candidates(float[] sound) =>
        [.. new BurstScan(model, rule).Proposals(sound, shape.SamplesAfter).Select(burst => new LookStream.Candidate(burst, Embed(sound, burst.End)))];

    /// <summary>The windows around a burst's end; silence where the sound does not reach.</summary>
    public float[] Embed(ReadOnlySpan<float> sound, long end)
    {
        var (heard, from) = (new float[shape.Samples], end + shape.SamplesAfter - shape.Samples);
        var (first, last) = (Math.Max(0, from), Math.Min(sound.Length, from + heard.Length));
        if (last > first) sound[(int)first..(int)last].CopyTo(heard.AsSpan((int)(first - from)));
        using var run = embedding.NewRun(shape.AllWindows);
        return run.Run(heard).ToArray();
    }

    /// <summary>Where the longest burst of a clip ends; without any, where the clip's sound ends.</summary>
    long End(LookSounds.Placed placed)
    {
        if (rule.CutEvery > TimeSpan.Zero) return EndOfPiece(placed);
        var longest = new BurstScan(model, rule).Proposals(placed.Samples, shape.SamplesAfter).Where(placed.Holds).MaxBy(burst => burst.Length);
        return longest?.End ?? (placed.Start + placed.End) / 2 + _rate / 4;
    }

    /// <summary>Where bursts are cut: the end of what is proposed first after the clip's audible end, or 0.2 s before it.</summary>
    long EndOfPiece(LookSounds.Placed placed)
    {
        var audible = placed.Start + AudiblePart.Of(placed.Samples.AsSpan(placed.Start..placed.End), _rate).End;
        var piece = new BurstScan(model, rule).Proposals(placed.Samples, shape.SamplesAfter).Where(burst => burst.End >= audible - _rate / 5 && burst.Start < audible).MinBy(burst => burst.End);
        return piece is null ? audible + _rate / 20 : Math.Min(piece.End, audible + _rate / 2);
    }

    LookBank Make(int count, Func<int, IReadOnlyList<Piece>> make)
    {
        var made = new IReadOnlyList<Piece>[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => made[i] = make(i));
        var bank = new LookBank();
        foreach (var piece in made.SelectMany(pieces => pieces)) bank.Add(piece.Vectors, piece.Kind, piece.Speaker, piece.Examples);
        return bank;
    }

    readonly record struct Piece(float[] Vectors, LookBank.Kind Kind, int Speaker, (int, int)[] Examples);
}
