using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Candidates;

/// <summary>What nearly was detected is kept, with its sound and its reason, within a quota.</summary>
public sealed class NearMissTest
{
    static readonly DetectorOptions Hard = ToneModel.Build().Defaults with { Threshold = 0.999f, Release = 0.3f };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Runs tones of which none reaches the threshold; each is a near miss.</summary>
    static async Task<float[]> Run(Action<NearMiss> keep, int tones, float from = 0.4f, DetectorOptions? detector = null, TimeSpan? block = null)
    {
        var sound = ToneModel.Tones(tones);
        var pipeline = new DetectorPipeline(new ArraySource(sound, ToneModel.Rate), ToneModel.Build(), detector ?? Hard, new PipelineOptions
        {
            SourceName = "hall/door.wav",
            BlockDuration = block ?? TimeSpan.FromMilliseconds(20),
            NearMisses = new NearMissOptions { From = from, Before = TimeSpan.FromSeconds(0.5), After = TimeSpan.FromSeconds(0.25) },
            OnNearMiss = keep,
        });
        await pipeline.RunAsync(Cancellation);
        return sound;
    }

    [Theory, InlineData(1), InlineData(20), InlineData(333)]
    public async Task TheSound_IsSampleExact_AndTheScoresAreThere(int block)
    {
        var kept = new List<NearMiss>();
        var sound = await Run(kept.Add, 3, block: TimeSpan.FromMilliseconds(block));
        Assert.Equal(3, kept.Count);
        foreach (var (candidate, around, scores) in kept)
        {
            Assert.Equal((CandidateOutcome.BelowThreshold, "hall/door.wav", 0.999f), (candidate.Outcome, candidate.Source, candidate.Threshold));
            Assert.InRange(candidate.Score, 0.4f, 0.999f);
            Assert.True(scores[candidate.Label] >= candidate.Score, $"{scores[candidate.Label]} {candidate.Score}");
            Assert.Equal(["silence", "unknown", "low", "high"], scores.Keys);
            var from = (int)Math.Round(Math.Max(0, (candidate.Start - TimeSpan.FromSeconds(0.5)).TotalSeconds) * ToneModel.Rate);
            Assert.Equal(from, around.StartSample);
            Assert.Equal(sound.AsSpan(from, around.Samples.Length), around.Samples.Span);
        }
    }

    [Fact]
    public async Task BelowFrom_OrDetected_NothingIsKept()
    {
        var kept = new List<NearMiss>();
        await Run(kept.Add, 3, from: 0.998f);
        Assert.Empty(kept);
        await Run(kept.Add, 3, detector: ToneModel.Build().Defaults);
        Assert.Empty(kept);
    }

    [Fact]
    public async Task Candidates_AreCountedByLabelAndOutcome_AndTheLastIsKept()
    {
        var told = new List<Candidate>();
        var pipeline = new DetectorPipeline(new ArraySource(ToneModel.Tones(4), ToneModel.Rate), ToneModel.Build(), Hard, new PipelineOptions { OnCandidate = told.Add });
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(["high", "low"], pipeline.Candidates.Select(label => label.Label));
        foreach (var (label, counts, last) in pipeline.Candidates)
        {
            var own = told.Where(one => one.Label == label).ToArray();
            Assert.Equal((own.Length, own.Length, own[^1]), ((int)counts.All, (int)counts.BelowThreshold, last));
        }
        var silent = new DetectorPipeline(new ArraySource(ToneModel.Tones(1), ToneModel.Rate), ToneModel.Build());
        await silent.RunAsync(Cancellation);
        Assert.Empty(silent.Candidates); // nobody asked
    }

    [Fact]
    public async Task AnObserverThatThrows_IsCounted_AndTheStreamGoesOn()
    {
        var pipeline = new DetectorPipeline(new ArraySource(ToneModel.Tones(3), ToneModel.Rate), ToneModel.Build(), options: new PipelineOptions { OnCandidate = _ => throw new InvalidOperationException() });
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(3, pipeline.Counters.Detections);
        Assert.True(pipeline.Counters.ObserverErrors >= 3);
    }

    [Fact]
    public async Task OfOneInstant_NamesAreNumbered()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(new(2026, 11, 30, 8, 28, 26, 830, TimeSpan.Zero));
        await using (var near = new NearMissFolder(folder.File("near"), time: time)) await Run(near.Take, 4);
        var at = "20261130T082826.830Z-door_wav";
        Assert.Equal([$"{at}-high-2.wav", $"{at}-high.wav", $"{at}-low-2.wav", $"{at}-low.wav"], Directory.GetFiles(folder.File("near"), "*.wav").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AFolder_HoldsAWavAndANoteOfEach()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("near");
        await using (var near = new NearMissFolder(path))
        {
            var sound = await Run(near.Take, 3);
            await near.DisposeAsync();
            Assert.Equal((3L, 0L, 0L), (near.Written, near.Deleted, near.Failures));
            foreach (var wav in Directory.GetFiles(path, "*.wav"))
            {
                Assert.Matches(@"^\d{8}T\d{6}\.\d{3}Z-door_wav-(low|high)(-\d)?\.wav$", Path.GetFileName(wav));
                var note = ReviewFolder.NoteOf(wav);
                using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.ChangeExtension(wav, ".json"), Cancellation));
                Assert.Equal("below threshold", json.RootElement.GetProperty("reason").GetString());
                Assert.Equal((note.Score, note.Label), (json.RootElement.GetProperty("score").GetSingle(), json.RootElement.GetProperty("label").GetString()));
                using var read = WavFile.Open(wav);
                var samples = read.ReadAll();
                Assert.InRange(note.End * ToneModel.Rate, 0, samples.Length);
                var at = (int)Math.Round((note.Time - note.End) * ToneModel.Rate); // no more than sanity: the tone is where the note says
                Assert.True(at >= 0);
                Assert.Contains(samples.AsSpan((int)(note.Start * ToneModel.Rate), 400).ToArray(), sample => Math.Abs(sample) > 0.05f);
            }
            Assert.Equal(6, Directory.GetFiles(path).Length);
            Assert.NotEmpty(sound);
        }
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task TheQuota_LetsTheOldestGo_AndNeverWhatIsReviewedOrNotOurs()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("near");
        Directory.CreateDirectory(path);
        await File.WriteAllTextAsync(Path.Combine(path, "mine.wav"), "somebody's", Cancellation);
        await using (var near = new NearMissFolder(path)) await Run(near.Take, 2);
        var review = new ReviewFolder(path);
        var old = review.Waiting().Where(file => !file.EndsWith("mine.wav", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, old.Length);
        var judged = review.Judge(old[0], ReviewFolder.NoWord, "low");
        await using (var near = new NearMissFolder(path, new NearMissFolderOptions { Keep = 2 }))
        {
            await Run(near.Take, 4);
            await near.DisposeAsync();
            Assert.Equal((4L, 3L), (near.Written, near.Deleted)); // the one from before, and two of now
        }
        Assert.True(File.Exists(judged) && File.Exists(Path.ChangeExtension(judged, ".json")) && File.Exists(Path.Combine(path, "mine.wav")));
        Assert.False(File.Exists(old[1]) || File.Exists(Path.ChangeExtension(old[1], ".json")));
        Assert.Equal((3, 2), (Directory.GetFiles(path, "*.wav").Length, Directory.GetFiles(path, "*.json").Length));
    }

    [Fact]
    public async Task TheQuota_InBytes_HoldsToo()
    {
        using var folder = new TemporaryFolder();
        var megabyte = new float[300_000];
        await using var near = new NearMissFolder(folder.Path, new NearMissFolderOptions { Megabytes = 1 });
        for (var i = 0; i < 3; i++)
        {
            var candidate = new Candidate("low", 0.4f, 0.5f, default, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), CandidateOutcome.NoCalm);
            var sound = new DetectedSound(new Detection("low", 0.4f, default, default, default), ToneModel.Rate, 0, megabyte.Length, 0);
            sound.Append(megabyte);
            near.Take(new NearMiss(candidate, sound, new Dictionary<string, float> { ["low"] = 0.4f }));
        }
        await near.DisposeAsync();
        Assert.Equal((3L, 2L), (near.Written, near.Deleted)); // 0.6 MB each
        Assert.Single(Directory.GetFiles(folder.Path, "*.wav"));
    }

    [Fact]
    public async Task AFolderThatCannotBeWritten_IsCountedAndSaid()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("near");
        await using var near = new NearMissFolder(path);
        Directory.Delete(path);
        await File.WriteAllTextAsync(path, "a file in its place", Cancellation);
        await Run(near.Take, 2);
        await near.DisposeAsync();
        Assert.Equal((0L, 2L), (near.Written, near.Failures));
        Assert.NotNull(near.LastFailure);
    }

    [Theory]
    [InlineData(0f, 1.5, 1)]
    [InlineData(1f, 1.5, 1)]
    [InlineData(float.NaN, 1.5, 1)]
    [InlineData(0.4f, 11, 1)]
    [InlineData(0.4f, 1, 61)]
    public void Options_OutOfRange_AreRefused(float from, double before, double after) => Assert.Throws<ArgumentException>(() => new DetectorPipeline(new ArraySource(Array.Empty<float>(), ToneModel.Rate), ToneModel.Build(),
        options: new PipelineOptions { NearMisses = new NearMissOptions { From = from, Before = TimeSpan.FromSeconds(before), After = TimeSpan.FromSeconds(after) } }));

    [Theory, InlineData("{"), InlineData("{}"), InlineData("[]"), InlineData("""{"label": 3}""")]
    public async Task ADamagedNote_IsNamed(string content)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("a.json"), content, Cancellation);
        await File.WriteAllTextAsync(folder.File("a.wav"), "", Cancellation);
        Assert.Contains("a.json is no note", Assert.Throws<InvalidDataException>(() => ReviewFolder.NoteOf(folder.File("a.wav"))).Message);
        Assert.Contains("b.wav has no note", Assert.Throws<InvalidDataException>(() => ReviewFolder.NoteOf(folder.File("b.wav"))).Message);
    }
}
