using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>The sound around a detection: sample for sample that of the source, also live, over gaps, at the ends of the stream, in bounded memory.</summary>
public sealed class DetectedSoundTest
{
    static readonly SuRnnModel Tones = ToneModel.Build();
    static readonly SoundOptions Short = new() { Before = TimeSpan.FromSeconds(0.2), After = TimeSpan.FromSeconds(0.5) };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static async Task<(List<DetectedSound> Sounds, List<Detection> Heard)> RunAsync(ISampleSource source, SoundOptions? sound, double block = 0.02, SuRnnModel? model = null)
    {
        var (sounds, heard) = (new List<DetectedSound>(), new List<Detection>());
        var pipeline = new DetectorPipeline(source, model ?? Tones, null, new PipelineOptions { BlockDuration = TimeSpan.FromSeconds(block), Sound = sound, OnSound = sounds.Add });
        using var subscription = pipeline.Detections.Subscribe(new Listener(heard.Add));
        await pipeline.RunAsync(Cancellation);
        return (sounds, heard);
    }

    static int Place(TimeSpan time) => (int)Math.Round(time.TotalSeconds * ToneModel.Rate);

    [Theory, InlineData(0.001), InlineData(0.02), InlineData(0.37), InlineData(1)]
    public async Task Sound_IsThatOfTheSource_SampleForSample_WhateverTheBlocks(double block)
    {
        var source = ToneModel.Tones(9);
        var (sounds, heard) = await RunAsync(new ArraySource(source, ToneModel.Rate), Short, block);
        Assert.Equal(9, heard.Count);
        Assert.Equal(heard, sounds.Select(sound => sound.Detection));
        foreach (var sound in sounds)
        {
            var (from, to) = (Place(sound.Detection.Start - Short.Before), Place(sound.Detection.End + Short.After));
            Assert.Equal((from, to - from, ToneModel.Rate), ((int)sound.StartSample, sound.Length, sound.SampleRate));
            Assert.Equal(source[from..Math.Min(to, source.Length)], sound.Samples.ToArray());
            Assert.True(sound.Completed.IsCompleted);
            Assert.Equal(to <= source.Length, sound.IsWhole);
        }
        Assert.Contains(sounds, sound => !sound.IsWhole); // the stream ends within the last one
        Assert.True(sounds[0].IsWhole);
    }

    [Fact]
    public async Task TheShippedSample_ByDefaultHalfASecondAndThree_IsCutOutOfTheFile()
    {
        var source = WavFile.Open(Repository.File("samples", "audio", "commands.wav")).ReadAll();
        var (sounds, _) = await RunAsync(new ArraySource(source, 16_000), new SoundOptions(), model: ModelFile.Load(Repository.File("models", "commands.surnn")));
        Assert.Equal(ShippedSample.Detected, sounds.Select(sound => sound.Detection.Label));
        foreach (var sound in sounds)
        {
            var (from, to) = (Place(sound.Detection.Start) - 8_000, Math.Min(Place(sound.Detection.End) + 48_000, source.Length));
            Assert.Equal(source[from..to], sound.Samples.ToArray());
        }
    }

    [Fact]
    public async Task NobodyAsks_NothingIsKept()
    {
        var (sounds, heard) = await RunAsync(new ArraySource(ToneModel.Tones(3), ToneModel.Rate), null);
        Assert.Equal((0, 3), (sounds.Count, heard.Count));
    }

    [Fact]
    public async Task LostSamples_AreZerosAndCounted()
    {
        float[] before = [.. ToneModel.Quiet(1), .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(0.3)], after = ToneModel.Quiet(2);
        var source = new ScriptedSource().Play(before).Lose(1_600).Play(after);
        var sound = Assert.Single((await RunAsync(source, Short)).Sounds);
        float[] stream = [.. before, .. new float[1_600], .. after];
        Assert.Equal(stream.AsSpan((int)sound.StartSample, sound.Length), sound.Samples.Span);
        Assert.Equal((1_600L, false), (sound.SamplesLost, sound.IsWhole));
    }

    [Fact]
    public async Task LiveSamples_ComeWhileTheStreamGoesOn_UntilTheReaderHasEnough()
    {
        float[] word = [.. ToneModel.Quiet(0.5), .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(0.2)], speech = ToneModel.Tone(1_000, 0.24); // whole blocks: half a one waits for its rest
        var source = new PushSource(ToneModel.Rate, 1, 10 * ToneModel.Rate) { Overflow = OverflowPolicy.Wait };
        var given = new TaskCompletionSource<DetectedSound>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new PipelineOptions { Sound = new SoundOptions { After = TimeSpan.FromSeconds(30) }, OnSound = sound => given.TrySetResult(sound) };
        var running = new DetectorPipeline(source, Tones, null, options).RunAsync(Cancellation);
        source.Push(word);
        var sound = await given.Task.WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
        Assert.False(sound.Completed.IsCompleted);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        var heard = new List<float>();
        await foreach (var piece in sound.ReadAllAsync(limit.Token))
        {
            heard.AddRange(piece.Span);
            if (heard.Count == word.Length - sound.StartSample) source.Push(speech); // the speaker goes on only now
            if (heard.Count == word.Length + speech.Length - sound.StartSample) sound.Stop();
        }
        float[] stream = [.. word, .. speech];
        Assert.Equal(stream[(int)sound.StartSample..], heard);
        source.Push(ToneModel.Quiet(0.5));
        source.Complete();
        await running.WaitAsync(limit.Token);
        Assert.Equal(heard, sound.Samples.ToArray());
    }

    [Fact]
    public void Memory_IsBounded()
    {
        var keeper = new SoundKeeper(ToneModel.Rate, TimeSpan.FromSeconds(0.5));
        keeper.Hear(0, new float[40 * ToneModel.Rate]); // what a minute ago was is gone
        var late = keeper.Open(new Detection("low", 1, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(39), TimeSpan.FromSeconds(40)), Short);
        Assert.Equal((34.5 * ToneModel.Rate, 24.7 * ToneModel.Rate), (late.StartSample, late.SamplesLost));
        DetectedSound[] sounds = [.. Enumerable.Range(0, SoundKeeper.MostOpen + 2).Select(i => keeper.Open(new Detection("low", 1, TimeSpan.FromSeconds(39), TimeSpan.FromSeconds(39.9), TimeSpan.FromSeconds(40)), Short))];
        Assert.Equal([.. Enumerable.Repeat(true, 2), .. Enumerable.Repeat(false, SoundKeeper.MostOpen)], sounds.Select(sound => sound.Completed.IsCompleted));
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) keeper.Hear((40 * ToneModel.Rate) + (i * 320), new float[320]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1_000 * 1_400 + 200_000); // the test's own blocks
        Assert.All(sounds[2..], sound => Assert.True(sound.IsWhole));
        keeper.End();
    }

    [Fact]
    public void WhatHasNoSound_OrNoSuchRange_IsRefused()
    {
        var heartbeat = ModelFile.Load(Repository.File("models", "heartbeat.surnn"));
        var wrong = Assert.Throws<ArgumentException>(() => new DetectorPipeline(new ArraySource(Array.Empty<float>(), (int)heartbeat.Config.Sensor!.SampleRate), heartbeat, null, new PipelineOptions { Sound = new SoundOptions() }));
        Assert.Contains("sound", wrong.Message);
        Assert.Equal("Before is 00:00:11, but must be 0 to 10 s.",
            Assert.Throws<ArgumentException>(() => new DetectorPipeline(new ArraySource(Array.Empty<float>(), 16_000), Tones, null, new PipelineOptions { Sound = new SoundOptions { Before = TimeSpan.FromSeconds(11) } })).Message);
    }

    [Fact]
    public async Task Commands_AfterAWakeWord_HaveTheirSound()
    {
        string[] call = ["silence", "unknown", "low", "a high tone"], command = ["silence", "unknown", "a low tone", "high"];
        SuRnnModel Named(string[] labels, string label) => ToneModel.Build(labels: labels) is var made ? new SuRnnModel(made.Config with { Background = [.. labels.Where(one => one != label)] }, made.Weights) : null!;
        float[] source = [.. ToneModel.Tones(2), .. ToneModel.Quiet(1)];
        var sounds = new List<DetectedSound>();
        var options = new PipelineOptions { Sound = Short, OnSound = sounds.Add, Commands = new ArmedCommands { Model = Named(command, "high"), For = TimeSpan.FromSeconds(2) } };
        await new DetectorPipeline(new ArraySource(source, ToneModel.Rate), Named(call, "low"), null, options).RunAsync(Cancellation);
        Assert.Equal(["low", "high"], sounds.Select(sound => sound.Detection.Label));
        Assert.All(sounds, sound => Assert.Equal(source.AsSpan((int)sound.StartSample, sound.Length), sound.Samples.Span));
        Assert.All(sounds, sound => Assert.True(sound.IsWhole));
    }

    sealed class Listener(Action<Detection> take) : IObserver<Detection>
    {
        public void OnCompleted() { }
        public void OnError(Exception error) { }
        public void OnNext(Detection value) => take(value);
    }
}
