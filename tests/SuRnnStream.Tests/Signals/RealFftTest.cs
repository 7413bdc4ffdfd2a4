using SuRnnStream.Kernels;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Signals;

public sealed class RealFftTest
{
    static readonly int[] Lengths = [64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192];

    /// <summary>Every width of this machine with every length that it can do.</summary>
    public static TheoryData<string, int> WidthsAndLengths() =>
        [.. from width in RealFft.Widths from length in Lengths where RealFft.Fits(width.Lanes, length) select (width.Name, length)];

    [Theory, MemberData(nameof(WidthsAndLengths))]
    public void LoadAndPowerSpectrum_AtEveryWidth_GiveTheBitsOfTheSpecification(string width, int length)
    {
        var random = new Random(7);
        var window = Sounds.Noise(length, level: 1, seed: 8);
        var fft = New(width, window);
        for (var trial = 0; trial < 20; trial++)
        {
            // Quiet enough for powers, and at last for samples, that are denormal.
            var scale = MathF.Pow(10, -2 * trial);
            float[] signal = [.. Sounds.Noise(length, level: 1, seed: trial).Select(x => random.Next(4) == 0 ? 0 : x * scale)];
            float[] windowed = [.. signal.Zip(window, (x, w) => x * w)];
            var (energy, power) = Run(fft, signal);
            Assert.Equal(BitConverter.SingleToInt32Bits(ReferenceMel.Energy(windowed)), BitConverter.SingleToInt32Bits(energy));
            Assert.Equal(Array.ConvertAll(ReferenceMel.PowerSpectrum(windowed), BitConverter.SingleToInt32Bits), Array.ConvertAll(power, BitConverter.SingleToInt32Bits));
        }
    }

    [Theory, MemberData(nameof(WidthsAndLengths))]
    public void PowerSpectrum_AgreesWithTheDefinition(string width, int length)
    {
        var fft = New(width, Ones(length));
        var signal = Sounds.Noise(length, level: 1, seed: 3);
        var (energy, power) = Run(fft, signal);
        Assert.Equal(signal.Sum(x => (double)x * x), energy, 1e-6 * length);
        for (var k = 0; k < power.Length; k += length > 1_024 ? 37 : 1)
        {
            var (re, im) = (0.0, 0.0);
            for (var n = 0; n < length; n++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * ((long)k * n % length) / length);
                (re, im) = (re + signal[n] * cos, im - signal[n] * sin);
            }
            Assert.Equal(re * re + im * im, power[k], 1e-5 * length);
        }
    }

    [Theory, MemberData(nameof(WidthsAndLengths))]
    public void PowerSpectrum_OfOneSample_IsFlat(string width, int length)
    {
        var fft = New(width, Ones(length));
        foreach (var at in new[] { 0, 1, length / 2, length - 1 })
        {
            var signal = new float[length];
            signal[at] = 2;
            var (energy, power) = Run(fft, signal);
            Assert.Equal(4, energy);
            Assert.All(power, value => Assert.Equal(4, value, 1e-5));
        }
    }

    [Fact]
    public void Create_AtEveryLength_FindsAWidthThatFits() => Assert.All(Lengths, length => Assert.Equal(4, Run(RealFft.Create(Ones(length)), [2, .. new float[length - 1]]).Energy));

    [Theory, InlineData(0), InlineData(4), InlineData(32), InlineData(96)]
    public void Create_WithAnotherLength_Throws(int length) => Assert.Throws<ArgumentException>(() => RealFft.Create(new float[length]));

    [Fact]
    public void Load_OfAnotherLength_Throws() => Assert.Throws<ArgumentException>(() => RealFft.Create(Ones(64)).Load(new float[63]));

    [Theory, MemberData(nameof(WidthsAndLengths))]
    public void Load_FromTwoPlaces_GivesTheSameBits(string width, int length)
    {
        var (fft, signal) = (New(width, Sounds.Noise(length, level: 1, seed: 8)), Sounds.Noise(length, level: 1, seed: 9));
        var (energy, power) = Run(fft, signal);
        for (var first = 0; first <= length; first += Math.Max(64, length / 8))
        {
            var given = fft.Load(signal.AsSpan(0, first), signal.AsSpan(first).ToArray());
            Assert.Equal(energy, given);
            Assert.Equal(power, Power(fft, length));
        }
        Assert.Throws<ArgumentException>(() => fft.Load(signal.AsSpan(0, 32), signal.AsSpan(32)));
    }

    static RealFft New(string width, float[] window) => RealFft.Widths.First(some => some.Name == width).New(window);

    static float[] Ones(int length) => [.. Enumerable.Repeat(1f, length)];

    static (float Energy, float[] Power) Run(RealFft fft, float[] signal)
    {
        var energy = fft.Load(signal);
        return (energy, Power(fft, signal.Length));
    }

    static unsafe float[] Power(RealFft fft, int length)
    {
        var power = new AlignedBuffer(length / 2 + 1);
        fft.PowerSpectrum(power.Pointer);
        Assert.False(new Span<float>(power.Pointer + power.Length, 3).ContainsAnyExcept(0f)); // nothing is written behind
        return power.Span.ToArray();
    }
}
