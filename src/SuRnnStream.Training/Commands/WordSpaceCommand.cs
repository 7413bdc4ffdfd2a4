using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Mel;
using SuRnnStream.Training.WordSpaces;
using TorchSharp;
using static SuRnnStream.Training.TimedLines;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train word-space`.</summary>
sealed class WordSpaceCommand
{
    /// <summary>Trains a word space: a network whose vectors of the same word are near each other, for `surnn enroll`. `word-bank` makes the file of it.</summary>
    /// <param name="data">Folder of the unpacked data.</param>
    /// <param name="output">-o|--out, The file of weights to write.</param>
    /// <param name="more">Folder of further recordings, as more-speech.py writes it.</param>
    /// <param name="voices">Folders of synthesised words, as `surnn-train voices` writes them, with commas between.</param>
    /// <param name="planes">Cache of the recordings as mel planes, made if it is not there; fit-words makes the same.</param>
    /// <param name="ofForeignWord">Clips of each word of another language, beside the few of the cache.</param>
    /// <param name="minutes">Until the end of the training.</param>
    /// <param name="channels">Channels of the convolutions.</param>
    /// <param name="blocks">Convolutions after the first.</param>
    /// <param name="batch">Windows a step.</param>
    /// <param name="start">What to begin with, of as many channels: weights that this command wrote, a .space, or a model with a second look, whose convolutions are taken; null: nothing.</param>
    /// <param name="voice">A .space whose branch for the voice is taken with a second look's convolutions; null: it is learnt from nothing.</param>
    /// <param name="teacher">Folder of a speech embedding's networks whose numbers it learns beside the words; empty: where `surnn-train fetch-embedding` keeps them; null: no distillation.</param>
    /// <param name="distillation">Weight of those numbers in the loss.</param>
    /// <param name="rate">The learning rate's highest.</param>
    /// <param name="margin">That the right word's cosine has to be larger by.</param>
    /// <param name="sharpness">Of the softmax over cosines.</param>
    /// <param name="seed">Chooses batches and first weights.</param>
    /// <param name="threads">Threads of Torch's own operations.</param>
    [Command("word-space")]
    public int Fit(string data, string output, string? more = null, string voices = "", string? planes = null, int ofForeignWord = 120, double minutes = 40, int channels = 96, int blocks = 6, int batch = 192, string? start = null, string? voice = null, string? teacher = null, double distillation = 0.3, double rate = 2.5e-3, double margin = 0.1, float sharpness = 18, int seed = 1, int threads = 1)
    {
        torch.set_num_threads(threads);
        using var interruption = new Interruption();
        var (shape, frontEnd) = (new WordSpaceShape { Channels = channels, Blocks = blocks }.Validate(), new FrontEndConfig());
        var sounds = new JudgingData(data, more);
        var corpus = MelCorpus.Load(sounds, frontEnd, teacher, planes ?? output + ".planes", Say);
        LeftOutSpeakers.Drop(corpus, sounds); // their speech is the bank's, for thresholds
        if (more is not null) AddFurther(corpus, Path.Combine(more, "arabic-commands-more"), "+ar-", ofForeignWord, frontEnd);
        if (more is not null) AddFurther(corpus, Path.Combine(more, "words-more"), "+", int.MaxValue, frontEnd);
        foreach (var folder in FitCommand.Split(voices)) corpus.AddVoices(folder, frontEnd, Say);
        corpus.Training.RemoveAll(sound => EnrolmentSounds.IsJudged(sound.Word));
        var kinds = new WordKinds(corpus.Training);
        Say($"{corpus.Training.Count} clips, {kinds.Words} kinds, {kinds.Speakers} speakers with enough clips; {shape.MultiplyAdds:n0} multiply-adds a candidate");
        using var mixer = new MelMixer(corpus, [Corpus.Silence, Corpus.Unknown], frontEnd, seed);
        using var numbers = teacher is null ? null : TeacherNumbers.Of(mixer.Table) ?? throw new InvalidDataException("The cache of planes has no teacher's numbers: it was made without one. Delete it, or name another.");
        var card = new Dictionary<string, string>
        {
            ["word space"] = $"{corpus.Training.Count} clips of {kinds.Words - 2} kinds of words ({corpus.Training.Count(sound => sound.IsSynthesised)} clips synthesised), {kinds.Speakers} speakers with {6} clips or more",
            ["training"] = string.Create(CultureInfo.InvariantCulture, $"surnn-train word-space --minutes {minutes} --channels {channels} --blocks {blocks} --batch {batch} --rate {rate} --margin {margin} --sharpness {sharpness} --seed {seed}") + (teacher is null ? "" : FormattableString.Invariant($" --teacher EMBEDDING --distillation {distillation}")) + (start is null ? "" : $" --start {Path.GetFileName(start)}") + (voice is null ? "" : $" --voice {Path.GetFileName(voice)}"),
        };
        new WordSpaceTrainer(shape, mixer, kinds, new WordSpaceFit { Batch = batch, Minutes = minutes, LearningRate = rate, Margin = margin, Sharpness = sharpness, Distillation = distillation, Seed = seed }, numbers)
            .Run(start is null ? null : StartWeights.Of(start, shape, voice), Say, tensors => new WordSpaceWeights(shape, tensors, card).Save(output), interruption.Token);
        Say($"{output}: {new FileInfo(output).Length} bytes");
        return interruption.Token.IsCancellationRequested ? Interruption.ExitCode : 0;
    }

    /// <summary>Words of a folder that the corpus does not have yet.</summary>
    static void AddFurther(MelCorpus corpus, string root, string prefix, int most, FrontEndConfig frontEnd)
    {
        var (allowed, reader) = (Manifest.Allowed(root), new MelReader(frontEnd, null));
        var known = corpus.Training.Select(sound => sound.File).ToHashSet(StringComparer.Ordinal);
        var clips = new List<(string File, string Word, string Speaker)>();
        foreach (var (word, folder) in LabelFolders.In(root))
        {
            if (word.StartsWith("mixed", StringComparison.Ordinal)) continue; // various phrases
            string[] files = [.. LabelFolders.Clips(folder).Where(file => allowed(file) && !known.Contains(file))];
            new Random(2).Shuffle(files);
            clips.AddRange(files.Take(most).Select(file => (file, prefix + word, Path.GetFileName(file).Split('_')[0])));
        }
        corpus.Training.AddRange([.. clips.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(clip => reader.Word(clip.File, clip.Word, clip.Speaker)).OfType<MelSound>()]);
    }
}
