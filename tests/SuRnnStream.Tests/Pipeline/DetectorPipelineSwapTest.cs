using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>What can be changed about a pipeline while it runs.</summary>
public class DetectorPipelineSwapTest
{
    static readonly SuRnnModel Model = ToneModel.Build();
    static readonly SuRnnModel Other = ToneModel.Build(labels: ["silence", "unknown", "bass", "treble"]);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Swap_BetweenTwoBlocks_TheOtherModelHearsTheRest_AtItsPlace()
    {
        var (first, rest) = (ToneModel.Tones(4), ToneModel.Tones(3)); // the first is a whole number of blocks
        DetectorPipeline pipeline = null!;
        var source = new ScriptedSource().Play(first).Do(() => WaitFor(() => pipeline.Counters.SamplesProcessed == first.Length)).Do(() => pipeline.Swap(Other)).Play(rest);
        pipeline = new DetectorPipeline(source, Model);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        await pipeline.RunAsync(Cancellation);

        var expected = ToneModel.Detect(Model, first);
        var other = new StreamingDetector(Other);
        other.Reset(first.Length);
        expected.AddRange(ToneModel.Detect(Other, rest, other));
        Assert.Equal(expected, recorder.Heard);
        Assert.Equal(["low", "high", "low", "high", "bass", "treble", "bass"], recorder.Heard.Select(detection => detection.Label));
        Assert.InRange(recorder.Heard[4].Start.TotalSeconds, 2.6, 2.64);
        Assert.Equal((first.Length + rest.Length, 0L, 0L), (pipeline.Counters.SamplesProcessed, pipeline.Counters.SamplesDropped, pipeline.Counters.Gaps));
    }

    [Theory, InlineData(OverflowPolicy.Wait), InlineData(OverflowPolicy.DropOldest)]
    public async Task Swap_OverAndOver_UnderLoad_AccountsForEverySample(OverflowPolicy overflow)
    {
        var sound = ToneModel.Tones(120);
        var source = new ScriptedSource { LargestRead = 333 }.Play(sound);
        var pipeline = new DetectorPipeline(source, Model, options: new() { Overflow = overflow, QueueBlocks = 8 });
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        using var over = new CancellationTokenSource();
        var swapping = Task.Run(() =>
        {
            var swaps = 0;
            for (; !over.IsCancellationRequested || swaps == 0; swaps++)
            {
                pipeline.Swap(swaps % 2 == 0 ? Other : Model);
                var now = pipeline.Counters;
                Assert.Equal(now.SamplesRead, now.SamplesProcessed + now.SamplesDropped + now.SamplesInFlight);
            }
            return swaps;
        }, Cancellation);
        await pipeline.RunAsync(Cancellation);
        over.Cancel();
        Assert.True(await swapping > 0);
        var counters = pipeline.Counters;
        Assert.Equal((sound.Length, 0L), (counters.SamplesRead, counters.SamplesInFlight));
        Assert.Equal(sound.Length, counters.SamplesProcessed + counters.SamplesDropped);
        if (overflow == OverflowPolicy.Wait) Assert.Equal(0, counters.SamplesDropped);
        Assert.All(recorder.Heard, detection => Assert.InRange(detection.Start.TotalSeconds % 0.5, 0.29, 0.5)); // where the tones are
    }

    [Fact]
    public async Task Swap_ToAModelThatHearsSomethingElse_IsRefused_AndTheOldOneStays()
    {
        DetectorPipeline pipeline = null!;
        var slow = TinyModels.Build(TinyModels.Config() with { FrontEnd = TinyModels.FrontEnd with { SampleRate = 8_000, HighHz = 3_500 } });
        var source = new ScriptedSource().Do(() =>
        {
            Assert.Contains("sound at 8000 Hz", Assert.Throws<ArgumentException>(() => pipeline.Swap(slow)).Message);
            Assert.Contains("no sound", Assert.Throws<ArgumentException>(() => pipeline.Swap(PulseModel.Build())).Message);
            Assert.Contains("Threshold is 2", Assert.Throws<ArgumentException>(() => pipeline.Swap(Other, new() { Threshold = 2 })).Message);
        }).Play(ToneModel.Tones(2));
        pipeline = new DetectorPipeline(source, Model);
        var reader = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(["low", "high"], (await reader.ReadAllAsync(Cancellation).ToListAsync(Cancellation)).Select(detection => detection.Label));
    }

    [Fact]
    public async Task Swap_OfSensors_CountsWhatBothHaveHeld_AndRefusesOtherChannels()
    {
        var beats = PulseModel.Build();
        DetectorPipeline pipeline = null!;
        var stream = PulseModel.Stream(400);
        (stream[10], stream[11], stream[300]) = (float.NaN, float.NaN, float.NaN);
        var source = new Moments(stream, at: 200, () =>
        {
            WaitFor(() => pipeline.Counters.SamplesProcessed == 200);
            pipeline.Swap(PulseModel.Build());
            var other = PulseModel.Build(PulseModel.Sensor with { Channels = [new() { Name = "V5", Unit = "mV" }] });
            Assert.Contains("MLII", Assert.Throws<ArgumentException>(() => pipeline.Swap(other)).Message);
            Assert.Contains("MLII", Assert.Throws<ArgumentException>(() => pipeline.Swap(Model)).Message);
        });
        pipeline = new DetectorPipeline(source, beats);
        var reader = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(3, pipeline.Counters.SamplesHeld);
        Assert.Equal(PulseModel.Peaks(400), PulseModel.Times(await reader.ReadAllAsync(Cancellation).ToListAsync(Cancellation)), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public async Task Retune_InTheMiddleOfATone_ForgetsNothing()
    {
        float[] before = [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.1)]; // 20 blocks
        float[] behind = [.. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(0.3)];
        var deaf = Model.Defaults with { Threshold = 0.9999f };
        DetectorPipeline pipeline = null!;
        var source = new ScriptedSource().Play(before).Do(() => WaitFor(() => pipeline.Counters.SamplesProcessed == before.Length))
            .Do(() =>
            {
                Assert.Contains("Release is 3", Assert.Throws<ArgumentException>(() => pipeline.Retune(deaf with { Release = 3 })).Message);
                pipeline.Retune(Model.Defaults);
            }).Play(behind);
        pipeline = new DetectorPipeline(source, Model, deaf);
        var reader = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);

        var direct = new StreamingDetector(Model, deaf);
        Assert.Empty(ToneModel.Detect(Model, before, direct));
        direct.Retune(Model.Defaults);
        var heard = Assert.Single(await reader.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal(Assert.Single(ToneModel.Detect(Model, behind, direct)), heard);
        Assert.InRange(heard.Start.TotalSeconds, 0.3, 0.36); // before the change
        Assert.InRange(heard.Time.TotalSeconds, 0.4, 0.6);
    }

    [Fact]
    public async Task Retune_BehindASwapThatWaits_IsForTheOtherModel()
    {
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(4)), Model);
        pipeline.Swap(Other);
        Assert.Throws<ArgumentException>(() => pipeline.Retune(new() { Thresholds = new Dictionary<string, float> { ["low"] = 0.5f } }));
        pipeline.Retune(new() { Thresholds = new Dictionary<string, float> { ["bass"] = 0.9999f } });
        var reader = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(["treble", "treble"], (await reader.ReadAllAsync(Cancellation).ToListAsync(Cancellation)).Select(detection => detection.Label));
    }

    static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));

    /// <summary>A sensor's stream that does something at a place.</summary>
    sealed class Moments(float[] stream, int at, Action act) : ISampleSource
    {
        int _given;

        public int SampleRate => (int)PulseModel.Rate;

        public int Read(Span<float> samples)
        {
            if (_given == at) act();
            var count = Math.Min(samples.Length, (_given < at ? at : stream.Length) - _given);
            stream.AsSpan(_given, count).CopyTo(samples);
            _given += count;
            return count;
        }
    }
}
