using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class WarmUpTest
{
    [Fact]
    public void ANetworkWithoutMemory_IsTheSameFromItsFirstFrame()
    {
        var frames = WarmUp.Frames(ToneModel.Build(), [.. Enumerable.Range(0, 15).SelectMany(_ => ToneModel.Tones(3))], 0.01f);
        Assert.True(frames.Count >= 2);
        Assert.All(frames, count => Assert.Equal(0.0, count));
    }

    [Fact]
    public void TheShippedModel_RemembersMoreOfItsStartTheCloserOneLooks()
    {
        var model = ModelFile.Load(Repository.File("models", "commands.surnn"));
        var sound = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);
        float[] thrice = [.. sound, .. sound, .. sound];
        var (fine, coarse, none) = (WarmUp.Frames(model, thrice, 0.001f), WarmUp.Frames(model, thrice, 0.2f), WarmUp.Frames(model, thrice, 1.1f));
        Assert.True(fine.Count >= 2);
        Assert.All(fine.Zip(coarse), pair => Assert.True(pair.First >= pair.Second));
        Assert.Contains(fine, count => count > 0);
        Assert.All(none, count => Assert.Equal(0.0, count)); // no two probabilities differ by more than 1
    }
}
