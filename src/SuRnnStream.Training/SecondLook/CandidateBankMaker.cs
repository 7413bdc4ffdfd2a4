using SuRnnStream.Evaluation;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Mel;

namespace SuRnnStream.Training.SecondLook;

/// <summary>Makes a bank of what a first stage proposes: words at the end of their own burst, as in a stream, and everything in running speech and noise.</summary>
/// <param name="model">The first stage.</param>
/// <param name="verifier">What the second look sees.</param>
/// <param name="sounds">Puts clips where a detector meets them.</param>
/// <param name="threads">That look for candidates.</param>
/// <param name="teacher">Gives words and speech their targets: of a word's clip as it is, whatever the window's copy of it is; null: none.</param>
sealed class CandidateBankMaker(SuRnnModel model, ModelVerifier verifier, LookSounds sounds, int threads, SpeechTeacher? teacher = null)
{
    readonly int _rate = model.Config.RequireFrontEnd().SampleRate;

    /// <summary>Of each clip the longest burst in it, once clean and as often as asked changed; a clip without one is left out.</summary>
    public void AddWords(CandidateBank bank, IReadOnlyList<(string File, int Label)> clips, Func<int, int> copies, int seed)
    {
        var jobs = clips.SelectMany(clip => Enumerable.Range(0, 1 + copies(clip.Label)).Select(copy => (clip.File, clip.Label, Copy: copy))).ToArray();
        foreach (var (frames, label, target) in Run(jobs, (job, i, scan) =>
        {
            var (clip, random) = (Corpus.Read(job.File, _rate), new Random(seed + 7_919 * i));
            var placed = job.Copy == 0 ? sounds.Clean(clip, random) : sounds.Copy(clip, random);
            var own = scan.Run(placed.Samples).Where(one => placed.Holds(one.Burst)).OrderByDescending(one => one.Burst.Length).Take(1);
            return own.Select(one => (one.Frames, job.Label, teacher?.Target(clip, AudiblePart.Of(clip, _rate).End)));
        }))
            bank.Add(frames, label, label > 1 ? CandidateBank.Kind.Command : CandidateBank.Kind.OtherWord, target);
    }

    /// <summary>Other words that begin like a command: of each clip the longest burst in it, clean and as often as asked changed.</summary>
    public void AddBeginnings(CandidateBank bank, IReadOnlyList<string> clips, int copies, int seed)
    {
        var words = new CandidateBank();
        AddWords(words, [.. clips.Select(file => (file, 1))], _ => copies, seed);
        bank.Add(words, CandidateBank.Kind.Beginning);
    }

    /// <summary>
    /// Commands that go on as another word of the same speaker without a pause, as *yes* does in *yesterday*: of each pair the burst that holds the seam, clean and as often as asked changed. Pairs
    /// in which the first stage pauses at the seam are left out: there the command is one.
    /// </summary>
    public void AddSpliced(CandidateBank bank, IReadOnlyList<(string Command, string Other)> pairs, int copies, int seed)
    {
        var jobs = pairs.SelectMany(pair => Enumerable.Range(0, 1 + copies).Select(copy => (Pair: pair, Copy: copy))).ToArray();
        foreach (var (frames, target) in Run(jobs, (job, i, scan) =>
        {
            var random = new Random(seed + 7_919 * i);
            var (word, seam) = SplicedWord.Make(Corpus.Read(job.Pair.Command, _rate), Corpus.Read(job.Pair.Other, _rate), _rate, random);
            var placed = job.Copy == 0 ? sounds.Clean(word, random) : sounds.Copy(word, random);
            return scan.Run(placed.Samples).Where(one => placed.HoldsSeam(one.Burst, (double)seam / word.Length, _rate)).Take(1).Select(one => (one.Frames, teacher?.Target(placed.Samples, (int)one.Burst.End)));
        }))
            bank.Add(frames, 1, CandidateBank.Kind.Beginning, target);
    }

    /// <summary>All candidates of running speech, once clean and as often as asked changed.</summary>
    public void AddSpeech(CandidateBank bank, IReadOnlyList<string> files, int copies, int seed)
    {
        var jobs = files.SelectMany(file => Enumerable.Range(0, 1 + copies).Select(copy => (File: file, Copy: copy))).ToArray();
        foreach (var (frames, target) in Run(jobs, (job, i, scan) =>
        {
            var (speech, random) = (Corpus.Read(job.File, _rate), new Random(seed + 104_729 * i));
            var samples = job.Copy == 0 ? sounds.CleanSpeech(speech, random) : sounds.SpeechCopy(speech, random);
            return scan.Run(samples).Select(one => (one.Frames, teacher?.Target(samples, (int)one.Burst.End)));
        }))
            bank.Add(frames, 1, CandidateBank.Kind.Speech, target);
    }

    /// <summary>All candidates of recordings of noise.</summary>
    public void AddNoise(CandidateBank bank, IReadOnlyList<float[]> recordings)
    {
        foreach (var frames in Run(recordings, (noise, _, scan) => scan.Run(noise).Select(one => one.Frames))) bank.Add(frames, 0, CandidateBank.Kind.Noise);
    }

    IEnumerable<TResult> Run<T, TResult>(IReadOnlyList<T> jobs, Func<T, int, FrameScan, IEnumerable<TResult>> make)
    {
        var results = new TResult[jobs.Count][];
        Parallel.For(0, jobs.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new FrameScan(model, verifier), (i, _, scan) =>
        {
            results[i] = [.. make(jobs[i], i, scan)];
            return scan;
        }, _ => { });
        return results.SelectMany(one => one);
    }
}
