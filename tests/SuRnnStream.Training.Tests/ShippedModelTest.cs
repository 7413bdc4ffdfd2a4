using SuRnnStream.Training.Data;
using SuRnnStream.Training.Net;
using Xunit;

namespace SuRnnStream.Training.Tests;

/// <summary>The shipped model in Torch and in the shipped runtime.</summary>
public class ShippedModelTest
{
    [Fact]
    public void Commands_OnAHundredRealClips_TorchAndRuntimeAgree()
    {
        var folder = Recordings.Folder("speech-commands", "validation");
        var model = ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "models", "commands-float32.surnn"));
        var rate = model.Config.RequireFrontEnd().SampleRate;
        var clips = Directory.GetFiles(folder, "*.wav", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Where((_, i) => i % 9 == 0).Take(100).Select(file => Clip.FromSamples(0, Corpus.Read(file, rate), rate)).ToArray();
        Assert.Equal(100, clips.Length);

        using var net = SuRnnNet.From(model);
        var agreement = Agreement.Measure(model, net, clips);

        Assert.True(agreement.Holds, agreement.ToString());
        Assert.True(agreement.Frames > 4_500, agreement.ToString()); // ties cut few clips short
        TestContext.Current.TestOutputHelper?.WriteLine(agreement.ToString());
    }
}
