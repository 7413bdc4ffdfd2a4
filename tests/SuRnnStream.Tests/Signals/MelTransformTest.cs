using SuRnnStream.Kernels;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Signals;

public sealed unsafe class MelTransformTest
{
    /// <summary>All window lengths, and numbers of bands that leave every remainder of a vector.</summary>
    public static TheoryData<int, int> Shapes() => new()
    {
        { 64, 1 }, { 64, 6 }, { 128, 11 }, { 256, 12 }, { 512, 40 }, { 1_024, 41 }, { 2_048, 80 }, { 4_096, 130 }, { 8_192, 256 },
    };

    static FrontEndConfig Config(int window, int bands) =>
        new() { WindowLength = window, HopLength = window, Bands = bands, SampleRate = 16_000, LowHz = 0, HighHz = 8_000 };

    [Theory, MemberData(nameof(Shapes))]
    public void Compute_AtEveryWidth_GivesTheBitsOfTheSpecification(int window, int bands)
    {
        var config = Config(window, bands);
        foreach (var (name, lanes, fft) in RealFft.Widths.Where(width => RealFft.Fits(width.Lanes, window)))
        {
            var (transform, frame) = (new MelTransform(config, fft), new float[bands]);
            foreach (var level in new[] { 0, 1e-42, 1e-20, 1e-6, 1e-4, 0.01, 1, 1e15, 1e18 })
            {
                foreach (var sound in new[] { Sounds.Noise(window, level, seed: 4), Sounds.Tone(window, 700, level) })
                {
                    transform.Compute(sound, frame, shortCut: true);
                    Assert.True(Bits(ReferenceMel.Frame(config, sound)).SequenceEqual(Bits(frame)), $"{name} at level {level}");
                }
            }
        }
    }

    /// <summary>Against double precision; with the mel scale's definition written once more.</summary>
    [Theory, MemberData(nameof(Shapes))]
    public void Compute_AgreesWithTheDefinition(int window, int bands)
    {
        var config = Config(window, bands);
        var (transform, frame) = (new MelTransform(config), new float[bands]);
        var sound = Sounds.Noise(window, level: 0.1, seed: 5);
        transform.Compute(sound, frame, shortCut: true);

        var power = new double[window / 2 + 1];
        var first = new double[window]; // windowed
        for (var n = 0; n < window; n++) first[n] = sound[n] * (0.5 - 0.5 * Math.Cos(2 * Math.PI * n / window));
        for (var k = 0; k <= window / 2; k++)
        {
            var (re, im) = (0.0, 0.0);
            for (var n = 0; n < window; n++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * ((long)k * n % window) / window);
                (re, im) = (re + first[n] * cos, im - first[n] * sin);
            }
            power[k] = re * re + im * im;
        }
        static double Mel(double hz) => 2595 * Math.Log10(1 + hz / 700);
        static double Hz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
        for (var band = 0; band < bands; band++)
        {
            double Edge(int i) => Hz(Mel(8_000) * i / (bands + 1)) * window / 16_000;
            var (left, centre, right) = (Edge(band), Edge(band + 1), Edge(band + 2));
            var energy = 0.0;
            for (var k = 0; k <= window / 2; k++) energy += power[k] * Math.Max(0, Math.Min((k - left) / (centre - left), (right - k) / (right - centre)));
            Assert.Equal(config.Scale * Math.Log(Math.Max(energy, config.Floor) / config.Floor), frame[band], 2e-5);
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Bands_SumWhatTheirTrianglesWeigh_BitForBit(int window, int bands)
    {
        var config = Config(window, bands);
        var (power, energies) = (new AlignedBuffer(window / 2 + 1), new AlignedBuffer(RowKernel.Pad(bands)));
        Sounds.Noise(power.Length, level: 1, seed: 6).CopyTo(power.Span);
        new MelBands(config).Sum(power.Pointer, energies.Pointer);
        Assert.Equal(Bits(ReferenceMel.Bands(config, power.Span.ToArray())), Bits(energies.Span[..bands].ToArray()));
        Assert.False(energies.Span[bands..].ContainsAnyExcept(0f));
    }

    static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
}
