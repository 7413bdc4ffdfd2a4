using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation.Mixing;

public sealed class StreamMakerTest : IDisposable
{
    const int Rate = 16_000;

    readonly TemporaryFolder _folder = new();

    public StreamMakerTest()
    {
        // A tone of its own for each label, 0.3 s somewhere in 0.8 s of faint noise.
        foreach (var (label, hz, clips) in new[] { ("yes", 500, 6), ("no", 1_100, 4), ("bed", 2_300, 5), ("_background_noise_", 4_000, 3) })
        {
            for (var n = 0; n < clips; n++)
            {
                var samples = Sounds.Noise(8 * Rate / 10, 0.0005, n);
                var tone = Sounds.Tone(3 * Rate / 10, hz, 0.05 + 0.1 * n);
                for (var i = 0; i < tone.Length; i++) samples[1_000 + 900 * n + i] += tone[i];
                Write($"clips/{label}/{n}.wav", samples);
            }
        }
        Write("clips/yes/silent.wav", Sounds.Noise(Rate, 0.0005));
        Write("street/quiet.wav", Sounds.Noise(Rate, 0.01));
        Write("street/loud.wav", Sounds.Noise(2 * Rate, 0.1));
    }

    StreamOptions Options => new() { Clips = _folder.File("clips"), Labels = ["yes", "no"], Length = TimeSpan.FromSeconds(30), Targets = 10, Others = 4 };

    public void Dispose() => _folder.Dispose();

    void Write(string name, float[] samples)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        WavWriter.Write(_folder.File(name), samples, Rate);
    }

    static Span<float> Part(MadeStream stream, LabelledEvent one) => stream.Samples.AsSpan((int)Math.Round(one.Start.TotalSeconds * Rate)..(int)Math.Round(one.End.TotalSeconds * Rate));

    [Fact]
    public void Make_EveryClipOnce_EvenlyOverTime_WithASecondBehindEach()
    {
        var stream = StreamMaker.Make(Options);
        Assert.Equal(30 * Rate, stream.Samples.Length);
        Assert.Equal(6, stream.Events.Count(one => one.Label == "yes")); // all there are but the silent one
        Assert.Equal(4, stream.Events.Count(one => one.Label == "no"));
        Assert.Equal(["bed"], stream.Others.Select(one => one.Label).Distinct()); // noise is no word
        Assert.Equal(4, stream.Others.Count);
        LabelledEvent[] all = [.. stream.Events.Concat(stream.Others).OrderBy(one => one.Start)];
        Assert.Equal(stream.Events, stream.Events.OrderBy(one => one.Start));
        for (var i = 0; i < all.Length; i++)
        {
            Assert.InRange(all[i].Start.TotalSeconds, i * 30 / 14.0, (i + 1) * 30 / 14.0 - 1);
            if (i > 0) Assert.True(all[i].Start - all[i - 1].End >= TimeSpan.FromSeconds(1), $"{all[i - 1]} {all[i]}");
        }
        Assert.True(all.Select((one, i) => Math.Round(one.Start.TotalSeconds - i * 30 / 14.0, 2)).Distinct().Count() > 5); // not in step
    }

    [Fact]
    public void Make_LabelsAndTimes_AreWhatIsHeardThere()
    {
        var stream = StreamMaker.Make(Options with { Snr = 60 });
        foreach (var one in stream.Events.Concat(stream.Others))
        {
            Assert.InRange((one.End - one.Start).TotalSeconds, 0.3, 0.36);
            var part = Part(stream, one);
            int[] hz = [500, 1_100, 2_300];
            var loudest = hz.MaxBy(frequency => Goertzel(Part(stream, one), frequency));
            Assert.Equal(one.Label switch { "yes" => 500, "no" => 1_100, _ => 2_300 }, loudest);
        }
    }

    static double Goertzel(ReadOnlySpan<float> samples, double hz)
    {
        double re = 0, im = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * hz * i / Rate);
            (re, im) = (re + samples[i] * cos, im + samples[i] * sin);
        }
        return re * re + im * im;
    }

    [Theory, InlineData(null, 20, -20), InlineData("street", 6, -30), InlineData("street", -3, -26)]
    public void Make_LevelAndRatio_AreThoseAskedFor(string? background, double snr, double level)
    {
        var options = Options with { Background = background is null ? null : _folder.File(background), Snr = snr, Level = level };
        var (noisy, clean) = (StreamMaker.Make(options), StreamMaker.Make(options with { Snr = 200 })); // the same but for the background
        Assert.Equal(clean.Events, noisy.Events);
        foreach (var one in clean.Events.Concat(clean.Others)) Assert.Equal(level, Sound.Decibels(Sound.Power(Part(clean, one))), 0.01);
        var bed = noisy.Samples.Zip(clean.Samples, (with, without) => with - without).ToArray();
        Assert.Equal(level - snr, Sound.Decibels(Sound.Power(bed)), 0.01);
    }

    [Fact]
    public void Make_Background_KeepsItsLevelsBesideEachOther_WithoutPauses()
    {
        var options = Options with { Background = _folder.File("street") };
        var bed = StreamMaker.Make(options).Samples.Zip(StreamMaker.Make(options with { Snr = 200 }).Samples, (with, without) => with - without).ToArray();
        var levels = Enumerable.Range(0, 300).Select(i => Sound.Decibels(Sound.Power(bed.AsSpan(i * Rate / 10, Rate / 10)))).Order().ToArray();
        Assert.Equal(20, levels[^20] - levels[20], 1.0); // 0.1 against 0.01
        Assert.InRange(levels[^1] - levels[0], 0, 23);
    }

    [Fact]
    public void Make_TheSameSeed_GivesTheSameBits_AndAnotherNot()
    {
        foreach (var background in new[] { null, _folder.File("street") })
        {
            var options = Options with { Background = background };
            var (first, second, other) = (StreamMaker.Make(options), StreamMaker.Make(options), StreamMaker.Make(options with { Seed = 2 }));
            SampleSourceContract.AssertSameBits(first.Samples, second.Samples);
            Assert.Equal(first.Events, second.Events);
            Assert.NotEqual(first.Events, other.Events);
        }
    }

    [Fact]
    public void Save_WritesASoundAndATableThatCanBeRead()
    {
        var stream = StreamMaker.Make(Options);
        stream.Save(_folder.File("made.wav"));
        using var wav = WavFile.Open(_folder.File("made.wav"));
        Assert.Equal((Rate, 16, 1, 30L * Rate), (wav.SampleRate, wav.BitsPerSample, wav.FileChannels, wav.Length));
        var table = EventTable.Read(_folder.File("made.csv"), TimeSpan.FromSeconds(30));
        Assert.Equal(stream.Events.Select(one => one.Label), table.Select(one => one.Label));
        Assert.All(stream.Events.Zip(table), pair => Assert.Equal(pair.First.Start.TotalSeconds, pair.Second.Start.TotalSeconds, 0.0006));
        Assert.All(stream.Events.Zip(table), pair => Assert.Equal(pair.First.End.TotalSeconds, pair.Second.End.TotalSeconds, 0.0006));
    }

    [Fact]
    public void Clipped_CountsWhatAFileCannotHold()
    {
        Assert.Equal(0, StreamMaker.Make(Options).Clipped);
        Assert.InRange(StreamMaker.Make(Options with { Level = 0 }).Clipped, 10_000, 40_000); // a sine of RMS 1 has its peaks at 1.41
    }

    [Fact]
    public void Make_WhatCannotBe_IsSaid()
    {
        void Says<T>(string message, StreamOptions options) where T : Exception => Assert.Contains(message, Assert.Throws<T>(() => StreamMaker.Make(options)).Message);
        Says<IOException>("12 targets are wanted, but yes, no have only 10 clips in which something is heard", Options with { Targets = 12 });
        Says<IOException>("6 others are wanted, but bed has only 5 clips", Options with { Others = 6 });
        Says<IOException>("1 others are wanted, but no other folder", Options with { Labels = ["yes", "no", "bed"], Others = 1 });
        Says<DirectoryNotFoundException>("clips has bed, no, yes", Options with { Labels = ["yes", "maybe"] });
        Says<DirectoryNotFoundException>("nowhere: there is no such folder", Options with { Clips = _folder.File("nowhere") });
        Says<DirectoryNotFoundException>("nowhere: there is no such folder", Options with { Background = _folder.File("nowhere") });
        Says<ArgumentException>("14 clips do not fit into 0.42 minutes: with the second after it the longest takes 1.8 s, and each has 1.8 s", Options with { Length = TimeSpan.FromSeconds(25) });
        Says<ArgumentException>("labels", Options with { Labels = [] });
        Says<ArgumentException>("named twice", Options with { Labels = ["yes", "yes"] });
        Says<ArgumentException>("Targets is 0, but must be 1 or more", Options with { Targets = 0 });
        Says<ArgumentException>("Others is -1", Options with { Others = -1 });
        Says<ArgumentException>("Level is 3, but must be -90 to 0 dB", Options with { Level = 3 });
        Says<ArgumentOutOfRangeException>("not NaN", Options with { Snr = double.NaN });
        Says<ArgumentException>("Length is 10:01:00, but must be above 0 to 10:00:00", Options with { Length = TimeSpan.FromMinutes(601) });
    }
}
