using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>What every source of samples promises. Inherit it and say how to open one.</summary>
public abstract class SampleSourceContract
{
    /// <summary>A source of some thousand samples made from the audio, which 16-bit PCM can hold exactly.</summary>
    protected abstract ISampleSource Open(float[] audio);

    /// <summary>Finding the end allocates nothing either.</summary>
    protected virtual bool EndIsFree => true;

    static readonly float[] Audio = Sound.Noise(5000);

    [Fact]
    public void SampleRate_IsAboveZeroAndConstant()
    {
        var source = Open(Audio);
        var rate = source.SampleRate;
        Assert.True(rate > 0);
        source.ReadAll();
        Assert.Equal(rate, source.SampleRate);
    }

    /// <summary>Whatever a file or a device has: one channel is read.</summary>
    [Fact]
    public void Channels_OfSound_IsOne() => Assert.Equal(1, Open(Audio).Channels);

    [Theory, InlineData(1), InlineData(7), InlineData(160), InlineData(1024), InlineData(100_000)]
    public void Read_AnyChunking_GivesTheSameSamples(int chunk)
    {
        var expected = Open(Audio).ReadAll(480);
        Assert.NotEmpty(expected);
        AssertSameBits(expected, Open(Audio).ReadAll(chunk));
    }

    [Fact]
    public void Read_MixedChunking_GivesTheSameSamples()
    {
        var (source, random, samples) = (Open(Audio), new Random(5), new List<float>());
        var buffer = new float[300];
        while (source.Read(buffer.AsSpan(0, random.Next(1, 300))) is > 0 and var got) samples.AddRange(buffer.AsSpan(0, got));
        AssertSameBits(Open(Audio).ReadAll(), [.. samples]);
    }

    [Fact]
    public void Read_AtTheEnd_ReturnsZeroForever()
    {
        var source = Open(Audio);
        source.ReadAll();
        for (var i = 0; i < 5; i++) Assert.Equal(0, source.Read(new float[100]));
    }

    [Fact]
    public void Read_EmptySpan_IsHarmless()
    {
        var source = Open(Audio);
        var (samples, one) = (new List<float>(), new float[1]);
        Assert.Equal(0, source.Read([]));
        while (source.Read(one) == 1)
        {
            samples.Add(one[0]);
            Assert.Equal(0, source.Read([]));
        }
        AssertSameBits(Open(Audio).ReadAll(), [.. samples]);
    }

    [Fact]
    public void Read_WritesOnlyWhatItReturns()
    {
        var source = Open(Audio);
        var buffer = new float[997];
        int got;
        do
        {
            Array.Fill(buffer, 12345f);
            got = source.Read(buffer);
            Assert.All(buffer[got..], sample => Assert.Equal(12345f, sample));
            Assert.DoesNotContain(12345f, buffer[..got]);
        }
        while (got > 0);
    }

    [Fact]
    public void Read_NoAudio_IsAtTheEnd() => Assert.Equal(0, Open([]).Read(new float[10]));

    [Fact]
    public void Read_AfterWarmUp_AllocatesNothing() => Assert.Equal(0, Allocations.OfReading(() => Open(Audio), piece: 64, EndIsFree));

    internal static void AssertSameBits(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"Sample {i} is {actual[i]:R}, not {expected[i]:R}.");
    }
}
