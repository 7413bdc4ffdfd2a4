using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation.Mixing;

public sealed class NoiseMixerTest : IDisposable
{
    const int Rate = 16_000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Noise(params (string Name, float[] Samples)[] sounds)
    {
        Directory.CreateDirectory(_folder.File("noise/deep"));
        foreach (var (name, samples) in sounds) WavWriter.Write(_folder.File($"noise/{name}"), samples, Rate);
        return _folder.File("noise");
    }

    string TwoNoises() => Noise(("a.wav", Sounds.Noise(7_000, 0.2, 1)), ("deep/b.wav", Sounds.Tone(50_000, 100)));

    static double Decibels(IEnumerable<float> samples) => Sound.Decibels(Sound.Power([.. samples]));

    static float[] Minus(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x - y)];

    [Theory, InlineData(-5), InlineData(0), InlineData(10), InlineData(33.3)]
    public void Mix_OverEvents_HasTheRatioAskedFor_WhereverTheyAre(double snr)
    {
        // Tones of two levels at 0.5 s to 0.75 s and 2 s to 2.5 s in 3 s; a click outside of the events is not signal.
        var sound = new float[3 * Rate];
        Sounds.Tone(Rate / 4, 500, 0.3).CopyTo(sound, Rate / 2);
        Sounds.Tone(Rate / 2, 800, 0.1).CopyTo(sound, 2 * Rate);
        sound[Rate] = 0.9f;
        LabelledEvent[] events = [new("a", TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.75)), new("b", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.5))];
        var mixer = new NoiseMixer(TwoNoises(), snr, Rate);
        for (var n = 0; n < 10; n++)
        {
            var mixed = sound.ToArray();
            mixer.Mix($"clip {n}", mixed, events);
            var signal = Decibels([.. sound[(Rate / 2)..(3 * Rate / 4)], .. sound[(2 * Rate)..(5 * Rate / 2)]]);
            Assert.Equal(snr, signal - Decibels(Minus(mixed, sound)), 0.01);
        }
    }

    [Fact]
    public void Mix_WithoutEvents_TakesTheWholeSoundForSignal()
    {
        float[] sound = [.. Sounds.Tone(Rate, 500, 0.3), .. new float[Rate]];
        var mixed = sound.ToArray();
        new NoiseMixer(TwoNoises(), 12, Rate).Mix("speech", mixed, []);
        Assert.Equal(12, Decibels(sound) - Decibels(Minus(mixed, sound)), 0.01);
    }

    [Fact]
    public void Mix_TheSameSeedAndName_GiveTheSameBits_AndOthersOthers()
    {
        var folder = TwoNoises();
        float[] Mixed(int seed, string name)
        {
            var sound = Sounds.Tone(Rate, 500);
            new NoiseMixer(folder, 10, Rate, seed).Mix(name, sound, []);
            return sound;
        }
        var first = Mixed(1, "x.wav");
        SampleSourceContract.AssertSameBits(first, Mixed(1, "x.wav"));
        Assert.NotEqual(first, Mixed(1, "y.wav"));
        Assert.NotEqual(first, Mixed(2, "x.wav"));
    }

    [Fact]
    public void Mix_NoiseShorterThanTheSound_GoesOnWithoutAStep()
    {
        // 0.31 s of a slow sine, which ends nowhere near where it began.
        var folder = Noise(("hum.wav", Sounds.Tone(4_960, 40, 0.5)));
        var sound = Sounds.Noise(5 * Rate, 0.1);
        var mixed = sound.ToArray();
        new NoiseMixer(folder, 0, Rate).Mix("long", mixed, []);
        var noise = Minus(mixed, sound);
        Assert.All(Enumerable.Range(0, 50), n => Assert.NotEqual(0, Sound.Power(noise.AsSpan(n * 1_600, 1_600))));
        var largest = Enumerable.Range(1, noise.Length - 1).Max(i => Math.Abs(noise[i] - noise[i - 1]));
        var rms = Math.Sqrt(Sound.Power(noise));
        Assert.InRange(largest, 0, 3 * 2 * Math.PI * 40 / Rate * Math.Sqrt(2) * rms); // three times the sine's own steepest
    }

    [Fact]
    public void Mix_DigitalSilence_StaysSilent()
    {
        var sound = new float[Rate];
        new NoiseMixer(TwoNoises(), 10, Rate).Mix("silence", sound, []);
        Assert.All(sound, x => Assert.Equal(0, x));
    }

    [Fact]
    public void Mix_ANoiseWithLongPauses_IsNoiseAllTheSame()
    {
        var noise = new float[60 * Rate];
        Sounds.Noise(200).CopyTo(noise, 59 * Rate);
        var mixer = new NoiseMixer(Noise(("door.wav", noise)), 10, Rate);
        for (var n = 0; n < 20; n++)
        {
            var (sound, mixed) = (Sounds.Tone(Rate, 500), Sounds.Tone(Rate, 500));
            mixer.Mix($"{n}", mixed, []);
            Assert.Equal(10, Decibels(sound) - Decibels(Minus(mixed, sound)), 0.01);
        }
    }

    [Fact]
    public void New_BadFoldersAndRatios_AreNamed()
    {
        Assert.Contains("nowhere: there is no such folder", Assert.Throws<DirectoryNotFoundException>(() => new NoiseMixer(_folder.File("nowhere"), 10, Rate)).Message);
        Assert.Contains("no sound file", Assert.Throws<IOException>(() => new NoiseMixer(Noise(), 10, Rate)).Message);
        Assert.Contains("zero.wav: there is no sound in it", Assert.Throws<IOException>(() => new NoiseMixer(Noise(("zero.wav", new float[10])), 10, Rate)).Message);
        foreach (var snr in new[] { double.NaN, double.PositiveInfinity, 201 })
            Assert.Contains("signal-to-noise", Assert.Throws<ArgumentOutOfRangeException>(() => new NoiseMixer(TwoNoises(), snr, Rate)).Message);
    }
}
