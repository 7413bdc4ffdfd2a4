using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Signals;

public sealed class RealFftTest
{
    [Theory, InlineData(8), InlineData(16), InlineData(32), InlineData(64), InlineData(128), InlineData(256), InlineData(512)]
    [InlineData(1_024)]
    public void PowerSpectrum_AgreesWithTheDefinition(int length)
    {
        var fft = new RealFft(length);
        var power = new float[length / 2 + 1];
        for (var seed = 0; seed < 3; seed++)
        {
            var signal = Sounds.Noise(length, level: 1, seed);
            fft.PowerSpectrum(signal, power);
            for (var k = 0; k < power.Length; k++)
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
    }

    [Theory, InlineData(8), InlineData(64), InlineData(512), InlineData(8_192)]
    public void PowerSpectrum_OfOneSample_IsFlat(int length)
    {
        var (fft, power) = (new RealFft(length), new float[length / 2 + 1]);
        foreach (var at in new[] { 0, 1, length / 2, length - 1 })
        {
            var signal = new float[length];
            signal[at] = 2;
            fft.PowerSpectrum(signal, power);
            Assert.All(power, value => Assert.Equal(4, value, 1e-5));
        }
    }

    [Theory, InlineData(0), InlineData(4), InlineData(24), InlineData(-8)]
    public void Constructor_WithAnotherLength_Throws(int length) => Assert.Throws<ArgumentException>(() => new RealFft(length));
}
