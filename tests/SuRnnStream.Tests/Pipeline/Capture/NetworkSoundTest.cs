using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Hosting;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline.Capture;

/// <summary>Streams of a network by the installed ffmpeg, from servers on the loopback: every sample, a new connection after a loss, and what was lost is counted.</summary>
public sealed class NetworkSoundTest
{
    static readonly MicrophoneOptions Options = new() { SampleRate = ToneModel.Rate, Silence = TimeSpan.FromSeconds(30), FirstRetry = TimeSpan.FromMilliseconds(200), LastRetry = TimeSpan.FromMilliseconds(200) };

    static void RequireFfmpeg() => Assert.SkipWhen(Ffmpeg.Find(Environment.GetEnvironmentVariable("PATH")) is null, "There is no ffmpeg: apt-get install ffmpeg (.ci/run does).");

    static float[] Quantized(float[] sound) => [.. sound.Select(sample => Math.Clamp(MathF.Round(sample * 32_768), short.MinValue, short.MaxValue) / 32_768)];

    static SoundServer Serve(string scheme, params float[][] pieces) => scheme == "rtsp" ? new RtspSoundServer(pieces) : new HttpSoundServer(pieces);

    [Theory, InlineData("http"), InlineData("rtsp")]
    public void AStreamThatBreaks_IsOpenedAgain_AndTheTimeBetweenIsCounted(string scheme)
    {
        RequireFfmpeg();
        float[] first = ToneModel.Tone(400, 1.2), second = ToneModel.Tone(900, 1.4);
        using var server = Serve(scheme, first, second);
        var told = new List<CaptureStatus>();
        using var stream = NetworkSound.Open(server.Address, Options with { OnStatus = told.Add });
        Assert.Equal((ToneModel.Rate, 0L), (stream.SampleRate, stream.SamplesLost));
        using var limit = new Timer(_ => stream.Stop(), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan); // a stream that never comes back would be waited for without end
        var heard = new List<float>();
        var piece = new float[1_000];
        while (heard.Count < first.Length + second.Length && stream.Read(piece) is > 0 and var got) heard.AddRange(piece.AsSpan(0, got));
        Assert.Equal([.. Quantized(first), .. Quantized(second)], heard);
        Assert.Equal((1, 1), (stream.Status.Losses, stream.Status.Reopenings));
        Assert.InRange(stream.SamplesLost, 1_000, long.MaxValue); // at least half of the pause between tries
        Assert.Equal(stream.SamplesLost, stream.Status.SamplesLost);
        Assert.DoesNotContain(told, status => status.LastEvent.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AHost_NamesAStreamByItsAddress()
    {
        RequireFfmpeg();
        using var server = Serve("rtsp", [.. ToneModel.Tones(3), .. ToneModel.Quiet(1)]);
        using var host = new TestHost(("Sources:door:Address", server.Address), ("Detectors:bell:Model", "MODEL"), ("Detectors:bell:Queue", "00:01:00"));
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        await host.Host.StartAsync(TestHost.Cancellation);
        await sink.WaitAsync(3);
        Assert.Equal(["low", "high", "low"], sink.Heard.Select(heard => heard.Detection.Label));
        await host.Host.StopAsync(TestHost.Cancellation);
    }

    [Fact]
    public void WhatCannotBeOpened_SaysWhatToDo_AndHidesTheLogin()
    {
        RequireFfmpeg();
        var nobody = Ports.Free();
        var refused = Assert.Throws<CaptureException>(() => NetworkSound.Open($"rtsp://user:secret@127.0.0.1:{nobody}/door", Options));
        Assert.Contains("Connection refused", refused.Message);
        Assert.Contains("check the address and that the stream runs.", refused.Message);
        Assert.DoesNotContain("secret", refused.Message);
        Assert.Contains("apt-get install ffmpeg", Assert.Throws<CaptureException>(() => NetworkSound.Open("http://127.0.0.1/live", Options, programs: "/nowhere")).Message);
        Assert.Throws<ArgumentException>(() => NetworkSound.Open("ftp://127.0.0.1/live"));
        Assert.Equal([true, true, true, true, false, false], new[] { "rtsp://a", "RTSPS://a", "http://a", "https://a", "mqtt://a", "door.wav" }.Select(NetworkSound.IsAddress));
    }

    [Fact]
    public void AStreamThatStalls_IsLost()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell script stands in for ffmpeg.");
        using var folder = new TemporaryFolder();
        FfmpegProgram.Script(folder.Path, "head -c 4096 /dev/zero; exec sleep 600\n");
        var told = new List<CaptureStatus>();
        using var stream = NetworkSound.Open("http://127.0.0.1/live", Options with { Silence = TimeSpan.FromSeconds(0.3), OnStatus = told.Add }, folder.Path);
        using var limit = new Timer(_ => stream.Stop(), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        var piece = new float[1_024];
        for (var read = 0; read < 2_048 && stream.Read(piece) is > 0 and var got;) read += got; // twice what one connection gives
        Assert.Equal("lost: gave nothing for 0.3 s", told[0].LastEvent);
        Assert.Equal((CaptureState.Running, 1), (told[1].State, told[1].Reopenings));
    }
}
