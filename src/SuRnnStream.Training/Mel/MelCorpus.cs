using System.Globalization;
using SuRnnStream.Evaluation;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Mel;

/// <summary>All sounds of a training as log-mel frames, in memory, by the project's split of speakers.</summary>
sealed class MelCorpus
{
    const int MostOfUnknownWord = 120, MostOfForeignWord = 12, MadeNoises = 150;
    static readonly string[] MixedWords = ["mixed_en", "mixed_es"];
    static readonly string[] Talking = ["airport", "babble", "bus", "cafe", "metro", "neighbor", "restaurant", "square", "station"]; // noises in which people talk

    /// <summary>Words to train on.</summary>
    public List<MelSound> Training { get; } = [];

    /// <summary>Words to choose by, of other speakers: of the validation folders, and of commands-dev/train.</summary>
    public List<MelSound> Validation { get; } = [];

    /// <inheritdoc cref="Validation"/>
    public List<MelSound> Development { get; } = [];

    /// <summary>Frames [frames * Bands] of each recording to train on.</summary>
    public List<float[]> Speech { get; } = [];

    /// <inheritdoc cref="Speech"/>
    public List<float[]> Noise { get; } = [];

    /// <summary>Frames [frames * Bands] of each recording to choose by.</summary>
    public List<float[]> ChoosingSpeech { get; } = [];

    /// <inheritdoc cref="ChoosingSpeech"/>
    public List<float[]> ChoosingNoise { get; } = [];

    /// <summary>Reads <paramref name="cache"/> if it is there; else reads the recordings and writes it.</summary>
    /// <param name="data">Where the recordings lie.</param>
    /// <param name="frontEnd">Makes the frames.</param>
    /// <param name="teacher">Folder of the teacher's networks; null: no distillation.</param>
    /// <param name="cache">The file.</param>
    /// <param name="say">Told what was read.</param>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    public static MelCorpus Load(JudgingData data, FrontEndConfig frontEnd, string? teacher, string cache, Action<string> say)
    {
        var corpus = new MelCorpus();
        if (File.Exists(cache))
        {
            using var from = new BinaryReader(File.OpenRead(cache));
            corpus.ReadFrom(from);
            return corpus;
        }
        using var embedding = teacher is null ? null : new SpeechTeacher(teacher.Length == 0 ? null : teacher);
        var reader = new MelReader(frontEnd, embedding);
        corpus.AddWords(data, reader, say);
        corpus.AddStreams(data, reader, say);
        corpus.Save(cache);
        return corpus;
    }

    /// <summary>Writes what <see cref="Load"/> reads instead of the recordings.</summary>
    internal void Save(string cache)
    {
        using (var to = new BinaryWriter(File.Create(cache + ".tmp"))) WriteTo(to);
        File.Move(cache + ".tmp", cache, overwrite: true);
    }

    /// <summary>By what the words' clips and speakers are known again: what a model's card has of them. Clips that are no longer there are left out and counted.</summary>
    /// <param name="sampleRate">Of the model, in Hz.</param>
    public (TrainingPrint Print, int LeftOut) PrintOf(int sampleRate)
    {
        var (print, leftOut) = (new TrainingPrint(), 0);
        foreach (var (file, hash) in Training.Select(sound => sound.File).Distinct().AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(file => (file, Hash: File.Exists(file) ? SoundHash.Of(Corpus.Read(file, sampleRate)) : null)))
        {
            if (hash is null) leftOut++;
            else print.Add(hash, SpeakerNames.Of(SpeakersFrom.Name, file, "", isClip: true));
        }
        return (print, leftOut);
    }

    /// <summary>Adds what <c>surnn-train voices</c> wrote, below <paramref name="root"/>: FOLDER/training/WORD/SPEAKER_*.wav. No teacher says anything about it.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    public void AddVoices(string root, FrontEndConfig frontEnd, Action<string> say)
    {
        string[] files = [.. Directory.GetFiles(root, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var reader = new MelReader(frontEnd, null);
        var clips = files.Select(file => (File: file, Word: Path.GetFileName(Path.GetDirectoryName(file))!, Speaker: Path.GetFileName(file).Split('_')[0]));
        MelSound[] sounds = [.. clips.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(clip => reader.Word(clip.File, MelSound.Synthesised + clip.Word, clip.Speaker)).OfType<MelSound>()];
        Training.AddRange(sounds);
        say($"synthesised: {sounds.Length} words by {sounds.Select(sound => sound.Speaker).Distinct().Count()} voices");
    }

    void AddWords(JudgingData data, MelReader reader, Action<string> say)
    {
        var quiet = reader with { Teacher = null };
        Training.AddRange(Read(data.Clips(Purpose.Training).DistinctBy(clip => (clip.Word, Path.GetFileName(clip.File))), reader));
        var choosing = data.Clips(Purpose.Choosing).DistinctBy(clip => (clip.Word, Path.GetFileName(clip.File))).ToArray();
        Validation.AddRange(Read(choosing.Where(clip => clip.Source != "commands-dev"), quiet));
        Development.AddRange(Read(choosing.Where(clip => clip.Source == "commands-dev"), quiet));
        say($"words: {Training.Count} to train on, {Validation.Count} and {Development.Count} to choose by");
        if (!data.HasMore) return;
        Training.AddRange(Read(Further(data.Folder("words-more"), MostOfUnknownWord, ""), reader));
        Training.AddRange(Read(Further(data.Folder("arabic-commands-more"), MostOfForeignWord, "ar-"), quiet));
        say($"with further words: {Training.Count}");
    }

    /// <summary>Words that are no commands whatever their folders are called; the best mixed some of each.</summary>
    static IEnumerable<SplitClip> Further(string root, int most, string prefix)
    {
        var allowed = Manifest.Allowed(root);
        foreach (var (word, folder) in LabelFolders.In(root))
        {
            if (MixedWords.Contains(word)) continue;
            string[] files = [.. LabelFolders.Clips(folder).Where(allowed)];
            new Random(1).Shuffle(files);
            foreach (var file in files.Take(most)) yield return new SplitClip(file, Path.GetFileName(file).Split('_')[0], Corpus.Unknown, "+" + prefix + word, root);
        }
    }

    static ParallelQuery<MelSound> Read(IEnumerable<SplitClip> clips, MelReader reader) =>
        clips.Where(clip => clip.Label != Corpus.Silence).ToArray().AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(clip => reader.Word(clip.File, clip.Word, clip.Speaker)).OfType<MelSound>();

    /// <summary>Files of <see cref="Speech"/>, in its order.</summary>
    public static IReadOnlyList<string> SpeechFiles(JudgingData data)
    {
        var licensed = data.HasMore ? Manifest.Allowed(data.Folder("speech-more")) : _ => true;
        return [.. data.Speech(Purpose.Training).Where(one => !one.HasCommand && licensed(one.File)).Select(one => one.File)];
    }

    void AddStreams(JudgingData data, MelReader reader, Action<string> say)
    {
        var rate = reader.FrontEnd.SampleRate;
        ParallelQuery<float[]> All(IEnumerable<string> files) => files.ToArray().AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(file => reader.Frames(Corpus.Read(file, rate)));
        Speech.AddRange(All(SpeechFiles(data)));
        ChoosingSpeech.AddRange(All(data.Speech(Purpose.Choosing).Where(one => !one.HasCommand).Select(one => one.File)));
        Noise.AddRange(data.Noise(Purpose.Training).Select(noise => reader.Frames(noise.Cut(Corpus.Read(noise.File, rate)))));
        ChoosingNoise.AddRange(data.Noise(Purpose.Choosing).Select(noise => reader.Frames(noise.Cut(Corpus.Read(noise.File, rate)))));
        if (data.HasMore)
        {
            var root = data.Folder("noise-more");
            var allowed = Manifest.Allowed(root);
            Noise.AddRange(All(LabelFolders.ClipsIn(root).Where(noise => !Talking.Any(noise.Label.StartsWith)).Select(noise => noise.File).Where(allowed)));
        }
        var random = new Random(1);
        for (var n = 0; n < MadeNoises; n++)
        {
            var noise = Augment.Noise(random, 4 * rate, rate);
            var level = MathF.Pow(10, -3.5f + 2.5f * random.NextSingle());
            for (var i = 0; i < noise.Length; i++) noise[i] *= level;
            Noise.Add(reader.Frames(noise));
        }
        string Hours(List<float[]> of) => (of.Sum(x => (long)x.Length) / reader.FrontEnd.Bands * reader.FrontEnd.Hop.TotalHours).ToString("F2", CultureInfo.InvariantCulture);
        say($"speech: {Hours(Speech)} h to train on, {Hours(ChoosingSpeech)} h to choose by; noise: {Hours(Noise)} and {Hours(ChoosingNoise)} h");
    }

    void WriteTo(BinaryWriter to)
    {
        foreach (var sounds in new[] { Training, Validation, Development })
        {
            to.Write(sounds.Count);
            foreach (var sound in sounds) sound.Write(to);
        }
        foreach (var streams in new[] { Speech, ChoosingSpeech, Noise, ChoosingNoise })
        {
            to.Write(streams.Count);
            foreach (var values in streams) FloatArrays.Write(to, values);
        }
    }

    void ReadFrom(BinaryReader from)
    {
        foreach (var sounds in new[] { Training, Validation, Development })
            for (var n = from.ReadInt32(); n > 0; n--) sounds.Add(MelSound.Read(from));
        foreach (var streams in new[] { Speech, ChoosingSpeech, Noise, ChoosingNoise })
        {
            for (var n = from.ReadInt32(); n > 0; n--) streams.Add(FloatArrays.Read(from));
        }
    }
}
