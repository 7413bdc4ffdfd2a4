using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

public sealed class FrontEndMemoryTest
{
    static readonly SuRnnModel Model = ToneModel.Build();

    /// <summary>Two streams in turn on one memory, one of which then goes on with another's: each detects what it does alone.</summary>
    [Fact]
    public void DetectorsThatShareOne_DetectWhatEachDoesAlone()
    {
        var (memory, other) = (new FrontEndMemory(Model.Config), new FrontEndMemory(Model.Config));
        StreamingDetector[] detectors = [new(Model, null, memory), new(Model, null, memory)];
        float[][] sounds = [ToneModel.Tones(4), [.. ToneModel.Quiet(0.31), .. ToneModel.Tones(4)]];
        List<Detection>[] heard = [[], []];
        for (var at = 0; at < sounds[0].Length; at += 1_000)
        {
            for (var i = 0; i < 2; i++)
            {
                detectors[i].Prefetch();
                detectors[i].Process(sounds[i].AsSpan(at, Math.Min(1_000, sounds[0].Length - at)), heard[i].Add);
            }
            if (at == 20_000) detectors[1].Borrow(other);
        }
        for (var i = 0; i < 2; i++)
        {
            var (alone, expected) = (new StreamingDetector(Model), new List<Detection>());
            alone.Process(sounds[i].AsSpan(0, sounds[0].Length), expected.Add);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, heard[i]);
        }
    }

    [Fact]
    public void OneOfAnotherFrontEnd_IsRefused()
    {
        var wrong = new FrontEndMemory(TinyModels.Config());
        Assert.Contains("another model's front end", Assert.Throws<ArgumentException>(() => new StreamingDetector(Model, null, wrong)).Message);
        Assert.Contains("another model's front end", Assert.Throws<ArgumentException>(() => new StreamingDetector(Model).Borrow(wrong)).Message);
        var sensors = PulseModel.Build();
        var none = new FrontEndMemory(sensors.Config);
        new StreamingDetector(sensors, null, none).Borrow(none);
        Assert.Throws<ArgumentException>(() => new StreamingDetector(Model, null, none));
        Assert.Throws<ArgumentException>(() => new FrontEndMemory(Model.Config with { Readout = Readout.Last }));
    }

    [Fact]
    public void OnTimed_IsToldOfOneFrameIn16()
    {
        var (times, frames) = (new List<TimeSpan>(), 0);
        new StreamingDetector(Model) { OnTimed = times.Add, OnFrame = (in FrameView _) => frames++ }.Process(new float[ToneModel.Rate * 10], _ => { });
        Assert.InRange(times.Count, frames / 16, frames / 16 + 17); // the first ones are timed all
        Assert.All(times, time => Assert.True(time > TimeSpan.Zero));
    }
}
