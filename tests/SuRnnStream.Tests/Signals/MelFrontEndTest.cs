using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Signals;

public sealed class MelFrontEndTest
{
    static readonly FrontEndConfig Config = new();

    [Fact]
    public void Frames_OfASine_PeakInItsBand()
    {
        static double Mel(double hz) => 2595 * Math.Log10(1 + hz / 700);
        for (var hz = 150.0; hz < 7_000; hz *= 1.2)
        {
            var frame = Frames(Config, Sounds.Tone(512, hz))[0];
            var step = (Mel(Config.HighHz) - Mel(Config.LowHz)) / (Config.Bands + 1);
            var band = (Mel(hz) - Mel(Config.LowHz)) / step - 1; // centre of band 0 lies one step above the lower edge
            Assert.InRange(Array.IndexOf(frame, frame.Max()), band - 1, band + 1);
        }
    }

    [Fact]
    public void Frames_CountAndPlace_FollowFromWindowAndHop()
    {
        Assert.Empty(Frames(Config, Sounds.Noise(511)));
        Assert.Single(Frames(Config, Sounds.Noise(512)));
        Assert.Single(Frames(Config, Sounds.Noise(831)));
        Assert.Equal(2, Frames(Config, Sounds.Noise(832)).Count);
        var sound = Sounds.Noise(512 + 9 * 320);
        var frames = Frames(Config, sound);
        Assert.Equal(10, frames.Count);
        for (var n = 0; n < 10; n++) Assert.Equal(Frames(Config, sound[(n * 320)..(n * 320 + 512)])[0], frames[n]);
    }

    [Fact]
    public void Frame_OfASine_HasTheEnergyThatTheDocumentationSays()
    {
        // A full-scale sine has about WindowLength^2 / 16 in its bin; a triangle spreads it over one to three bins.
        var frame = Frames(Config, Sounds.Tone(512, 2_000, level: 1))[0];
        var energy = Config.Floor * Math.Exp(frame.Max() / Config.Scale);
        Assert.InRange(energy, 0.5 * 512 * 512 / 16, 2.0 * 512 * 512 / 16);
    }

    [Fact]
    public void Frame_OfSilence_IsAllZeros()
    {
        foreach (var shortCut in new[] { true, false })
            Assert.All(Frames(Config, Sounds.Silence(2_000), shortCut), frame => Assert.Equal(new int[Config.Bands], Bits(frame)));
    }

    [Fact]
    public void ShortCut_GivesTheBitsOfTheLongWay()
    {
        var small = new FrontEndConfig { WindowLength = 64, HopLength = 64, Bands = 3, Floor = 1 };
        var configs = new[] { Config, TinyModels.FrontEnd, small, Config with { Floor = 1e-30f } };
        var (zeros, others) = (0, 0);
        foreach (var config in configs)
        {
            for (var seed = 0; seed < 40; seed++)
            {
                // Mean energy of a windowed frame of noise at this level, against the energy at which the short cut ends.
                var edge = Math.Sqrt(config.Floor / config.WindowLength / (config.WindowLength * 3 / 8.0) * 3);
                for (var ratio = 0.8; ratio < 8; ratio *= 1.02)
                {
                    var sound = seed % 2 == 0 ? Sounds.Noise(config.WindowLength, edge * ratio, seed)
                        : Sounds.Tone(config.WindowLength, config.LowHz + seed * (config.HighHz - config.LowHz) / 40, edge * ratio * 0.8);
                    var (quick, slow) = (Frames(config, sound)[0], Frames(config, sound, shortCut: false)[0]);
                    Assert.Equal(Bits(slow), Bits(quick));
                    if (slow.All(value => value == 0)) zeros++;
                    else others++;
                }
            }
        }
        Assert.True(zeros > 1_000 && others > 1_000, $"{zeros} silent frames, {others} others");
    }

    /// <summary>Segments of zeros of all lengths, some of them negative, some nearly zero: what is remembered of silence has to be right.</summary>
    [Theory, InlineData(160), InlineData(256), InlineData(33), InlineData(192), InlineData(128)]
    public void Silence_BetweenSounds_GivesTheBitsOfTheLongWay_HoweverSamplesAreCut(int hop)
    {
        var config = TinyModels.FrontEnd with { HopLength = hop };
        var (random, silent, mixed) = (new Random(hop), 0, 0);
        var sound = new List<float>();
        while (sound.Count < 60_000)
        {
            var zero = random.Next(3) switch { 0 => -0f, 1 => float.Epsilon, _ => 0f };
            sound.AddRange(new float[random.Next(1, 900)]);
            sound.AddRange(Enumerable.Repeat(zero, random.Next(1, 5)));
            sound.AddRange(new float[random.Next(1, 300)]);
            sound.AddRange(Sounds.Noise(random.Next(1, random.Next(1, 500)), seed: sound.Count));
        }
        float[] samples = [.. sound];
        var slow = Frames(config, samples, shortCut: false);
        for (var seed = 0; seed < 4; seed++)
        {
            var (front, at, n) = (new MelFrontEnd(config), 0, 0);
            while (at < samples.Length)
            {
                var piece = samples.AsSpan(at, Math.Min(samples.Length - at, random.Next(seed == 0 ? 40 : 900)));
                foreach (var frame in Next(front, config, piece))
                {
                    Assert.Equal(Bits(slow[n++]), Bits(frame));
                    if (frame.All(value => value == 0)) silent++;
                    else mixed++;
                }
                at += piece.Length;
                front = seed == 3 ? Restored(front, config) : front;
            }
            Assert.Equal(slow.Count, n);
        }
        Assert.True(silent > 100 && mixed > 100, $"{silent} silent frames, {mixed} others");
    }

    [Fact]
    public void Reset_WithinSoundAndSilence_LeavesNothingBehind()
    {
        var (front, sound) = (new MelFrontEnd(Config), Sounds.Noise(512));
        Next(front, Config, Sounds.Noise(500, seed: 2));
        front.Reset();
        Next(front, Config, Sounds.Silence(100));
        front.Reset();
        Assert.Equal(Bits(Frames(Config, sound)[0]), Bits(Next(front, Config, sound)[0]));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void TryNext_HoweverSamplesAreCut_GivesTheSameFrames(int seed)
    {
        var sound = Sounds.Mixture(8, seed);
        foreach (var hop in new[] { 160, 256, 1, 33, 192, 128 })
        {
            var config = TinyModels.FrontEnd with { HopLength = hop };
            var part = sound.AsSpan(0, config.HopLength == 1 ? 600 : sound.Length).ToArray();
            var whole = Frames(config, part);
            var random = new Random(seed);
            var (front, cut, at) = (new MelFrontEnd(config), new List<float[]>(), 0);
            while (at < part.Length)
            {
                var count = Math.Min(part.Length - at, random.Next(4) == 0 ? random.Next(3) : random.Next(900));
                cut.AddRange(Next(front, config, part.AsSpan(at, count)));
                at += count;
            }
            Assert.Equal(whole.Count, cut.Count);
            for (var i = 0; i < whole.Count; i++) Assert.Equal(Bits(whole[i]), Bits(cut[i]));
        }
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity), InlineData(1e18f)]
    [InlineData(float.MaxValue)]
    public void ASampleThatIsNoSound_AffectsItsFramesAlone_AndLeavesThemFinite(float bad)
    {
        var sound = Sounds.Noise(10 * 320 + 512);
        var clean = Frames(Config, sound);
        sound[1_700] = bad;
        var dirty = Frames(Config, sound);
        for (var n = 0; n < clean.Count; n++)
        {
            Assert.All(dirty[n], value => Assert.True(float.IsFinite(value)));
            if (1_700 < n * 320 || 1_700 >= n * 320 + 512) Assert.Equal(clean[n], dirty[n]);
        }
    }

    [Theory, InlineData(1e10), InlineData(1e16), InlineData(1e17), InlineData(1e18), InlineData(3e38)]
    public void AbsurdlyLoudSound_LeavesFramesFinite(double level) =>
        Assert.All(Frames(Config, Sounds.Tone(5_000, 1_000, level)).SelectMany(frame => frame), value => Assert.True(float.IsFinite(value)));

    [Fact]
    public void Constructor_WithASettingOutOfRange_NamesIt()
    {
        void Refused(FrontEndConfig config, string says) =>
            Assert.Contains(says, Assert.Throws<ArgumentException>(() => new MelFrontEnd(config)).Message);
        Refused(Config with { SampleRate = 3_999 }, "SampleRate in 4000 to 192000, but it is 3999");
        Refused(Config with { SampleRate = 192_001 }, "SampleRate");
        Refused(Config with { WindowLength = 500 }, "WindowLength");
        Refused(Config with { WindowLength = 32 }, "WindowLength");
        Refused(Config with { WindowLength = 16_384 }, "WindowLength");
        Refused(Config with { HopLength = 0 }, "HopLength");
        Refused(Config with { HopLength = 513 }, "HopLength in 1 to 512, but it is 513");
        Refused(Config with { Bands = 0 }, "Bands");
        Refused(Config with { Bands = 257 }, "Bands");
        Refused(Config with { Bands = 200 }, "narrower than one FFT bin");
        Refused(Config with { LowHz = -1 }, "LowHz");
        Refused(Config with { LowHz = float.NaN }, "LowHz");
        Refused(Config with { LowHz = 7_600 }, "LowHz");
        Refused(Config with { HighHz = 8_001 }, "HighHz in at most 8000");
        Refused(Config with { HighHz = float.NaN }, "NaN");
        Refused(Config with { Floor = 0 }, "Floor");
        Refused(Config with { Floor = float.NaN }, "Floor");
        Refused(Config with { Scale = float.PositiveInfinity }, "Scale");
        _ = new MelFrontEnd(Config with { HighHz = 8_000, LowHz = 0 });
    }

    static MelFrontEnd Restored(MelFrontEnd front, FrontEndConfig config)
    {
        var (saved, restored) = (new MemoryStream(), new MelFrontEnd(config));
        Next(restored, config, Sounds.Noise(200)); // which is to go
        IFrontEnd from = front, to = restored;
        from.Save(new BinaryWriter(saved));
        saved.Position = 0;
        to.Restore(new BinaryReader(saved));
        Assert.Equal(from.Pending, to.Pending);
        return restored;
    }

    static List<float[]> Frames(FrontEndConfig config, float[] sound, bool shortCut = true) =>
        Next(new MelFrontEnd(config) { AlwaysTransform = !shortCut }, config, sound);

    static List<float[]> Next(MelFrontEnd front, FrontEndConfig config, ReadOnlySpan<float> samples)
    {
        var (frames, frame) = (new List<float[]>(), new float[config.Bands]);
        while (front.TryNext(ref samples, frame)) frames.Add([.. frame]);
        Assert.True(samples.IsEmpty);
        return frames;
    }

    static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
}
