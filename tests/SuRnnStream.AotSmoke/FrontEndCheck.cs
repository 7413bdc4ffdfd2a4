using SuRnnStream.Kernels;
using SuRnnStream.Tests.Support;

namespace SuRnnStream.AotSmoke;

/// <summary>The FFT at every width of this machine, and log-mel frames, beside their specification in plain loops.</summary>
static unsafe class FrontEndCheck
{
    public static Digest Run()
    {
        var digest = new Digest();
        for (var length = 64; length <= 8_192; length *= 2) Spectrum(digest, length);
        foreach (var (window, bands) in new[] { (64, 6), (256, 12), (512, 40), (1_024, 41), (4_096, 130) })
            Frames(digest, new() { WindowLength = window, HopLength = window, Bands = bands, SampleRate = 16_000, LowHz = 0, HighHz = 8_000 });
        return digest;
    }

    static void Spectrum(Digest digest, int length)
    {
        float[] window = Sounds.Noise(length, level: 1, seed: 8), sound = Sounds.Noise(length, level: 1, seed: 9);
        float[] windowed = [.. sound.Zip(window, (x, w) => x * w)];
        float[] expected = [ReferenceMel.Energy(windowed), .. ReferenceMel.PowerSpectrum(windowed)];
        foreach (var (name, _, create) in RealFft.Widths.Where(width => RealFft.Fits(width.Lanes, length)))
        {
            var (fft, power) = (create(window), new AlignedBuffer(length / 2 + 1));
            var energy = fft.Load(sound);
            fft.PowerSpectrum(power.Pointer);
            DeviationException.Require(expected, [energy, .. power.Span], $"{name}, FFT of {length}");
        }
        digest.Add(expected);
    }

    /// <summary>Also of sounds whose powers, or samples, are denormal, and of some that are too loud.</summary>
    static void Frames(Digest digest, FrontEndConfig config)
    {
        foreach (var (name, _, create) in RealFft.Widths.Where(width => RealFft.Fits(width.Lanes, config.WindowLength)))
        {
            var (transform, frame) = (new MelTransform(config, create), new float[config.Bands]);
            foreach (var level in new[] { 0, 1e-42, 1e-20, 1e-6, 0.01, 1, 1e15, 1e18 })
            {
                var sound = Sounds.Noise(config.WindowLength, level, seed: 4);
                transform.Compute(sound, frame, shortCut: true);
                DeviationException.Require(ReferenceMel.Frame(config, sound), frame, $"{name}, {config.Bands} bands of {config.WindowLength} samples at level {level}");
                if (name == RealFft.Widths[^1].Name) digest.Add(frame); // once, and there on every machine
            }
        }
    }
}
