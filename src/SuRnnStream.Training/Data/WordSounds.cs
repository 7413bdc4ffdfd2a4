using System.Globalization;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Training.Data;

/// <summary>
/// The sounds that a wake word is trained on, in a folder: recordings of it, if there are any, and what this machine's voices say: the word, what
/// nearly is the word, other words, and sentences.
/// </summary>
sealed class WordSounds(string folder, int sampleRate, int seed)
{
    public const string Nearly = "nearly ";                // before a word: the folder of its near misses

    const double HeldBack = 0.2;                           // of the speakers
    const double Flite = 0.15;                             // share of its voices, which are few
    const double Shortest = 0.2, Longest = 1.6;            // seconds that a word may last

    readonly List<string> _leftOut = [];

    public string Folder => folder;
    public int SampleRate => sampleRate;

    /// <summary>training/WORD/*.wav and validation/WORD/*.wav, and folders of other words: copies of somebody's recordings.</summary>
    public string Recordings => Path.Combine(folder, "recordings");

    /// <summary>training/WORD/*.wav, validation/WORD/*.wav and others: synthesised.</summary>
    public string Spoken => Path.Combine(folder, "voices");

    /// <summary>SPEAKER-NUMBER.wav: synthesised sentences without the words.</summary>
    public string Sentences => Path.Combine(folder, "sentences");

    /// <summary>Recordings in which no word could be found by its level.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>
    /// Takes over WAV files from DIR/WORD for every word, and from other folders there as other words; for a single word also from DIR itself.
    /// Returns how many of each word.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A word has no recording in which it can be heard.</exception>
    public IReadOnlyList<int> TakeRecordings(string from, IReadOnlyList<string> words)
    {
        if (!Directory.Exists(from)) throw new DirectoryNotFoundException($"There is no folder {from}.");
        var counts = words.Select(word => Directory.Exists(Path.Combine(from, word)) ? Copy(Path.Combine(from, word), word, isWord: true) : 0).ToArray();
        if (words.Count == 1 && counts[0] == 0) counts[0] = Copy(from, words[0], isWord: true);
        else foreach (var (other, path) in LabelFolders.In(from).Where(one => !words.Contains(one.Label))) Copy(path, other, isWord: false);
        var missing = Array.IndexOf(counts, 0);
        if (missing >= 0) throw new InvalidDataException($"{from} holds no recording in which '{words[missing]}' can be heard: put WAV files into {Path.Combine(from, words[missing])}, each with the word once.");
        return counts;
    }

    int Copy(string from, string word, bool isWord)
    {
        var count = 0;
        foreach (var file in FolderWalk.Files(from, below: false, file => file.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)))
        {
            var samples = Corpus.Read(file, sampleRate);
            var clip = Clip.FromSamples(0, samples, sampleRate);
            var seconds = (double)(clip.End - clip.Start) / sampleRate;
            if (isWord && seconds is < Shortest or > Longest)
            {
                _leftOut.Add(string.Create(CultureInfo.InvariantCulture, $"{file}: what is audible lasts {seconds:F2} s, a word {Shortest} to {Longest} s"));
                continue;
            }
            Write(Recordings, word, Path.GetFileName(file), samples);
            count++;
        }
        return count;
    }

    /// <summary>Synthesises everything, on all cores. The same seed gives the same sounds, where the same voices are installed.</summary>
    /// <param name="voices">Who says it.</param>
    /// <param name="words">What is to be detected; may be of several words, as "hey computer".</param>
    /// <param name="clips">Of each of them; as many near misses, four fifths as many other words and three fifths as many sentences.</param>
    /// <param name="onProgress">Told after each tenth how many sounds are done, of how many. Null: nobody asks.</param>
    public void Synthesise(Voices voices, IReadOnlyList<string> words, int clips, Action<int, int>? onProgress = null)
    {
        List<Action<Random>> jobs = [];
        var (language, inventory) = (voices.Language, voices.Inventory());
        foreach (var word in words)
        {
            var phonemes = voices.Espeak.Count > 0 ? Voices.Phonemes(word, language.Code) : null;
            for (var n = 0; n < clips; n++)
            {
                var number = n;
                jobs.Add(random => Say(voices.Choose(random, Flite), word, word, number, random));
                if (phonemes is { Length: >= 3 }) jobs.Add(random => Say(voices.Choose(random, 0), NearMisses.Of(phonemes, random, inventory), Nearly + word, number, random));
            }
        }
        var others = language.Words.Where(word => !words.Any(wanted => wanted.Contains(word, StringComparison.OrdinalIgnoreCase) || word.Contains(wanted, StringComparison.OrdinalIgnoreCase))).ToArray();
        for (var n = 0; n < 4 * clips / 5; n++)
        {
            var number = n;
            jobs.Add(random => Say(voices.Choose(random, Flite), others[random.Next(others.Length)], "other words", number, random));
        }
        Directory.CreateDirectory(Sentences);
        for (var n = 0; n < 3 * clips / 5; n++)
        {
            var number = n;
            jobs.Add(random =>
            {
                var voice = voices.Choose(random, Flite);
                var speech = Voices.Say(language.Sentence(random, words), voice, sampleRate, random);
                WavWriter.Write(Path.Combine(Sentences, $"{Throat(voice)}-{number:d4}.wav"), speech, sampleRate);
            });
        }
        var done = 0;
        Parallel.For(0, jobs.Count, i =>
        {
            jobs[i](new Random(SegmentMaker.HashCode(0, seed, i)));
            var now = Interlocked.Increment(ref done);
            if (now * 10L / jobs.Count > (now - 1) * 10L / jobs.Count) onProgress?.Invoke(now, jobs.Count);
        });
    }

    void Say(string voice, string text, string name, int number, Random random)
    {
        var speech = Voices.SayWord(text, voice, sampleRate, random, Shortest, Longest);
        var samples = new float[speech.Length + sampleRate / 2]; // a quarter of a second of quiet on either side
        for (var i = 0; i < samples.Length; i++) samples[i] = (random.NextSingle() - 0.5f) / 8192;
        Waveform.Add(samples.AsSpan(sampleRate / 4), speech, 0.5f, 1);
        Write(Spoken, name, $"{Throat(voice)}_nohash_{number}.wav", samples);
    }

    /// <summary>Speaker by speaker to train on or to judge with.</summary>
    void Write(string root, string word, string file, float[] samples)
    {
        var parts = new[] { "training", "validation" }.Select(part => Directory.CreateDirectory(Path.Combine(root, part, word)).FullName).ToArray();
        WavWriter.Write(Path.Combine(parts[Corpus.IsHeldBack(file, HeldBack) ? 1 : 0], file), samples, sampleRate);
    }

    /// <summary>The same variant of espeak-ng is the same speaker in every accent.</summary>
    static string Throat(string voice) => Voices.Speaker(voice.Split('+')[^1]);
}
