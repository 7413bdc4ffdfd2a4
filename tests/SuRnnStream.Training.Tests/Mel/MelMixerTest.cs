using SuRnnStream.Training.Mel;
using Xunit;

namespace SuRnnStream.Training.Tests.Mel;

public sealed class MelMixerTest
{
    static readonly FrontEndConfig FrontEnd = new();
    static readonly string[] Labels = ["silence", "unknown", "yes", "no"];

    static MelCorpus Corpus()
    {
        var (corpus, random) = (new MelCorpus(), new Random(1));
        foreach (var (word, clips) in new[] { ("yes", 3), ("no", 30), ("bed", 1), ("cat", 40), ("+further", 5), ("+ar-foreign", 5) })
            for (var n = 0; n < clips; n++) corpus.Training.Add(new MelSound($"{word}{n}", word, $"s{n}", Plane(random, 49, 2), 12, 36, 2.5f, []));
        for (var n = 0; n < 4; n++) corpus.Speech.Add(Plane(random, 400, 2));
        for (var n = 0; n < 4; n++) corpus.Noise.Add(Plane(random, 400, 0.5f));
        return corpus;
    }

    static float[] Plane(Random random, int frames, float level) => [.. Enumerable.Range(0, frames * FrontEnd.Bands).Select(_ => level + random.NextSingle())];

    [Fact]
    public void Make_TheSameNumber_GivesTheSameBatch()
    {
        using var mixer = new MelMixer(Corpus(), Labels, FrontEnd, seed: 1);
        MelBatch one = mixer.Make(2, 3, 8, new()), same = mixer.Make(2, 3, 8, new()), other = mixer.Make(2, 4, 8, new());
        Assert.Equal(one.Frames.data<float>().ToArray(), same.Frames.data<float>().ToArray());
        Assert.Equal(one.Words, same.Words);
        Assert.NotEqual(one.Frames.data<float>().ToArray(), other.Frames.data<float>().ToArray());
        Assert.All(one.Frames.data<float>().ToArray(), x => Assert.InRange(x, 0, 6));
    }

    /// <summary>A word's label alone may be answered where it must stand; in other frames silence always may, and no frame allows nothing.</summary>
    [Fact]
    public void Make_Labels_MustStandAtTheWordsEndAndNowhereElse()
    {
        using var mixer = new MelMixer(Corpus(), Labels, FrontEnd, seed: 1);
        var options = new MelMixOptions();
        var seen = 0;
        for (var n = 0; n < 6; n++)
        {
            var batch = mixer.Make(0, n, 16, options);
            var (allowed, weight) = (batch.Allowed.data<float>().ToArray(), batch.Weight.data<float>().ToArray());
            float At(int t, int b, int label) => allowed[(t * 16 + b) * Labels.Length + label];
            foreach (var word in batch.Words)
                for (var t = word.From; t < word.To; t++)
                {
                    Assert.Equal(1, At(t, word.Sequence, word.Label));
                    Assert.Equal(1, Enumerable.Range(0, Labels.Length).Sum(label => At(t, word.Sequence, label)));
                    Assert.Equal(3, weight[t * 16 + word.Sequence]);
                    seen++;
                }
            var must = batch.Words.SelectMany(word => Enumerable.Range(word.From, word.To - word.From).Select(t => (t, word.Sequence))).ToHashSet();
            for (var t = 0; t < options.Frames; t++)
                for (var b = 0; b < 16; b++) if (!must.Contains((t, b))) Assert.Equal(1, At(t, b, 0));
        }
        Assert.True(seen > 200, $"{seen} frames must have a label");
    }

    /// <summary>A talker in the background is sound in which silence stays right, and neither said nor not for the frame switch.</summary>
    [Fact]
    public void Make_WithATalker_AddsSpeechThatIsNoWord()
    {
        using var mixer = new MelMixer(Corpus(), Labels, FrontEnd, seed: 1);
        var options = new MelMixOptions { SpeechOnly = 0, NoiseOnly = 0, AfterSpeech = 0, NoNoise = 1 }; // digital silence round the words
        for (var n = 0; n < 4; n++)
        {
            MelBatch alone = mixer.Make(0, n, 1, options), talker = mixer.Make(0, n, 1, options with { Talker = 1 });
            Assert.Equal(alone.Allowed.data<float>().ToArray(), talker.Allowed.data<float>().ToArray());
            Assert.Equal(alone.Words, talker.Words);
            float[] said = alone.Said.data<float>().ToArray(), then = talker.Said.data<float>().ToArray();
            for (var t = 0; t < said.Length; t++) Assert.Equal(said[t] == 1 ? 1 : -1, then[t]); // this talker makes no pause
            static int Silent(MelBatch batch) => batch.Frames.amax([2]).eq(0).sum().item<long>() is var count ? (int)count : 0;
            Assert.True(Silent(alone) > Silent(talker) + 20, $"{Silent(alone)} and {Silent(talker)} silent frames");
        }
    }

    [Fact]
    public void Make_WithLoudNoise_IsLouder()
    {
        using var mixer = new MelMixer(Corpus(), Labels, FrontEnd, seed: 1);
        double Level(MelMixOptions options) => Enumerable.Range(0, 6).Average(n => mixer.Make(0, n, 16, options).Frames.mean().item<float>());
        var options = new MelMixOptions { SpeechOnly = 0, NoiseOnly = 0, NoNoise = 0 };
        Assert.True(Level(options with { LoudNoise = 1 }) > Level(options) + 0.1, $"{Level(options with { LoudNoise = 1 })} and {Level(options)}");
    }

    [Fact]
    public void Change_OfRealWindows_KeepsWhatTheyShow_AtAnotherLevelAndWithMoreNoise()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var mixer = new MelMixer(Corpus(), Labels, FrontEnd, seed: 1);
        const int Windows = 64, Frames = 30;
        var (values, bands) = (new float[Windows * Frames * FrontEnd.Bands], FrontEnd.Bands);
        for (var i = 0; i < values.Length; i++) values[i] = i / bands % Frames < 10 ? 0 : 2 + MathF.Sin(i % bands); // ten frames of digital silence, then a sound
        var changed = mixer.Change(TorchSharp.torch.tensor(values, [Windows, Frames, bands]), new Random(4)).data<float>().ToArray();
        Assert.Equal(changed, mixer.Change(TorchSharp.torch.tensor(values, [Windows, Frames, bands]), new Random(4)).data<float>().ToArray());
        var (levels, alike, silent) = (new HashSet<int>(), 0, 0);
        for (var w = 0; w < Windows; w++)
        {
            var sound = Enumerable.Range(10, Frames - 10).SelectMany(t => Enumerable.Range(0, bands).Select(i => (w * Frames + t) * bands + i)).ToArray();
            levels.Add((int)(sound.Average(i => changed[i]) * 20));
            var (was, now) = (sound.Average(i => values[i]), sound.Average(i => changed[i]));
            var together = sound.Sum(i => (values[i] - was) * (changed[i] - now)) / Math.Sqrt(sound.Sum(i => Math.Pow(values[i] - was, 2)) * sound.Sum(i => Math.Pow(changed[i] - now, 2)));
            if (together > 0.6) alike++;
            if (Enumerable.Range(w * Frames * bands, 5 * bands).All(i => changed[i] == 0)) silent++;
        }
        Assert.True(levels.Count > 8, $"{levels.Count} levels");
        Assert.True(alike > Windows / 2, $"{alike} of {Windows} windows still show the sound");
        Assert.InRange(silent, Windows / 4, Windows * 3 / 4); // half of them got noise
    }

    /// <summary>By word, not by clip: the one clip of "bed" is drawn as often as the forty of "cat".</summary>
    [Fact]
    public void Draw_OfUnknownWords_IsByWord()
    {
        using var table = new SoundTable(Corpus().Training, Labels, FrontEnd.Bands, voicePart: 0.18);
        var random = new Random(2);
        var drawn = Enumerable.Range(0, 4_000).Select(_ => table.Sounds[table.Draw(random, unknown: true)].Word).CountBy(word => word).ToDictionary();
        Assert.InRange(drawn["bed"] / (double)drawn["cat"], 0.85, 1.18);
        Assert.InRange(drawn["+further"] / 4_000.0, 0.2, 0.3);
        Assert.InRange(drawn["+ar-foreign"] / 4_000.0, 0.03, 0.07);
        var commands = Enumerable.Range(0, 4_000).Select(_ => table.Labels[table.Draw(random, unknown: false)]).CountBy(label => label).ToDictionary();
        Assert.InRange(commands[2] / (double)commands[3], 1.6, 2.0); // 3 clips and 30: the rarer is drawn more often, by the fourth root
    }

    [Fact]
    public void Draw_OfSynthesisedWords_TakesTheirPartOfEachLabel()
    {
        var corpus = Corpus();
        foreach (var word in new[] { "~yes", "~no", "~gold" })
            for (var n = 0; n < 50; n++) corpus.Training.Add(corpus.Training[0] with { Word = word });
        using var table = new SoundTable(corpus.Training, Labels, FrontEnd.Bands, voicePart: 0.18);
        var random = new Random(2);
        foreach (var unknown in new[] { false, true })
        {
            var drawn = Enumerable.Range(0, 4_000).Select(_ => table.Draw(random, unknown)).ToArray();
            Assert.InRange(drawn.Count(i => table.Sounds[i].IsSynthesised) / 4_000.0, 0.15, 0.21);
            Assert.All(drawn, i => Assert.Equal(table.Sounds[i].Said switch { "yes" => 2, "no" => 3, _ => 1 }, table.Labels[i]));
        }
    }

    /// <summary>The speech ends in its own pause; soon after it only silence may be answered, and the word comes 0.1 to 1 s after the end.</summary>
    [Fact]
    public void Make_AWordAfterSpeech_HasAPauseInWhichOnlySilenceMayBeAnswered()
    {
        var (corpus, random) = (Corpus(), new Random(3));
        corpus.Speech.Clear();
        for (var n = 0; n < 20; n++) corpus.Speech.Add([.. Plane(random, 90, 2), .. Plane(random, 30, 0)]);
        using var mixer = new MelMixer(corpus, Labels, FrontEnd, seed: 1);
        var options = new MelMixOptions { NoiseOnly = 0, SpeechOnly = 0, AfterSpeech = 1, Unknown = 0 };
        var batch = mixer.Make(0, 0, 32, options);
        var (allowed, said) = (batch.Allowed.data<float>().ToArray(), batch.Said.data<float>().ToArray());
        Assert.InRange(batch.Words.Count, 28, 32);
        var pauses = 0;
        foreach (var word in batch.Words)
        {
            var ends = Enumerable.Range(0, options.Frames).TakeWhile(t => said[t * 32 + word.Sequence] == 1).Count();
            var starts = Enumerable.Range(ends, options.Frames - ends).First(t => said[t * 32 + word.Sequence] == 1);
            Assert.InRange(ends, 14, 66);
            Assert.InRange(starts - ends, 4, 53);
            for (var t = 0; t < starts; t++)
            {
                var mayBeUnknown = allowed[(t * 32 + word.Sequence) * Labels.Length + 1] == 1;
                Assert.Equal(t < ends + options.UnknownAfter, mayBeUnknown);
                Assert.Equal(1, allowed[(t * 32 + word.Sequence) * Labels.Length]);
                if (!mayBeUnknown) pauses++;
            }
        }
        Assert.True(pauses > 100, $"{pauses} frames may only be silence");
    }

    [Fact]
    public void Manifest_RefusesKeptSpeakersAndShareAlike()
    {
        var folder = Directory.CreateTempSubdirectory();
        File.WriteAllLines(Path.Combine(folder.FullName, "manifest.tsv"),
        [
            "file\tlabel\tspeaker\tsplit\tseconds\trepository\tpath\tlicence",
            "a/1.wav\ta\tx\ttraining\t1\tr\tp\tMIT", "a/2.wav\ta\ty\tvalidation\t1\tr\tp\tMIT", "a/3.wav\ta\tz\t\t1\tr\tp\tCC BY-SA 4.0", "a/4.wav\ta\tz\t\t1\tr\tp\tODbL 1.0",
        ]);
        var allowed = Manifest.Allowed(folder.FullName);
        Assert.Equal([true, false, false, false], Enumerable.Range(1, 4).Select(n => allowed(Path.Combine(folder.FullName, $"a/{n}.wav"))));
        folder.Delete(recursive: true);
    }
}
