using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class WarmUpTest
{
    [Fact]
    public void ANetworkWithoutMemory_IsTheSameFromItsFirstFrame()
    {
        var frames = WarmUp.Frames(ToneModel.Build(), [.. Enumerable.Range(0, 15).SelectMany(_ => ToneModel.Tones(3))]);
        Assert.True(frames.Count >= 2);
        Assert.All(frames, count => Assert.Equal(0, count));
    }

    [Fact]
    public void TheShippedModel_HasForgottenItsStartWithinSeconds()
    {
        var model = ModelFile.Load(Repository.File("models", "commands.surnn"));
        var sound = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);
        var frames = WarmUp.Frames(model, [.. sound, .. sound, .. sound]);
        Assert.True(frames.Count >= 2);
        Assert.Contains(frames, count => count > 0);
        Assert.All(frames, count => Assert.InRange(count, 0, 500));
    }
}
