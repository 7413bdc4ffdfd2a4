using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Candidates;

/// <summary>What the streams of a pool nearly detect: kept for whoever asks, as a pipeline keeps it.</summary>
public sealed class PooledNearMissTest
{
    static readonly SuRnnModel Model = ToneModel.Build();
    static readonly DetectorOptions Hard = Model.Defaults with { Threshold = 0.999f, Release = 0.3f };
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static PooledStreamOptions Keep(Action<NearMiss> keep) => new()
    {
        NearMisses = new NearMissOptions { Before = TimeSpan.FromSeconds(0.5), After = TimeSpan.FromSeconds(0.25) },
        OnNearMiss = keep,
    };

    static async Task Play(PooledStream stream, ReadOnlyMemory<float> sound, int piece = 1_000)
    {
        for (; !sound.IsEmpty; sound = sound[Math.Min(piece, sound.Length)..]) await stream.WriteAsync(sound[..Math.Min(piece, sound.Length)], Cancellation);
        stream.Complete();
        await stream.Completion.WaitAsync(Patience, Cancellation);
    }

    static DetectorPool Pool(TimeProvider? time = null) => new(Model, Hard, new PoolOptions { Workers = 2, Overflow = OverflowPolicy.Wait }, time);

    [Theory, InlineData(7), InlineData(160), InlineData(5_000)]
    public async Task TheSound_IsSampleExact_HoweverItIsWritten(int piece)
    {
        var sound = ToneModel.Tones(3);
        var (kept, told) = (new List<NearMiss>(), new List<Candidate>());
        await using var pool = Pool();
        await Play(pool.Add("hall", Keep(kept.Add) with { OnCandidate = told.Add }), sound, piece);
        Assert.Equal(3, kept.Count);
        Assert.Equal(told, kept.Select(miss => miss.Candidate));
        foreach (var (candidate, around, scores) in kept)
        {
            Assert.Equal((CandidateOutcome.BelowThreshold, "hall", true), (candidate.Outcome, candidate.Source, around.Completed.IsCompleted));
            Assert.True(scores[candidate.Label] >= candidate.Score, $"{scores[candidate.Label]} {candidate.Score}");
            var from = (int)Math.Round(Math.Max(0, (candidate.Start - TimeSpan.FromSeconds(0.5)).TotalSeconds) * ToneModel.Rate);
            var to = Math.Min(sound.Length, (int)Math.Round((candidate.End + TimeSpan.FromSeconds(0.25)).TotalSeconds * ToneModel.Rate));
            Assert.Equal((from, to - from), (around.StartSample, around.Samples.Length));
            Assert.Equal(sound.AsSpan(from..to), around.Samples.Span);
        }
    }

    [Fact]
    public async Task ALoss_IsZeros_AndCounted()
    {
        var (sound, kept) = (ToneModel.Tones(1), new List<NearMiss>());
        await using var pool = Pool();
        var stream = pool.Add("hall", Keep(kept.Add));
        var cut = (int)(0.52 * ToneModel.Rate); // just after the tone
        await stream.WriteAsync(sound.AsMemory(0, cut), Cancellation);
        stream.Lose(1_600);
        await Play(stream, sound.AsMemory(cut));
        var around = Assert.Single(kept).Sound;
        float[] heard = [.. sound[..cut], .. new float[1_600], .. sound[cut..]];
        Assert.Equal(heard.AsSpan((int)around.StartSample, around.Samples.Length), around.Samples.Span);
        Assert.Equal(1_600, around.SamplesLost);
    }

    [Fact]
    public async Task ADisposedStream_EndsItsSounds()
    {
        var came = new TaskCompletionSource<NearMiss>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pool = Pool();
        var stream = pool.Add("hall", Keep(miss => came.TrySetResult(miss)) with { NearMisses = new NearMissOptions { After = TimeSpan.FromSeconds(60) } });
        await stream.WriteAsync(ToneModel.Tones(2), Cancellation);
        var miss = await came.Task.WaitAsync(Patience, Cancellation);
        Assert.False(miss.Sound.Completed.IsCompleted);
        stream.Dispose();
        await miss.Sound.Completed.WaitAsync(Patience, Cancellation);
        Assert.False(miss.Sound.Samples.IsEmpty);
    }

    [Fact]
    public async Task Muted_NothingIsKept()
    {
        var kept = new List<NearMiss>();
        await using var pool = Pool(new FakeTimeProvider());
        var stream = pool.Add("hall", Keep(kept.Add));
        stream.Mute(TimeSpan.FromHours(1));
        await Play(stream, ToneModel.Tones(2));
        Assert.Empty(kept);
    }

    [Fact]
    public async Task ArmedCommands_AreKeptToo()
    {
        var kept = new List<NearMiss>();
        await using var pool = new DetectorPool(Model, null, new PoolOptions { Workers = 1, Overflow = OverflowPolicy.Wait });
        await Play(pool.Add("hall", Keep(kept.Add) with { Commands = new ArmedCommands { Model = Model, Detector = Hard, For = TimeSpan.FromSeconds(5) } }), ToneModel.Tones(3));
        Assert.NotEmpty(kept); // the stream's own tones are detections
        Assert.All(kept, miss => Assert.Equal((0.999f, "hall"), (miss.Candidate.Threshold, miss.Candidate.Source)));
    }

    [Fact]
    public async Task AnObserverThatThrows_IsCounted_AndTheStreamGoesOn()
    {
        await using var pool = Pool();
        var stream = pool.Add("hall", Keep(_ => throw new InvalidOperationException()));
        await Play(stream, ToneModel.Tones(3));
        Assert.Equal(3, pool.Counters.Total.ObserverErrors);
    }

    [Fact]
    public async Task WrongOptions_AndModelsOfSensors_AreRefused()
    {
        await using var pool = Pool();
        Assert.Throws<ArgumentException>(() => pool.Add("hall", Keep(_ => { }) with { NearMisses = new NearMissOptions { From = 1 } }));
        await using var sensors = new DetectorPool(SensorModels.Build());
        Assert.Throws<ArgumentException>(() => sensors.Add("hall", Keep(_ => { })));
    }

    /// <summary>A client that has gone silent holds its own sound open, and nobody else's.</summary>
    [Fact]
    public async Task ASoundThatGrowsForLong_HoldsUpNoOther()
    {
        using var folder = new TemporaryFolder();
        await using var near = new NearMissFolder(folder.Path);
        NearMiss Of(string source, out DetectedSound sound)
        {
            sound = new DetectedSound(new Detection("low", 0.4f, default, default, default), ToneModel.Rate, 0, 100, 0);
            return new NearMiss(new Candidate("low", 0.4f, 0.5f, default, default, default, CandidateOutcome.BelowThreshold) { Source = source }, sound, new Dictionary<string, float>());
        }
        near.Take(Of("silent", out var silent));
        for (var i = 0; i < 40; i++) // more than may wait
        {
            near.Take(Of("talks", out var sound));
            sound.Append(new float[100]);
            await Wait.Until(() => near.Written == i + 1);
        }
        silent.Append(new float[50]);
        silent.End();
        await near.DisposeAsync();
        Assert.Equal((41L, 0L), (near.Written, near.Failures));
    }

    [Fact]
    public void AFolderThatCannotBeWritten_IsSaidAtOnce()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no folder here that nobody can write to.");
        Assert.ThrowsAny<IOException>(() => new NearMissFolder("/proc/self"));
    }
}
