using SuRnnStream.Training.Mel;
using SuRnnStream.Training.Net;
using Xunit;

namespace SuRnnStream.Training.Tests.Mel;

public sealed class SpeechDistillationTest
{
    const int Size = SpeechEmbedding.Size;
    static readonly FrontEndConfig FrontEnd = new();

    /// <summary>The teacher's window covers 12,512 samples and comes every 1,280; frame t of 320 samples ends at 320 t + 512: vector i ends in frame 38 + 4 i.</summary>
    [Fact]
    public void RowAt_IsTheVectorThatEndsInTheFrame()
    {
        using var distillation = Distillation([60, 100, 20]);
        Assert.Equal(38, distillation.First);
        var found = Enumerable.Range(0, 180).Where(frame => distillation.RowAt(frame) >= 0).Select(frame => (frame, distillation.RowAt(frame)));
        Assert.Equal([.. Enumerable.Range(0, 6).Select(i => (38 + 4 * i, i)), .. Enumerable.Range(0, 16).Select(i => (60 + 38 + 4 * i, 6 + i))], found);
        var values = distillation.Vectors.data<float>().ToArray();
        Assert.Equal(22 * Size, values.Length);
        Assert.InRange(values.Average(), -1e-3, 1e-3);
        Assert.InRange(values.Average(x => x * x), 0.9, 1.001);
    }

    [Fact]
    public void Make_RunningSpeech_AsksForWholeWindowsOnly()
    {
        var (corpus, random) = (new MelCorpus(), new Random(1));
        float[] Plane(int frames) => [.. Enumerable.Range(0, frames * FrontEnd.Bands).Select(_ => 1 + random.NextSingle())];
        corpus.Training.Add(new MelSound("", "yes", "s", Plane(49), 12, 36, 2.5f, []));
        for (var n = 0; n < 4; n++) corpus.Speech.Add(Plane(400));
        corpus.Noise.Add(Plane(400));
        var distillation = Distillation([400, 400, 400, 400]);
        using var mixer = new MelMixer(corpus, ["silence", "unknown", "yes"], FrontEnd, seed: 1, distillation: distillation);
        var options = new MelMixOptions { NoiseOnly = 0.2, SpeechOnly = 0.8, AfterSpeech = 0 };
        var batch = mixer.Make(0, 0, 16, options);
        Assert.InRange(batch.Targets.Count, 8 * 12, 16 * 29);
        Assert.All(batch.Targets, target => Assert.InRange(target.Frame, distillation.First, options.Frames - 1));
        foreach (var (one, next) in batch.Targets.Zip(batch.Targets.Skip(1)).Where(pair => pair.First.Sequence == pair.Second.Sequence && pair.Second.Row / 91 == pair.First.Row / 91))
            Assert.Equal(4 * (next.Row - one.Row), next.Frame - one.Frame);
        distillation.Dispose();
    }

    [Fact]
    public void LoadFrom_ACheckpointOfSomethingElse_NamesWhatIsMissing()
    {
        var file = Path.GetTempFileName();
        var config = SuRnnStream.Training.Commands.FitWordsCommand.Shape(new MelFitOptions { Data = "", Channels = 8, Blocks = 1, Hidden = 8 });
        using var net = new HoldNet(config, 4);
        using var wider = new HoldNet(config with { Labels = [.. config.Labels, "more"] }, 4);
        using var other = TorchSharp.torch.nn.Linear(3, 3);
        net.save(file);
        net.LoadFrom(file);
        wider.save(file);
        Assert.Contains($"{file} is a checkpoint of another shape", Assert.Throws<InvalidDataException>(() => net.LoadFrom(file)).Message);
        other.save(file);
        Assert.Contains($"{file} has no stem0", Assert.Throws<InvalidDataException>(() => net.LoadFrom(file)).Message);
        File.Delete(file);
    }

    static SpeechDistillation Distillation(int[] frames)
    {
        var random = new Random(2);
        return new SpeechDistillation([.. frames.Select(count => Enumerable.Range(0, Size * Math.Max(0, (count - 38 + 3) / 4)).Select(_ => 3 * random.NextSingle() - 7).ToArray())], frames, FrontEnd);
    }
}
