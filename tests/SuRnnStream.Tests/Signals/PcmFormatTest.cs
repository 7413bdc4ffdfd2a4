using System.Buffers.Binary;
using Xunit;

namespace SuRnnStream.Tests;

public sealed class PcmFormatTest
{
    static readonly Guid Pcm = new("00000001-0000-0010-8000-00aa00389b71");
    static readonly Guid IeeeFloat = new("00000003-0000-0010-8000-00aa00389b71");
    static readonly Guid MuLaw = new("00000007-0000-0010-8000-00aa00389b71");
    static readonly Guid Other = new("00000001-0000-0010-8000-00aa00389b72");

    public static TheoryData<int, int, string?, SampleEncoding?> Formats => new()
    {
        { 1, 8, null, SampleEncoding.U8 },
        { 1, 16, null, SampleEncoding.S16 },
        { 1, 24, null, SampleEncoding.S24 },
        { 1, 32, null, SampleEncoding.S32 },
        { 3, 32, null, SampleEncoding.F32 },
        { 3, 64, null, SampleEncoding.F64 },
        { 0xFFFE, 16, $"{Pcm}", SampleEncoding.S16 },
        { 0xFFFE, 32, $"{Pcm}", SampleEncoding.S32 },
        { 0xFFFE, 32, $"{IeeeFloat}", SampleEncoding.F32 },
        { 1, 12, null, null },
        { 3, 16, null, null },
        { 7, 8, null, null },
        { 0xFFFE, 16, null, null },
        { 0xFFFE, 8, $"{MuLaw}", null },
        { 0xFFFE, 16, $"{Other}", null },
    };

    [Theory, MemberData(nameof(Formats))]
    public void FromWave_KnowsWhatItCanRead(int tag, int bits, string? subFormat, SampleEncoding? expected)
    {
        PcmFormat Make() => PcmFormat.FromWave(tag, bits, 48_000, 2, subFormat is null ? null : Guid.Parse(subFormat));
        if (expected is { } encoding)
        {
            var format = Make();
            Assert.Equal((encoding, 48_000, 2, 2 * bits / 8), (format.Encoding, format.SampleRate, format.Channels, format.FrameBytes));
        }
        else
        {
            Assert.Contains($"{bits} bits", Assert.Throws<NotSupportedException>(Make).Message);
        }
    }

    /// <summary>Vectors take most of them, at lengths that leave every remainder; a second channel takes the way of one sample after the other.</summary>
    [Fact]
    public void Decode_OfOneChannel_GivesTheBitsOfOneSampleAfterTheOther()
    {
        var random = new Random(3);
        foreach (var (encoding, size) in new[] { (SampleEncoding.S16, 2), (SampleEncoding.F32, 4) })
        {
            for (var length = 0; length <= 70; length++)
            {
                var (one, two) = (new byte[length * size], new byte[2 * length * size]);
                random.NextBytes(one);
                if (length > 3 && size == 4) // what is no number becomes 0
                {
                    BinaryPrimitives.WriteSingleLittleEndian(one.AsSpan(4 * (length / 2)), float.NaN);
                    BinaryPrimitives.WriteSingleLittleEndian(one.AsSpan(4 * (length / 3)), float.NegativeInfinity);
                }
                for (var i = 0; i < length; i++) one.AsSpan(i * size, size).CopyTo(two.AsSpan(2 * i * size));
                var (samples, slow) = (new float[length], new float[length]);
                Assert.Equal(length, new PcmFormat(encoding, 16_000).Decode(one, samples));
                new PcmFormat(encoding, 16_000, 2).Decode(two, slow, channel: 0);
                Assert.Equal(Array.ConvertAll(slow, BitConverter.SingleToInt32Bits), Array.ConvertAll(samples, BitConverter.SingleToInt32Bits));
                Assert.All(samples, sample => Assert.True(float.IsFinite(sample)));
            }
        }
    }

    [Fact]
    public void Decode_OfEveryEncoding_GivesTheSamples()
    {
        float[] audio = [0.5f, -0.25f, 0, 0.75f];
        foreach (var encoding in Enum.GetValues<SampleEncoding>())
        {
            var format = new PcmFormat(encoding, 8000);
            var samples = new float[4];
            Assert.Equal(4, format.Decode(Encode(encoding, audio), samples));
            Assert.Equal(audio, samples);
            Assert.Equal(audio, new PcmStreamSource(new PipeStream(Encode(encoding, audio)), format).ReadAll());
        }
    }

    [Fact]
    public void Decode_OfSeveralChannels_TakesTheMeanOrOne()
    {
        var format = new PcmFormat(SampleEncoding.F32, 8000, 3);
        var bytes = Encode(SampleEncoding.F32, [0.5f, 0.25f, 0.75f, -1, 0, 1, float.NaN, 0, 0.75f]);
        var samples = new float[3];
        format.Decode(bytes, samples);
        Assert.Equal([0.5f, 0, 0.25f], samples);
        format.Decode(bytes, samples, channel: 2);
        Assert.Equal([0.75f, 1, 0.75f], samples);
        Assert.Equal([0.25f, 0, 0], new PcmStreamSource(new PipeStream(bytes), format, channel: 1).ReadAll());
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        var format = new PcmFormat(SampleEncoding.S16, 8000, 2);
        Assert.Contains("7 bytes", Assert.Throws<ArgumentException>(() => format.Decode(new byte[7], new float[9])).Message);
        Assert.Contains("2 frames", Assert.Throws<ArgumentException>(() => format.Decode(new byte[8], new float[1])).Message);
        Assert.Contains("0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => format.Decode(new byte[8], new float[2], channel: 2)).Message);
        Assert.Contains("0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => new PcmStreamSource(Stream.Null, format, -1)).Message);
        Assert.Contains("70000", Assert.Throws<ArgumentOutOfRangeException>(() => new PcmFormat(SampleEncoding.S16, 8000, 70_000)).Message);
        Assert.Contains("99", Assert.Throws<ArgumentOutOfRangeException>(() => new PcmFormat((SampleEncoding)99, 8000)).Message);
    }

    static byte[] Encode(SampleEncoding encoding, float[] audio) => [.. audio.SelectMany(sample =>
    {
        var bytes = new byte[8];
        var length = 4;
        switch (encoding)
        {
            case SampleEncoding.U8:
                (bytes[0], length) = ((byte)(128 + 128 * sample), 1);
                break;
            case SampleEncoding.S16:
                BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)(32768 * sample));
                length = 2;
                break;
            case SampleEncoding.S24:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)(8388608 * sample));
                length = 3;
                break;
            case SampleEncoding.S24In32:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)(8388608 * sample) & 0xFFFFFF); // ALSA leaves the fourth byte as it likes
                break;
            case SampleEncoding.S32:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)(2147483648 * sample));
                break;
            case SampleEncoding.F32:
                BinaryPrimitives.WriteSingleLittleEndian(bytes, sample);
                break;
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, sample);
                length = 8;
                break;
        }
        return bytes[..length];
    })];
}
