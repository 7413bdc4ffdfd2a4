using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Training.Data;
using TorchSharp;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train word`: a model for a word of one's own.</summary>
sealed class WordCommand
{
    const string DefaultStart = "commands-float32"; // beside the program

    /// <summary>Trains a model that detects a word, from recordings of it, or from its text alone with this machine's synthetic voices.</summary>
    /// <param name="words">What is to be detected, as "computer" or "hey computer"; several with commas between.</param>
    /// <param name="output">-o|--out, The model file to write. Checkpoints, the log and the sounds go to FILE.training/ beside it.</param>
    /// <param name="recordings">Folder of WAV files in each of which the word is said once, or of a folder a word; other folders there are other words.</param>
    /// <param name="speech">Folder of running speech without the words, files named SPEAKER-*.wav; up to five speakers are kept for judging.</param>
    /// <param name="noise">Folders of noise, as of the room it will listen to, with commas between.</param>
    /// <param name="unknown">Folders of clips of other words, with commas between.</param>
    /// <param name="hardNegatives">Folder of sounds without the words that were taken for one, as `surnn evaluate --save-false-alarms` writes.</param>
    /// <param name="reviewed">Folder of near misses that `surnn review` went through: its sounds of the words are trained on, those without as hard negatives.</param>
    /// <param name="start">Float32 model to begin with: it was trained on people, whom voices cannot replace. An earlier one of this word goes on.</param>
    /// <param name="voices">Clips to synthesise of each word, and as many near misses; 0: none.</param>
    /// <param name="language">What the word is in, as espeak-ng names it: its voices of that language, mbrola's and Pico's say the word, its near misses and other words.</param>
    /// <param name="text">A file of that language, a sentence a line, for other words and sentences. Without it there are lists of English and German; other languages' voices read the English one by their own rules.</param>
    /// <param name="engines">Programs that may speak: espeak, mbrola, flite, pico, with commas between; by default all. One that is left out can judge.</param>
    /// <param name="epochs">Epochs in all.</param>
    /// <param name="segments">Three-second segments an epoch.</param>
    /// <param name="threshold">Score at which detections begin; `surnn evaluate --max-fa-per-hour` finds a better one.</param>
    /// <param name="seed">The same seed gives the same training.</param>
    /// <param name="resume">Goes on from the last checkpoint, exactly.</param>
    [Command("word")]
    public int Word([Argument] string words, string output, string? recordings = null, string? speech = null, string noise = "", string unknown = "", string? hardNegatives = null, string? reviewed = null, string start = DefaultStart,
        int voices = 500, string language = "en", [HideDefaultValue] string? text = null, Engines engines = Engines.All, int epochs = 40, int segments = 3840, float threshold = 0.5f, int seed = 1, bool resume = false)
    {
        var wanted = FitCommand.Split(words);
        if (wanted.Length == 0 || wanted.Any(word => word.Any(c => !char.IsLetter(c) && c is not (' ' or '\''))))
            throw new ArgumentException($"'{words}' is no word: give letters, as \"computer\" or \"hey computer\", several with commas between.");
        if (recordings is null && voices <= 0) throw new ArgumentException("There is nothing to train on: give --recordings, or --voices above 0.");
        var spokenIn = Language.Of(language, text);
        start = ModelFile.Find(start);
        var earlier = ModelFile.Load(start).WithoutSecondLook();
        var run = new TrainingRun(output + ".training");
        var sounds = new WordSounds(Path.Combine(output + ".training", "sounds"), earlier.Config.RequireFrontEnd().SampleRate, seed);
        string[] spoken = voices > 0 ? [sounds.Spoken] : [];
        var near = reviewed is null ? null : new ReviewedSounds(reviewed);
        var cut = Path.Combine(output + ".training", "reviewed");
        string[] extra = [.. recordings is null ? [] : spoken, .. near is null ? Array.Empty<string>() : [cut]];
        var options = new FitOptions
        {
            Folders = new CorpusFolders
            {
                Data = recordings is null ? sounds.Spoken : sounds.Recordings,
                Words = wanted,
                Extra = extra,
                Unknown = FitCommand.Split(unknown),
                Speech = speech,
                ExtraSpeech = voices > 0 ? [sounds.Sentences] : [],
                Noise = FitCommand.Split(noise),
                HardNegatives = hardNegatives,
                MoreHardNegatives = near?.Negatives,
            },
            Config = (earlier.Config with { Labels = [Corpus.Silence, Corpus.Unknown, .. wanted], Background = [Corpus.Silence, Corpus.Unknown] }).Validate(),
            Segments = new SegmentOptions { NoiseOnly = 0.1, SpeechOnly = 0.3, HardNegatives = 0.15, UnknownWords = 0.5, NearMisses = 0.35, OwnClips = 0.65, SureAnswer = 0.9 },
            Epochs = epochs,
            EpochSegments = segments,
            LearningRate = 1e-3,
            StartFrom = start,
            SwitchesClose = true,
            Seed = seed,
            Threshold = threshold,
        };
        torch.set_num_threads(1);
        var log = run.Start(options, resume);
        if (!resume) Prepare(sounds, wanted, recordings, voices, spokenIn, engines);
        if (!resume && near is not null) FitCommand.TakeReviewed(near, wanted, sounds.SampleRate, cut);
        var corpus = Corpus.Load(options.Folders, sounds.SampleRate);
        var result = FitCommand.Train(options, corpus, run, log, earlier, resume, output);
        if (result != 0) return result;
        Describe(ModelFile.Load(output), corpus, options.Folders.Data, recordings is not null, noise.Length > 0);
        return result;
    }

    static void Prepare(WordSounds sounds, string[] words, string? recordings, int voices, Language language, Engines engines)
    {
        if (Directory.Exists(sounds.Folder)) Directory.Delete(sounds.Folder, recursive: true); // of a training that never began
        if (recordings is not null)
        {
            var counts = sounds.TakeRecordings(recordings, words);
            Console.WriteLine($"recordings: {string.Join(", ", words.Zip(counts, (word, count) => $"{count} of {word}"))}");
            foreach (var line in sounds.LeftOut) Console.WriteLine($"left out: {line}");
        }
        if (voices == 0) return;
        var speakers = Voices.Installed(language, engines);
        sounds.Synthesise(speakers, words, voices, (done, of) => Console.WriteLine($"synthesised {done} of {of} sounds"));
        Console.WriteLine($"synthesised {voices} of each word, near misses, other words and sentences in {sounds.Folder}, language {language.Code}: {speakers.Espeak.Count} voices of espeak-ng{string.Concat(speakers.FliteNames.Select(name => $", {name}"))}");
    }

    /// <summary>How it does on what was held back, and what the training lacked.</summary>
    static void Describe(SuRnnModel model, Corpus corpus, string data, bool recorded, bool noise)
    {
        var rate = model.Config.RequireFrontEnd().SampleRate;
        for (var label = 2; label < corpus.Labels.Count; label++)
        {
            var clips = corpus.Validation.Where(clip => clip.Label == label).ToArray();
            var found = clips.Sum(clip => Match(model, clip.Samples, [new LabelledEvent(corpus.Labels[label], TimeSpan.Zero, TimeSpan.FromSeconds((double)clip.Samples.Length / rate))]).Hits.Count);
            Console.WriteLine($"{corpus.Labels[label]}: {found} of {clips.Length} held-back {(recorded ? "recordings" : "clips of synthetic voices")} found; they are in {data}/validation");
        }
        if (corpus.KeptSpeech.Count > 0)
        {
            var alarms = corpus.KeptSpeech.Sum(sound => Match(model, sound, []).FalseAlarms.Count);
            var hours = corpus.KeptSpeech.Sum(sound => (double)sound.Length) / rate / 3600;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"held-back speech: {alarms} false alarms in {hours:F2} h"));
        }
        else Console.WriteLine("no recorded speech to count false alarms in: give --speech");
        if (!recorded) Console.WriteLine("trained on synthetic voices only, and these figures are of synthetic voices: they say nothing of people; give --recordings, a few of each of many people");
        if (!noise) Console.WriteLine("trained on made-up noise only: give --noise, some minutes of the room it will listen to");
    }

    /// <summary>What a model detects in a sound, counted as `surnn evaluate` does.</summary>
    static EventMatch Match(SuRnnModel model, float[] sound, IReadOnlyList<LabelledEvent> events)
    {
        var (detector, detections) = (new StreamingDetector(model), new List<Detection>());
        detector.Process(sound, detections.Add);
        detector.Finish(detections.Add);
        return new EventMatch(events, detections);
    }
}
