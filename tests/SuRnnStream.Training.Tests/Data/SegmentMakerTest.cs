using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Data;

public class SegmentMakerTest
{
    static readonly FrontEndConfig FrontEnd = Nets.FrontEnd;
    static readonly SegmentOptions WordsOnly = new() { NoiseOnly = 0, SpeechOnly = 0, UnknownWords = 0, SameWordTwice = 0 };

    [Fact]
    public void Segment_IsTheSameFromAnyThread()
    {
        using var tiny = new TinyCorpus();
        for (var speaker = 0; speaker < 7; speaker++) tiny.Write($"speech/{speaker}-1.wav", Sounds.Mixture(40, seed: speaker));
        var corpus = Corpus.Load(tiny.Folders with { Speech = tiny.File("speech") }, TinyCorpus.Rate);
        SegmentMaker Maker(int seed) => new(corpus, FrontEnd, new SegmentOptions(), seed);
        var maker = Maker(1);
        var once = Enumerable.Range(0, 40).Select(n => maker.Make(3, n)).ToArray();
        var again = new Segment[40];
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, n => again[n] = Maker(1).Make(3, n));
        for (var n = 0; n < 40; n++) AssertSame(once[n], again[n]);

        var others = new[] { Maker(2).Make(3, 0), maker.Make(4, 0), maker.Make(3, 40) };
        Assert.All(others, other => Assert.DoesNotContain(once, segment => segment.Features.AsSpan().SequenceEqual(other.Features)));
    }

    [Fact]
    public void Batches_ComeInOrder_WithTheMakersSegments()
    {
        using var torch = new TorchScope();
        using var tiny = new TinyCorpus();
        var maker = new SegmentMaker(tiny.Load(), FrontEnd, new SegmentOptions(), 1);
        var n = 0;
        foreach (var batch in BatchQueue.Epoch(maker, epoch: 2, batches: 5, batchSize: 3, FrontEnd.Bands))
        {
            using (batch)
            {
                for (var b = 0; b < 3; b++, n++)
                {
                    var segment = maker.Make(2, n);
                    Assert.Equal(segment.Features, batch.Frames[b].contiguous().data<float>().ToArray());
                    Assert.Equal(segment.Answer.Select(label => (long)label), batch.Answer.select(1, b).contiguous().data<long>().ToArray());
                    Assert.Equal(segment.OrAnswer.Select(label => (long)label), batch.OrAnswer.select(1, b).contiguous().data<long>().ToArray());
                    Assert.Equal(segment.Kind.Select(kind => (long)kind), batch.Kind.select(1, b).contiguous().data<long>().ToArray());
                    Assert.Equal(segment.InEvent.Select(inEvent => inEvent ? 1f : 0f), batch.InEvent.select(1, b).contiguous().data<float>().ToArray());
                }
            }
        }
        Assert.Equal(15, n);
    }

    /// <summary>One word in digital silence: its frames are those that are not all zero.</summary>
    [Fact]
    public void Label_StandsFromLateInTheWord_ToJustAfterIt_AndIsGoneLater()
    {
        using var folder = new TemporaryFolder();
        var maker = new SegmentMaker(OneWord(folder, word: 8_000), FrontEnd, WordsOnly, seed: 1);
        double Seconds(double frame) => frame * FrontEnd.HopLength / FrontEnd.SampleRate;
        var seen = 0;
        for (var n = 0; n < 400; n++)
        {
            var segment = maker.Make(0, n);
            var sounds = Runs(segment.Frames, t => !Silent(segment, t)).ToArray();
            if (sounds.Any(run => run.End - run.Start is < 20 or > 34)) continue; // faint noise, or words with hardly a gap
            var labels = Runs(segment.Frames, t => segment.Answer[t] != 0).ToArray();
            var allowed = Runs(segment.Frames, t => segment.OrAnswer[t] != 0).ToArray();
            Assert.All(labels, run => Assert.Equal(2, segment.Answer[run.Start]));
            foreach (var (start, end) in sounds) // first frame that touches the word, and after the last one that does
            {
                seen++;
                var length = end - start - 1.0 - FrontEnd.WindowLength / FrontEnd.HopLength; // frames
                var label = labels.Single(run => run.Start < end && run.End > start);
                var may = allowed.Single(run => run.Start < end && run.End > start);
                Assert.InRange(label.Start, start + 0.6 * length, start + 0.8 * length + 2);
                Assert.InRange(may.Start, start + 0.35 * length, start + 0.55 * length + 2);
                var next = sounds.Where(sound => sound.Start > start).Select(sound => sound.Start).FirstOrDefault(segment.Frames);
                var free = Math.Min(next, segment.Frames);
                if (Seconds(free - end) < 0.5) continue; // the next word ends the label earlier
                Assert.InRange(Seconds(label.End - end), 0.02, 0.12);
                Assert.InRange(Seconds(may.End - end), 0.18, 0.32);
                Assert.All(Enumerable.Range(may.End, free - may.End - 4), t => Assert.False(segment.InEvent[t]));
                Assert.All(Enumerable.Range(start, may.End - start), t => Assert.True(segment.InEvent[t]));
            }
        }
        Assert.True(seen > 30, $"{seen} words seen");
    }

    [Fact]
    public void SameWordTwice_GivesTwoRunsOfItsLabel_WithBackgroundBetween()
    {
        using var folder = new TemporaryFolder();
        var maker = new SegmentMaker(OneWord(folder, word: 4_800), FrontEnd, WordsOnly with { SameWordTwice = 1 }, seed: 1);
        var pairs = 0;
        for (var n = 0; n < 60; n++)
        {
            var segment = maker.Make(0, n);
            var runs = Runs(segment.Frames, t => segment.Answer[t] == 2).ToArray();
            for (var i = 1; i < runs.Length; i++, pairs++)
            {
                var between = Enumerable.Range(runs[i - 1].End, runs[i].Start - runs[i - 1].End).Count(t => segment.Answer[t] == 0 && segment.OrAnswer[t] == 0);
                Assert.True(between >= 5, $"segment {n}: {between} frames of nothing but background between two words");
            }
            Assert.All(runs, run => Assert.InRange(run.End - run.Start, 2, 15)); // never two words in one run
        }
        Assert.True(pairs > 60, $"{pairs} pairs");
    }

    [Fact]
    public void NoiseAlone_IsLabelledAsNothing_AndItsDigitalSilenceStaysZero()
    {
        using var tiny = new TinyCorpus();
        foreach (var recorded in new[] { false, true })
        {
            var maker = new SegmentMaker(recorded ? tiny.Load() : WithoutNoise(tiny), FrontEnd, new SegmentOptions { NoiseOnly = 1, SpeechOnly = 0 }, seed: 1);
            int cleared = 0, masked = 0;
            for (var n = 0; n < 150; n++)
            {
                var segment = maker.Make(0, n);
                Assert.All(segment.Answer, label => Assert.Equal(0, label));
                Assert.All(segment.OrAnswer, label => Assert.Equal(0, label));
                Assert.All(segment.InEvent, inEvent => Assert.False(inEvent));
                if (segment.Features[..(20 * FrontEnd.Bands)].Average() < 0.6) continue; // faint noise has frames at the floor of its own
                var first = Enumerable.Range(0, segment.Frames).FirstOrDefault(t => Silent(segment, t), segment.Frames);
                if (first < segment.Frames) cleared++;
                Assert.All(Enumerable.Range(first, segment.Frames - first), t => Assert.True(Silent(segment, t), $"segment {n}, frame {t}: masked digital silence"));
                if (Enumerable.Range(0, first).Any(t => Frame(segment, t).ToArray().Distinct().Count() == 1)) masked++;
            }
            Assert.InRange(cleared, 5, 45); // 15 %, less the faint ones
            Assert.True(masked > 30, $"{masked} segments with a masked frame");
        }
    }

    /// <summary>Made-up noise has no level of its own: the level asked for is the one it gets, -4.2 to -0.8 in powers of ten.</summary>
    [Fact]
    public void NoiseAlone_WithoutRecordings_IsNotOverdriven()
    {
        using var tiny = new TinyCorpus();
        var maker = new SegmentMaker(WithoutNoise(tiny), FrontEnd, new SegmentOptions { NoiseOnly = 1 }, seed: 1);
        var loud = Enumerable.Range(0, 150).Count(n => maker.Make(0, n).Features.Average() > 2.6); // white noise of RMS 0.16 has about 2.5
        Assert.True(loud < 20, $"{loud} of 150 segments are about as loud as noise may be, or louder");
    }

    [Fact]
    public void Words_OfEveryLabelOccur()
    {
        using var tiny = new TinyCorpus();
        var maker = new SegmentMaker(tiny.Load(), FrontEnd, WordsOnly, seed: 1);
        var labels = Enumerable.Range(0, 60).SelectMany(n => maker.Make(0, n).Answer).ToArray();
        foreach (var label in new byte[] { 2, 3, 4 }) Assert.Contains(label, labels);
        Assert.DoesNotContain((byte)1, labels);
    }

    [Fact]
    public void RunningSpeech_MayBeSilenceOrUnknown_AndIsNear()
    {
        using var tiny = new TinyCorpus();
        for (var speaker = 0; speaker < 7; speaker++) tiny.Write($"speech/{speaker}-1.wav", Sounds.Noise(6 * TinyCorpus.Rate, 0.1, speaker));
        var corpus = Corpus.Load(tiny.Folders with { Speech = tiny.File("speech") }, TinyCorpus.Rate);
        var maker = new SegmentMaker(corpus, FrontEnd, new SegmentOptions { NoiseOnly = 0, SpeechOnly = 1 }, seed: 1);
        for (var n = 0; n < 20; n++)
        {
            var segment = maker.Make(0, n);
            Assert.All(segment.Answer, label => Assert.Equal(0, label));
            Assert.Equal(segment.InEvent.Select(inEvent => inEvent ? (byte)1 : (byte)0), segment.OrAnswer);
            Assert.True(segment.InEvent[..100].All(inEvent => inEvent));
        }
    }

    [Fact]
    public void HardNegatives_AreHeardAsOftenAsAskedFor_AndNeedNoAnswer()
    {
        using var tiny = new TinyCorpus();
        tiny.Write("hard/yes-0001.wav", Sounds.Noise(4 * TinyCorpus.Rate, 0.1));
        var corpus = Corpus.Load(tiny.Folders with { HardNegatives = tiny.File("hard") }, TinyCorpus.Rate);
        var maker = new SegmentMaker(corpus, FrontEnd, WordsOnly with { HardNegatives = 0.3 }, seed: 1);
        var hard = Enumerable.Range(0, 200).Select(n => maker.Make(0, n)).Count(segment => segment.InEvent[..120].All(inEvent => inEvent) && segment.Kind.All(kind => kind < 0));
        Assert.InRange(hard, 40, 80);
    }

    [Fact]
    public void Kind_TellsUnknownWordsApart_WhereTheirLabelMustStand()
    {
        using var tiny = new TinyCorpus();
        var corpus = Corpus.Load(tiny.Folders with { Words = ["up"] }, TinyCorpus.Rate);
        var maker = new SegmentMaker(corpus, FrontEnd, WordsOnly with { UnknownWords = 0.6 }, seed: 1);
        var seen = new HashSet<(int Label, int Kind)>();
        for (var n = 0; n < 40; n++)
        {
            var segment = maker.Make(0, n);
            for (var t = 0; t < segment.Frames; t++)
            {
                Assert.Equal(segment.Answer[t] != 0, segment.Kind[t] >= 0);
                if (segment.Answer[t] != 0) seen.Add((segment.Answer[t], segment.Kind[t]));
            }
        }
        int Kind(string word) => corpus.Kinds.IndexOf(word);
        Assert.Equal([(1, Kind("down")), (1, Kind("flat")), (2, Kind("up"))], seen.Order());
    }

    /// <summary>Clips shorter than a frame, clips longer than a segment, and nothing else.</summary>
    [Fact]
    public void OddClips_AreNoTrouble()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, samples) in new[] { ("1.wav", 1), ("2.wav", 90), ("3.wav", 100_000) })
        {
            Directory.CreateDirectory(folder.File("data/training/beep"));
            Directory.CreateDirectory(folder.File("data/validation"));
            WavWriter.Write(folder.File($"data/training/beep/{name}"), Sounds.Tone(samples, 500), TinyCorpus.Rate);
        }
        var corpus = Corpus.Load(new CorpusFolders { Data = folder.File("data"), Words = ["beep"] }, TinyCorpus.Rate);
        var maker = new SegmentMaker(corpus, FrontEnd, new SegmentOptions(), seed: 1);
        for (var n = 0; n < 100; n++) Assert.All(maker.Make(0, n).Features, feature => Assert.True(float.IsFinite(feature)));
    }

    static Corpus WithoutNoise(TinyCorpus tiny)
    {
        var corpus = tiny.Load();
        corpus.TrainingNoise.Clear();
        return corpus;
    }

    /// <summary>A corpus of one clip: 50 ms of nothing, the word, 10 ms of nothing.</summary>
    static Corpus OneWord(TemporaryFolder folder, int word)
    {
        Directory.CreateDirectory(folder.File("data/training/beep"));
        Directory.CreateDirectory(folder.File("data/validation"));
        WavWriter.Write(folder.File("data/training/beep/1.wav"), [.. Sounds.Silence(800), .. Sounds.Noise(word, 0.3), .. Sounds.Silence(160)], TinyCorpus.Rate);
        return Corpus.Load(new CorpusFolders { Data = folder.File("data"), Words = ["beep"] }, TinyCorpus.Rate);
    }

    static ReadOnlySpan<float> Frame(Segment segment, int t) => segment.Features.AsSpan(t * FrontEnd.Bands, FrontEnd.Bands);

    static bool Silent(Segment segment, int t) => !Frame(segment, t).ContainsAnyExcept(0f);

    static IEnumerable<(int Start, int End)> Runs(int frames, Func<int, bool> holds)
    {
        var start = -1;
        for (var t = 0; t <= frames; t++)
        {
            var now = t < frames && holds(t);
            if (now && start < 0) start = t;
            if (now || start < 0) continue;
            yield return (start, t);
            start = -1;
        }
    }

    static void AssertSame(Segment expected, Segment actual)
    {
        Assert.Equal(expected.Features.Select(BitConverter.SingleToInt32Bits), actual.Features.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(expected.Answer, actual.Answer);
        Assert.Equal(expected.OrAnswer, actual.OrAnswer);
        Assert.Equal(expected.Kind, actual.Kind);
        Assert.Equal(expected.InEvent, actual.InEvent);
    }
}
