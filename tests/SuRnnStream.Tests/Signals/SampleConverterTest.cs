using System.Runtime.InteropServices;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Signals;

/// <summary>What is pushed in whatever format and pieces becomes what the file readers and the resampler make of it.</summary>
public sealed class SampleConverterTest
{
    [Theory]
    [InlineData(16_000, 1, null)]
    [InlineData(44_100, 2, null)]
    [InlineData(48_000, 3, 1)]
    [InlineData(8_000, 1, 0)]
    public void ShortsFloatsAndBytes_InAnyPieces_AreWhatTheResamplerGives(int rate, int channels, int? channel)
    {
        var random = new Random(rate + channels);
        var shorts = new short[channels * 5_000];
        for (var i = 0; i < shorts.Length; i++) shorts[i] = (short)random.Next(short.MinValue, short.MaxValue + 1);
        var format = new PcmFormat(SampleEncoding.S16, rate, channels);
        var mono = new float[5_000];
        format.Decode(MemoryMarshal.AsBytes(shorts.AsSpan()), mono, channel);
        var expected = Read(rate == ToneModel.Rate ? new ArraySource(mono, rate) : Resampler.To(new ArraySource(mono, rate), ToneModel.Rate));

        var floats = Array.ConvertAll(shorts, sample => sample / 32_768f);
        var bytes = MemoryMarshal.AsBytes(shorts.AsSpan()).ToArray();
        SampleConverter New() => SampleConverter.For(ToneModel.Build(), format, channel);
        Assert.Equal(expected, Convert(New(), shorts.Length, channels, random, (converter, at, count) => converter.PushInt16(shorts.AsSpan(at, count))));
        Assert.Equal(expected, Convert(New(), floats.Length, channels, random, (converter, at, count) => converter.PushFloat32(floats.AsSpan(at, count))));
        Assert.Equal(expected, Convert(New(), bytes.Length, 1, random, (converter, at, count) => converter.PushBytes(bytes.AsSpan(at, count)))); // frames are cut
    }

    [Fact]
    public void WhatCannotBeTaken_Throws()
    {
        var stereo = new PcmFormat(SampleEncoding.S16, 16_000, 2);
        Assert.Throws<ArgumentException>(() => new SampleConverter(stereo, 16_000).PushInt16(new short[3]));
        Assert.Throws<ArgumentException>(() => new SampleConverter(stereo, 16_000).PushFloat32(new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleConverter(stereo, 16_000, channel: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleConverter(stereo, 0));
        Assert.ThrowsAny<ArgumentException>(() => SampleConverter.For(PulseModel.Build(), stereo));
    }

    static List<float> Convert(SampleConverter converter, int length, int multiple, Random random, Func<SampleConverter, int, int, ReadOnlyMemory<float>> push)
    {
        var given = new List<float>();
        for (int at = 0, count; at < length; at += count)
        {
            count = Math.Min(length - at, multiple * random.Next(1, 700));
            given.AddRange(push(converter, at, count).Span);
        }
        given.AddRange(converter.End().Span);
        return given;
    }

    static List<float> Read(ISampleSource source)
    {
        var (all, piece) = (new List<float>(), new float[1_000]);
        while (source.Read(piece) is > 0 and var got) all.AddRange(piece.AsSpan(0, got));
        return all;
    }
}
