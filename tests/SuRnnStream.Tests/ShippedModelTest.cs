using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>The shipped model on the shipped sample, and on real recordings where they are at hand.</summary>
public class ShippedModelTest
{
    static readonly string ModelPath = Repository.File("models", "commands.surnn");
    static readonly SuRnnModel Model = ModelFile.Load(ModelPath);
    static readonly float[] Sample = Read(Repository.File("samples", "audio", "commands.wav"));

    static float[] Read(string file)
    {
        using var wav = WavFile.Open(file);
        return Resampler.To(wav, 16_000).ReadAll();
    }

    static string[] RealClips()
    {
        return [.. Directory.GetFiles(Recordings.Folder("speech-commands", "validation"), "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Save_OfTheShippedModel_GivesItsFile() => ShippedFile.AssertSaves(ModelPath);

    static List<Detection> Detect(float[] samples, Func<int> chunk, bool dense = false)
    {
        var (found, detector) = (new List<Detection>(), new StreamingDetector(Model, Model.Defaults with { Dense = dense }));
        for (int at = 0, n; at < samples.Length; at += n) detector.Process(samples.AsSpan(at, n = Math.Min(chunk(), samples.Length - at)), found.Add);
        return found;
    }

    [Fact]
    public void Sample_HasTheTenWords_AndNoFalseAlarm()
    {
        var said = EventTable.Read(Repository.File("samples", "audio", "commands.csv"), TimeSpan.FromSeconds(Sample.Length / 16_000.0));
        var found = Detect(Sample, () => Sample.Length);
        var match = new EventMatch(said, found);
        Assert.Equal((10, 10), (said.Count, match.Hits.Count));
        Assert.Equal((0, 0), (match.FalseAlarms.Count, match.Repeats));
        Assert.Equal(ShippedSample.Detected, found.Select(one => one.Label));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Sample_AnyChunking_GivesTheSameDetections(int seed)
    {
        var random = new Random(seed);
        Assert.Equal(Detect(Sample, () => Sample.Length), Detect(Sample, () => random.Next(seed == 1 ? 5 : 4_000)));
    }

    [Fact]
    public void Sample_Dense_GivesTheSameDetections() => Assert.Equal(Detect(Sample, () => 1_000), Detect(Sample, () => 1_000, dense: true));

    [Fact]
    public void Sample_InDigitalSilence_EveryFrameIsSkipped()
    {
        var detector = new StreamingDetector(Model);
        detector.Process(Sample.AsSpan(0, 10 * 16_000), _ => { });
        detector.Process(new float[16_000], _ => { });
        var stats = detector.Process(new float[60 * 16_000], _ => { });
        Assert.Equal(3_000, stats.Frames);
        Assert.Equal(stats.Frames, stats.FramesSkipped);
    }

    [Fact]
    public void RealClips_SkippedAndDense_HaveTheSameHiddenStatesBitForBit()
    {
        var (skipping, dense, frame) = (Model.NewState(), Model.NewState(), new float[Model.Config.FrameLength]);
        var shut = 0;
        foreach (var file in RealClips().Where((_, i) => i % 5 == 0))
        {
            var mel = new MelFrontEnd(Model.Config.RequireFrontEnd());
            ReadOnlySpan<float> rest = Read(file);
            while (mel.TryNext(ref rest, frame))
            {
                shut += (int)Model.Step(frame, skipping).FramesSkipped;
                Model.Step(frame, dense, dense: true);
                for (var layer = 0; layer < Model.Config.Layers.Count; layer++) Assert.True(skipping.Hidden(layer).SequenceEqual(dense.Hidden(layer)), file);
                Assert.True(skipping.Scores.Span.SequenceEqual(dense.Scores.Span), file);
            }
        }
        Assert.True(shut > 1_000, $"only {shut} frames were skipped");
    }

    [Fact]
    public void RealClips_AreClassifiedAtTheCardsAccuracy()
    {
        var classifier = new ClipClassifier(Model);
        var clips = RealClips();
        var right = clips.Count(file =>
        {
            var folder = Path.GetFileName(Path.GetDirectoryName(file))!;
            return classifier.Classify(Read(file)).Label == (Model.Config.Labels.Contains(folder) ? folder : "unknown");
        });
        Assert.True(right >= 0.9 * clips.Length, $"{right} of {clips.Length}");
    }

    [Fact]
    public void RealClips_SaidTwiceHalfASecondApart_AreDetectedTwice()
    {
        var (random, once, twice) = (new Random(1), 0, 0);
        foreach (var file in RealClips().Where((file, i) => i % 4 == 0 && Model.Config.Labels.Contains(Path.GetFileName(Path.GetDirectoryName(file))!)))
        {
            var (clip, label) = (Read(file), Path.GetFileName(Path.GetDirectoryName(file))!);
            var peak = clip.Max(MathF.Abs);
            var from = Math.Max(0, Array.FindIndex(clip, x => MathF.Abs(x) > 0.1f * peak) - 800);
            var word = clip[from..Math.Min(clip.Length, Array.FindLastIndex(clip, x => MathF.Abs(x) > 0.1f * peak) + 1_600)];
            float[] Pause(int length) => [.. Enumerable.Range(0, length).Select(_ => 1e-3f * peak * (random.NextSingle() - 0.5f))];
            int Count(float[] sound) => Detect(sound, () => sound.Length).Count(d => d.Label == label);

            if (Count([.. Pause(16_000), .. word, .. Pause(16_000)]) != 1) continue;
            once++;
            if (Count([.. Pause(16_000), .. word, .. Pause(8_000), .. word, .. Pause(16_000)]) == 2) twice++;
        }
        Assert.True(once > 100, $"{once} found when said once");
        Assert.True(twice >= 0.95 * once, $"{twice} of {once} found twice");
    }
}
