using System.Runtime.InteropServices;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

public sealed class PackedSoundTest
{
    [Fact]
    public void Sound_OfEveryLoudness_ComesBackBitForBit()
    {
        var random = new Random(7);
        for (var bits = 1; bits <= 16; bits++)
        {
            foreach (var length in (int[])[1, 7, 127, 128, 129, 1_600, 4_001])
            {
                var samples = Enumerable.Range(0, length).Select(_ => (short)(random.Next(1 << bits) - (1 << (bits - 1)))).ToArray();
                samples[random.Next(length)] = (short)-(1 << (bits - 1)); // the loudest, which needs all of them
                var packed = PackedSound.Pack(MemoryMarshal.AsBytes<short>(samples));
                var most = (length + 127) / 128 * (1 + bits * 16);
                if (most < 2 * length) Assert.NotNull(packed);
                if (packed is null) continue;
                Assert.True(packed.Length <= most && packed.Length < 2 * length);
                var floats = new float[PackedSound.Padded(length)];
                PackedSound.Unpack(packed, length, floats);
                Assert.Equal(samples.Select(sample => sample / 32_768f), floats.Take(length));
            }
        }
    }

    [Fact]
    public void Loudness_MayChangeFromGroupToGroup()
    {
        var samples = Enumerable.Range(0, 16 * 128).Select(i => (short)((i % 2 == 0 ? 1 : -1) * ((1 << (i / 128)) - 1))).ToArray();
        var floats = new float[samples.Length];
        var packed = PackedSound.Pack(MemoryMarshal.AsBytes<short>(samples))!;
        Assert.Equal(16 + 16 * Enumerable.Range(1, 15).Sum(bits => bits + 1), packed.Length);
        PackedSound.Unpack(packed, samples.Length, floats);
        Assert.Equal(samples.Select(sample => sample / 32_768f), floats);
    }

    [Fact]
    public void Silence_TakesAByteForEach128Samples()
    {
        Assert.Equal(new byte[13], PackedSound.Pack(new byte[3_200]));
        var floats = Enumerable.Repeat(1f, 1_664).ToArray();
        PackedSound.Unpack(new byte[13], 1_600, floats);
        Assert.All(floats, sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void WhatIsNoShorter_IsNotPacked()
    {
        Assert.Null(PackedSound.Pack([]));
        Assert.Null(PackedSound.Pack(MemoryMarshal.AsBytes<short>(Enumerable.Repeat(short.MinValue, 1_600).ToArray())));
    }

    [Theory, InlineData(12, 1_600, 0), InlineData(14, 1_600, 0), InlineData(13, 1_600, 1), InlineData(1 + 17 * 16, 128, 17), InlineData(0, 1, 0)]
    public void Bytes_ThatAreNotTheSamplesTheyAreSaidToBe_AreRefused(int bytes, int samples, byte width)
    {
        var packed = new byte[bytes];
        if (bytes > 0) packed[0] = width;
        var refused = Assert.Throws<InvalidDataException>(() => PackedSound.Unpack(packed, samples, new float[PackedSound.Padded(samples)]));
        Assert.Contains($"{samples} samples", refused.Message);
    }
}
