using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>The shipped words and the candidate of household sounds have one front end: in one pool each detects what it does alone, and in a quiet room the sounds rest.</summary>
public sealed class WordsAndSoundsTest
{
    static readonly SuRnnModel Words = ModelFile.Load(Repository.File("models", "commands.surnn")), Sounds = ModelFile.Load(Repository.File("models", "candidates", "sounds.surnn"));

    static List<Detection> Apart(SuRnnModel model, float[] samples)
    {
        var (detector, heard) = (new StreamingDetector(model), new List<Detection>());
        detector.Process(samples, heard.Add);
        detector.Finish(heard.Add);
        return [.. heard.Select(one => one with { Source = "kitchen" })];
    }

    [Fact]
    public void Files_AreWhatSavingGives()
    {
        foreach (var name in new[] { "sounds.surnn", "sounds-float32.surnn" }) ShippedFile.AssertSaves(Repository.File("models", "candidates", name));
        Assert.Equal(Words.Config.FrontEnd, Sounds.Config.FrontEnd);
    }

    [Fact]
    public async Task OnePool_DetectsWhatTwoDetectorsDo_WithOneFrontEnd()
    {
        var stream = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);
        for (var i = 0; i < 16_000; i++) stream[^(i + 1)] += i / 1_600 % 2 * 0.3f * MathF.Sin(MathF.Tau * 3_000 * i / 16_000); // and beeps at its end
        var heard = new List<Detection>();
        await using var pool = new DetectorPool(Words, options: new PoolOptions { Overflow = OverflowPolicy.Wait, Companions = [new CompanionModel { Model = Sounds }] });
        var pooled = pool.Add("kitchen", new PooledStreamOptions { OnDetection = heard.Add });
        await pooled.WriteAsync(stream, TestContext.Current.CancellationToken);
        pooled.Complete();
        await pooled.Completion;
        var (words, sounds) = (Apart(Words, stream), Apart(Sounds, stream));
        Assert.True(words.Count >= 10 && sounds.Count >= 1, $"{words.Count} words, {sounds.Count} sounds");
        static IEnumerable<Detection> InOrder(IEnumerable<Detection> detections) => detections.OrderBy(one => one.Time).ThenBy(one => one.Label, StringComparer.Ordinal);
        Assert.Equal(InOrder([.. words, .. sounds]), InOrder(heard));
        Assert.Equal(TimeSpan.Zero, pooled.CompanionCounters[0].Compute.FrontEndTime);
        Assert.Equal(pooled.Counters.Compute.Frames, pooled.CompanionCounters[0].Compute.Frames);
    }

    [Fact]
    public void QuietRoom_IsSkipped()
    {
        var stats = new StreamingDetector(Sounds).Process(PinkNoise.Make(30 * 16_000, -60, 1), detection => Assert.Fail($"{detection}"));
        Assert.True(stats.SkippedRatio >= 0.95, $"{stats.SkippedRatio:P1}");
    }
}
