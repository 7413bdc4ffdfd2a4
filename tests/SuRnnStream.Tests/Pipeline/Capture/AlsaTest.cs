using System.Runtime.Versioning;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>The system's own sound library on devices that are files.</summary>
[SupportedOSPlatform("linux")]
public sealed class AlsaTest : IDisposable
{
    readonly AlsaFolder _alsa = new();

    public void Dispose() => _alsa.Dispose();

    [Fact]
    public void Devices_ListsThoseOfTheConfiguration()
    {
        _alsa.Add("door", [0f]);
        Assert.Contains(Microphone.Devices(), device => device is { Name: "door", Description: "The door" });
    }

    [Theory]
    [InlineData(SampleEncoding.S16, 16_000), InlineData(SampleEncoding.S32, 44_100), InlineData(SampleEncoding.F32, 48_000)]
    public void Read_GivesTheSamplesOfTheDevice(SampleEncoding encoding, int rate)
    {
        var sound = Sound.Noise(5000);
        _alsa.Add("door", sound, encoding);
        using var microphone = Microphone.Open(new() { Device = "door", SampleRate = rate, Encoding = encoding });
        Assert.Equal(rate, microphone.SampleRate);
        SampleSourceContract.AssertSameBits(sound, Take(microphone, sound.Length));
        Assert.Equal((CaptureState.Running, 0), (microphone.Status.State, microphone.Status.Overruns));
    }

    [Fact]
    public async Task InAPipeline_TheDetectionsAreThoseOfTheFile()
    {
        var (sound, model) = (ToneModel.Tones(6, 44_100), ToneModel.Build());
        _alsa.Add("door", sound, SampleEncoding.F32);
        using var microphone = Microphone.Open(new() { Device = "door", SampleRate = 44_100 });
        var pipeline = new DetectorPipeline(new ArraySource(Take(microphone, sound.Length), 44_100), model);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, recorder.Heard.Count);
        Assert.Equal(ToneModel.Detect(model, Resampler.To(new ArraySource(sound, 44_100), 16_000).ReadAll()), recorder.Heard);
    }

    [Fact]
    public void Open_OfADeviceThatIsNot_SaysItsNameAndWhatToDo()
    {
        _alsa.Add("door", [0f]);
        var problem = Assert.Throws<CaptureException>(() => Microphone.Open(new() { Device = "hw:9,9" }));
        Assert.Equal("hw:9,9", problem.Device);
        Assert.StartsWith("hw:9,9: cannot be opened for recording: ", problem.Message);
        Assert.Contains("--list-devices", problem.Message);
    }

    [Fact]
    public void Open_OfADeviceThatLacksTheChannel_SaysWhichThereAre()
    {
        _alsa.AddOfOneChannel("door");
        var problem = Assert.Throws<CaptureException>(() => Microphone.Open(new() { Device = "door", Channel = 5 }));
        Assert.Contains("only 0 to 0", problem.Message);
    }

    [Fact]
    public void Open_OfAnotherEncoding_SaysWhatIsMissing()
    {
        _alsa.AddOfFloat("door");
        var problem = Assert.Throws<CaptureException>(() => Microphone.Open(new() { Device = "door", Encoding = SampleEncoding.S16 }));
        Assert.Contains("gives no S16", problem.Message);
    }

    [Fact]
    public void ARateThatTheDeviceHasNot_IsTheNearest()
    {
        _alsa.AddOfRate("door", 44_100);
        using var microphone = Microphone.Open(new() { Device = "door", SampleRate = 16_000 });
        Assert.Equal(44_100, microphone.SampleRate);
    }

    static float[] Take(ISampleSource source, int count)
    {
        var samples = new float[count];
        for (var at = 0; at < count;)
        {
            var got = source.Read(samples.AsSpan(at));
            Assert.NotEqual(0, got);
            at += got;
        }
        return samples;
    }
}
