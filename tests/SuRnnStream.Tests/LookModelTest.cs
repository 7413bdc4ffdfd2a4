using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>The shipped commands model with a second look of its own, on the shipped sample.</summary>
public class LookModelTest
{
    static readonly string ModelPath = Repository.File("models", "commands-look.surnn"), FirstPath = Repository.File("models", "commands.surnn");
    static readonly SuRnnModel Model = ModelFile.Load(ModelPath);
    static readonly float[] Sample = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);

    static (List<Detection> Found, ComputeStats Stats) Detect(SuRnnModel model, Func<int> chunk, DetectorOptions? options = null)
    {
        var (found, detector, stats) = (new List<Detection>(), new StreamingDetector(model, options), new ComputeStats());
        for (int at = 0, n; at < Sample.Length; at += n) stats += detector.Process(Sample.AsSpan(at, n = Math.Min(chunk(), Sample.Length - at)), found.Add);
        return (found, stats + detector.Finish(found.Add));
    }

    [Fact]
    public void Save_OfTheShippedModel_GivesItsFile() => ShippedFile.AssertSaves(ModelPath);

    [Fact]
    public void TheSecondLook_IsSmall()
    {
        Assert.InRange(new FileInfo(ModelPath).Length - new FileInfo(FirstPath).Length, 100_000, 400_000);
        Assert.InRange(Model.Config.Verifier!.MultiplyAdds(Model.Config.FrameLength, Model.Config.Labels.Count), 1_000_000, 25_000_000);
    }

    [Fact]
    public void WithoutIt_TheModelIsTheShippedOne() =>
        Assert.Equal(Detect(ModelFile.Load(FirstPath), () => 4_000).Found, Detect(Model, () => 4_000, Model.FirstStage).Found);

    [Fact]
    public void Sample_HasTheTenWords_AndAtMostOneFalseAlarm()
    {
        var said = EventTable.Read(Repository.File("samples", "audio", "commands.csv"), TimeSpan.FromSeconds(Sample.Length / 16_000.0));
        var (found, stats) = Detect(Model, () => Sample.Length);
        var match = new EventMatch(said, found);
        Assert.Equal((10, 10), (said.Count, match.Hits.Count));
        Assert.InRange(match.FalseAlarms.Count + match.Repeats, 0, 1);
        Assert.InRange(stats.Candidates, 10, 40);
    }

    [Fact]
    public void Sample_InAnyChunksAndDense_GivesTheSameDetections()
    {
        var (random, whole) = (new Random(1), Detect(Model, () => Sample.Length).Found);
        Assert.Equal(whole, Detect(Model, () => random.Next(4_000)).Found);
        Assert.Equal(whole, Detect(Model, () => 1_000, Model.Defaults with { Dense = true }).Found);
    }
}
