using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>The second look of the shipped commands model, and the model without it.</summary>
public class LookModelTest
{
    static readonly string ModelPath = Repository.File("models", "commands.surnn"), FirstPath = Repository.File("models", "commands-small.surnn");
    static readonly SuRnnModel Model = ModelFile.Load(ModelPath);
    static readonly float[] Sample = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);

    static (List<Detection> Found, ComputeStats Stats) Detect(SuRnnModel model, Func<int> chunk, DetectorOptions? options = null)
    {
        var (found, detector, stats) = (new List<Detection>(), new StreamingDetector(model, options), new ComputeStats());
        for (int at = 0, n; at < Sample.Length; at += n) stats += detector.Process(Sample.AsSpan(at, n = Math.Min(chunk(), Sample.Length - at)), found.Add);
        return (found, stats + detector.Finish(found.Add));
    }

    [Fact]
    public void Save_OfTheFirstStage_GivesItsFile() => ShippedFile.AssertSaves(FirstPath);

    [Fact]
    public void TheSecondLook_IsSmall()
    {
        Assert.InRange(new FileInfo(ModelPath).Length - new FileInfo(FirstPath).Length, 100_000, 400_000);
        Assert.InRange(Model.Config.Verifier!.MultiplyAdds(Model.Config.FrameLength, Model.Config.Labels.Count), 1_000_000, 25_000_000);
    }

    [Fact]
    public void WithoutIt_TheModelIsTheSmallOne() =>
        Assert.Equal(Detect(ModelFile.Load(FirstPath), () => 4_000).Found, Detect(Model, () => 4_000, Model.FirstStage).Found);

    [Fact]
    public void WithoutSecondLook_IsTheSmallModelsFile()
    {
        var (made, small) = (new MemoryStream(), ModelFile.Load(FirstPath));
        var first = Model.WithoutSecondLook();
        ModelFile.Save(made, new SuRnnModel(first.Config, first.Weights, first.Defaults, small.Card));
        Assert.Equal(File.ReadAllBytes(FirstPath), made.ToArray());
        Assert.DoesNotContain(first.Card.Keys, key => key.StartsWith("second look", StringComparison.Ordinal));
        Assert.Same(small, small.WithoutSecondLook());
    }

    [Fact]
    public void Sample_IsAskedAboutNowAndThen()
    {
        var (found, stats) = Detect(Model, () => Sample.Length);
        Assert.InRange(stats.Candidates, 10, 40);
        Assert.Equal(found.Count, stats.Accepted);
    }
}
