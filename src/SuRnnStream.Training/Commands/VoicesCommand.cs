using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train voices`: synthesised speech to train on.</summary>
sealed class VoicesCommand
{
    const int SampleRate = 16_000, Second = SampleRate;
    const int CommandClips = 120, OtherClips = 5, KindTakes = 8; // of each word
    const double FliteShare = 0.2;

    static readonly string[] CommandWords = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];

    // Never a homophone of a command (know, write), nor a longer form of one (stopped, upper, going).
    static readonly string[] Others = CommonWords.Split("""
        yeah yet yell yep yesterday guess chess mess less dress yacht us ace
        snow note nose nope nah now nor none new toe low mow narrow number nobody
        cup pup uh cap hub rub tub but pop hop puppy supper apple upset ape oops
        town drown dawn dumb done dine brown crown noun gown round dime don darn
        lift lend laughed leaf let lead life lest list loft theft craft
        ride light wrong white rain rat rate ripe rice night bright fright tight height road ray
        own in an one and arm ant aunt john gone hen un awning all wan ohm onion
        of oft cough often office awful if orange toffee loss have half golf cloth
        shop step stock drop top stoop staff stump stab chop spot start star soup store stay mop
        goal ghost gold girl so goat ago ego get guy gate grow toe doe good cargo goose
        zero two three four five six seven eight nine bed bird cat dog happy house marvin sheila tree wow
        backward forward follow learn visual
        hello table window music water kitchen computer morning evening weather people mother father garden yellow
        green purple seventeen hundred open close begin finish play pause maybe please thanks sorry never always
        """);

    /// <summary>Synthesises a supplement to Speech Commands: the ten command words and many that are easily mistaken for them, or running speech without them.</summary>
    /// <param name="output">-o|--out, Folder for training/WORD/SPEAKER_nohash_TAKE.wav: one second each, 16 kHz. With --minutes: SPEAKER-NUMBER.wav.</param>
    /// <param name="minutes">Minutes of running speech instead: sentences from the texts.</param>
    /// <param name="texts">Text files to take sentences from, with commas between.</param>
    /// <param name="kinds">Kinds of words instead, eight takes of each, for a word space: common English ones, then invented ones.</param>
    /// <param name="but">Words that are none of them, with commas between: those that the word space is judged by.</param>
    /// <param name="words">These words instead, with commas between.</param>
    /// <param name="takes">Of each of them.</param>
    /// <param name="seed">The same seed gives the same sounds.</param>
    [Command("voices")]
    public void Make(string output, double minutes = 0, string texts = "", int kinds = 0, string but = "", string words = "", int takes = 24, int seed = 1)
    {
        var voices = Voices.Installed();
        if (minutes > 0) Speak(voices, output, minutes, FitCommand.Split(texts), seed);
        else if (words.Length > 0) Given(voices, output, FitCommand.Split(words), takes, seed);
        else if (kinds > 0) Kinds(voices, output, kinds, FitCommand.Split(but), seed);
        else Words(voices, output, seed);
    }

    /// <summary>Folders are called by the word, invented ones by their number.</summary>
    static void Kinds(Voices voices, string output, int kinds, string[] but, int seed)
    {
        string[] common = [.. CommonWords.All.Where(word => word.Length > 2 && !but.Contains(word)).Order(StringComparer.Ordinal)];
        new Random(seed).Shuffle(common);
        (string Text, string Folder)[] words = [.. common.Take(kinds / 2).Select(word => (word, word))];
        words = [.. words, .. InventedWords.Make(kinds - words.Length, seed).Select((word, i) => (word, $"invented{i}"))];
        foreach (var (_, folder) in words) Directory.CreateDirectory(Path.Combine(output, "training", folder));
        if (voices.Espeak.Count == 0) throw new InvalidDataException("Invented words are phonemes, which only espeak-ng says: apt-get install espeak-ng.");
        var made = 0;
        Parallel.For(0, words.Length * KindTakes, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var (random, (text, folder)) = (new Random(SegmentMaker.HashCode(1, seed, i)), words[i / KindTakes]);
            var voice = voices.Choose(random, text[0] == '[' ? 0 : 2 * FliteShare);
            var file = Path.Combine(output, "training", folder, $"{Voices.Speaker(voice)}_nohash_{i % KindTakes}.wav");
            if (File.Exists(file)) return; // made by a run that was broken off
            WavWriter.Write(file, Place(Voices.SayWord(text, voice, SampleRate, random, longest: 1.2), Second, random), SampleRate);
            if (Interlocked.Increment(ref made) % 1_000 == 0) Console.WriteLine($"{made} clips");
        });
        Console.WriteLine($"{words.Length * KindTakes} clips of {words.Length} kinds of words, in {output}");
    }

    static void Given(Voices voices, string output, string[] words, int takes, int seed)
    {
        foreach (var word in words) Directory.CreateDirectory(Path.Combine(output, "training", word));
        Parallel.For(0, words.Length * takes, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var (random, word) = (new Random(SegmentMaker.HashCode(2, seed, i)), words[i / takes]);
            var voice = voices.Choose(random, 2 * FliteShare);
            var file = Path.Combine(output, "training", word, $"{Voices.Speaker(voice)}_nohash_{i % takes}.wav");
            if (File.Exists(file)) return; // made by a run that was broken off
            WavWriter.Write(file, Place(Voices.SayWord(word, voice, SampleRate, random, longest: 1.1), Second, random), SampleRate);
        });
        Console.WriteLine($"{words.Length * takes} clips of {words.Length} words, in {output}");
    }

    static void Words(Voices voices, string output, int seed)
    {
        (string Word, int Number)[] clips = [.. from word in CommandWords.Concat(Others) from n in Enumerable.Range(0, CommandWords.Contains(word) ? CommandClips : OtherClips) select (word, n)];
        foreach (var word in clips.Select(clip => clip.Word).Distinct()) Directory.CreateDirectory(Path.Combine(output, "training", word));
        Parallel.For(0, clips.Length, i =>
        {
            var random = new Random(SegmentMaker.HashCode(0, seed, i));
            var voice = voices.Choose(random, FliteShare);
            var speech = Voices.SayWord(clips[i].Word, voice, SampleRate, random);
            WavWriter.Write(Path.Combine(output, "training", clips[i].Word, $"{Voices.Speaker(voice)}_nohash_{clips[i].Number}.wav"), Place(speech, Second, random), SampleRate);
        });
        Console.WriteLine($"{clips.Length} clips of {CommandWords.Length} commands and {Others.Length} other words, {voices.Espeak.Count} espeak-ng and {voices.FliteNames.Count} other voices, in {output}");
    }

    static void Speak(Voices voices, string output, double minutes, string[] files, int seed)
    {
        var sentences = Sentences(files);
        if (sentences.Length == 0) throw new ArgumentException("There are no sentences of 4 to 25 plain words without a command in --texts.");
        Directory.CreateDirectory(output);
        var random = new Random(seed);
        random.Shuffle(sentences);
        var (seconds, count) = (0.0, 0);
        for (; seconds < 60 * minutes && count < sentences.Length; count++)
        {
            var voice = voices.Choose(random, FliteShare);
            var speech = Voices.Say(sentences[count], voice, SampleRate, random);
            Waveform.Scale(speech, Level(random, -12, -3));
            WavWriter.Write(Path.Combine(output, $"{Voices.Speaker(voice)}-{count:d4}.wav"), speech, SampleRate);
            seconds += (double)speech.Length / SampleRate;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} sentences, {seconds / 60:f1} minutes, in {output}"));
    }

    static string[] Sentences(string[] files) =>
    [
        .. from file in files
           from line in File.ReadLines(file)
           from sentence in line.Split(['.', ';', ':', '!', '?'])
           let words = sentence.Split([' ', ',', '-'], StringSplitOptions.RemoveEmptyEntries)
           where words.Length is >= 4 and <= 25 && words.All(word => word.All(c => char.IsAsciiLetter(c) || c == '\''))
               && !words.Any(word => CommandWords.Contains(word.ToLowerInvariant().Split('\'')[0]))
           select string.Join(' ', words)
    ];

    static float Level(Random random, double from, double to) => MathF.Pow(10, (float)(from + (to - from) * random.NextDouble()) / 20);

    /// <summary>Speech near the middle of <paramref name="length"/> samples, at a random level, over noise of a few steps of 16 bits.</summary>
    static float[] Place(ReadOnlySpan<float> speech, int length, Random random)
    {
        var slack = Math.Max(0, length - speech.Length);
        var start = Math.Clamp(slack / 2 + random.Next(-SampleRate / 6, SampleRate / 6), slack / 20, slack - slack / 20);
        var (gain, noise) = (Level(random, -20, -3), (1 + 5 * random.NextDouble()) / 32768);
        var clip = new float[Math.Max(length, speech.Length)];
        for (var i = 0; i < clip.Length; i++) clip[i] = (float)(noise * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5));
        for (var i = 0; i < speech.Length; i++) clip[start + i] += gain * speech[i];
        return clip;
    }
}
