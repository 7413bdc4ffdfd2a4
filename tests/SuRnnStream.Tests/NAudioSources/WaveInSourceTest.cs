using System.Runtime.InteropServices;
using NAudio.Wave;
using Xunit;

namespace SuRnnStream.Tests.NAudioSources;

public sealed class WaveInSourceTest
{
    static readonly WaveFormat Stereo = new(48_000, 16, 2);

    [Theory, InlineData(1), InlineData(3), InlineData(4), InlineData(5), InlineData(7), InlineData(4_000)]
    public void Packets_ThatEndInsideAFrame_LoseNothing(int packetBytes)
    {
        var recorder = new FakeRecorder(Stereo);
        using var source = new WaveInSource(recorder, channel: 1);
        var frames = Enumerable.Range(0, 1_000).SelectMany(i => new[] { (short)-i, (short)(8 * i) }).ToArray();
        foreach (var packet in MemoryMarshal.AsBytes<short>(frames).ToArray().Chunk(packetBytes)) recorder.Give(packet);
        source.Stop();
        Assert.False(recorder.Recording);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => 8 * i / 32_768f), ReadAll(source));
        Assert.Equal(0, source.SamplesLost);
    }

    [Fact]
    public void RecorderThatDoesNotStart_ThrowsItsOwnReason_AndHasNoListenersLeft()
    {
        var recorder = new FakeRecorder(Stereo, new InvalidOperationException("in use"));
        Assert.Equal("in use", Assert.Throws<InvalidOperationException>(() => new WaveInSource(recorder)).Message);
        Assert.False(recorder.HasListeners);
    }

    [Fact]
    public void Dispose_LetsGoOfTheRecorder()
    {
        var recorder = new FakeRecorder(Stereo);
        var source = new WaveInSource(recorder);
        Assert.True(recorder.Recording && recorder.HasListeners);
        source.Dispose();
        Assert.False(recorder.Recording || recorder.HasListeners);
    }

    [Fact]
    public void RecordingThatStopsByItself_IsAnErrorAfterWhatCameBefore()
    {
        var recorder = new FakeRecorder(new WaveFormat(16_000, 16, 1));
        using var source = new WaveInSource(recorder);
        recorder.Give([0, 64]);
        recorder.Fail(new TimeoutException("unplugged"));
        var samples = new float[4];
        Assert.Equal(1, source.Read(samples));
        Assert.Equal(0.5f, samples[0]);
        Assert.Contains("unplugged", Assert.Throws<IOException>(() => source.Read(samples)).Message);
    }

    [Fact]
    public void CompressedFormat_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => new WaveInSource(new FakeRecorder(WaveFormat.CreateMuLawFormat(8_000, 1))));

    static List<float> ReadAll(WaveInSource source)
    {
        var samples = new List<float>();
        var block = new float[333];
        for (int count; (count = source.Read(block)) > 0;) samples.AddRange(block[..count]);
        return samples;
    }
}
