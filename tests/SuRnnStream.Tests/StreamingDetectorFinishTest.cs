using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>The end of a stream is an end: what is pending there is decided.</summary>
public sealed class StreamingDetectorFinishTest
{
    static readonly TimeSpan RunsOut = TimeSpan.FromSeconds(1.5);

    static readonly SuRnnModel Tones = ToneModel.Build();

    /// <summary>Every cell and switch, over many lengths: also those in which the network would have gone on with its own rhythm.</summary>
    [Fact]
    public void Finish_DetectsWhatSilenceAfterTheEndWould()
    {
        var (silence, atTheEnd) = (new float[(int)(RunsOut.TotalSeconds * 16_000)], 0);
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds())
        {
            var model = TinyModels.Build(cell, kind, stem, layers);
            var sound = Sounds.Mixture(2, seed: 9);
            for (var length = 1; length < sound.Length; length += 1_777)
            {
                var (open, closed) = (new StreamingDetector(model, TinyModels.Eager), new StreamingDetector(model, TinyModels.Eager));
                var (expected, heard) = (ToneModel.Detect(model, sound[..length], open), ToneModel.Detect(model, sound[..length], closed));
                atTheEnd -= heard.Count;
                expected.AddRange(ToneModel.Detect(model, silence, open));
                closed.Finish(heard.Add);
                atTheEnd += heard.Count;
                Assert.Equal(expected, heard.Take(expected.Count));
                if (kind is SwitchKind.Event or SwitchKind.Both) Assert.Equal(expected.Count, heard.Count); // others never come to rest: a window can be open
                Assert.Equal(length, closed.Position);
            }
        }
        Assert.True(atTheEnd > 50, $"{atTheEnd} detections at an end do not tell much");
    }

    [Fact]
    public void Finish_OfATooShortTone_FindsIt_HoweverItWasCutUp()
    {
        float[] sound = [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.08)]; // shorter than a decision window
        foreach (var piece in new[] { 1, 97, 160, 333, sound.Length })
        {
            var (detector, heard) = (new StreamingDetector(Tones), new List<Detection>());
            for (var at = 0; at < sound.Length; at += piece) detector.Process(sound.AsSpan(at, Math.Min(piece, sound.Length - at)), heard.Add);
            Assert.Empty(heard);
            detector.Finish(heard.Add);
            Assert.Equal("low", Assert.Single(heard).Label);
            Assert.InRange(heard[0].Start.TotalSeconds, 0.3, 0.33);
        }
    }

    [Fact]
    public void Finish_LeavesTheDetectorAsAtAStart_AtTheSamePlace()
    {
        var (used, fresh) = (new StreamingDetector(Tones), new StreamingDetector(Tones));
        used.Process(ToneModel.Tone(ToneModel.Low, 0.1), _ => { });
        used.Finish(_ => { });
        Assert.Equal(new ComputeStats(), used.Finish(_ => Assert.Fail("nothing is pending any more")));
        fresh.Reset(1_600);
        Assert.Equal(ToneModel.Detect(Tones, ToneModel.Tones(3), fresh), ToneModel.Detect(Tones, ToneModel.Tones(3), used));
    }

    [Fact]
    public void Finish_OfARestoredState_IsTheSame()
    {
        var (detector, saved, other) = (new StreamingDetector(Tones), new MemoryStream(), new StreamingDetector(Tones));
        detector.Process(ToneModel.Tone(ToneModel.Low, 0.09), _ => { });
        detector.Save(saved);
        saved.Position = 0;
        other.Restore(saved);
        var (expected, heard) = (new List<Detection>(), new List<Detection>());
        detector.Finish(expected.Add);
        other.Finish(heard.Add);
        Assert.Single(expected);
        Assert.Equal(expected, heard);
    }

    [Fact]
    public void Finish_OfADigitallySilentEnd_RunsNoFrame()
    {
        var detector = new StreamingDetector(Tones);
        detector.Process([.. ToneModel.Quiet(0.2), .. new float[300]], _ => { });
        Assert.Equal(0, detector.Finish(_ => { }).Frames);
        detector.Process(ToneModel.Quiet(0.2), _ => { });
        Assert.Equal(1, detector.Finish(_ => { }).Frames); // that which begins before the last sample
    }

    /// <summary>Digital silence is never heard, so the scores are held as where event switches rest in it: only frames that hold sound are run.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Finish_OfAMemoryThatHolds_RunsOnlyFramesThatHoldSound_AndDetectsWhatSilenceWould(bool frameSwitch)
    {
        var model = TinyModels.Build(TinyModels.HoldConfig(frameSwitch), seed: 4);
        var (sound, silence, cut) = (Sounds.Mixture(2, seed: 9), new float[(int)(RunsOut.TotalSeconds * 16_000)], 0);
        for (var length = 4_000; length < sound.Length; length += 1_777)
        {
            var options = TinyModels.Eager with { Threshold = 0.2f + (0.05f * (cut++ % 8)) };
            var (open, closed) = (new StreamingDetector(model, options), new StreamingDetector(model, options));
            var (expected, heard) = (ToneModel.Detect(model, sound[..length], open), ToneModel.Detect(model, sound[..length], closed));
            expected.AddRange(ToneModel.Detect(model, silence, open));
            Assert.InRange(closed.Finish(heard.Add).Frames, 1, 2);
            Assert.Equal(expected, heard);
        }
    }

    [Fact]
    public void Finish_OfSensors_DecidesAPulseAtTheEnd_AndKnowsItsPeak()
    {
        var model = PulseModel.Build();
        var (detector, heard) = (new StreamingDetector(model), new List<Detection>());
        detector.Process(PulseModel.Stream(352), heard.Add); // the last pulse is not over
        var before = heard.Count;
        detector.Finish(heard.Add);
        Assert.Equal((before + 1, 0), (heard.Count, detector.SamplesHeld));
        Assert.Equal(PulseModel.Peaks(352), PulseModel.Times(heard));
    }

    [Theory, InlineData(201), InlineData(5_000)]
    public void Skip_BeforeASensorModelForgets_DecidesWhatIsPending(int lost)
    {
        var (detector, heard) = (new StreamingDetector(PulseModel.Build()), new List<Detection>());
        detector.Process(PulseModel.Stream(52), heard.Add);
        Assert.Empty(heard);
        detector.Skip(lost, heard.Add); // it forgets over more than a second
        Assert.Equal(52 + lost, detector.Position);
        detector.Process([0.01f, 0.02f], heard.Add);
        Assert.Equal([0.25], PulseModel.Times(heard));
        Assert.True(heard[0].Time < TimeSpan.FromSeconds(0.3));
    }
}
