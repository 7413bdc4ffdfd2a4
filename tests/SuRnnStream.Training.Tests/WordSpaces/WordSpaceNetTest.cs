using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.WordSpaces;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.WordSpaces;

/// <summary>The word space in Torch and in the runtime are one network; invented words are words of their own.</summary>
public sealed class WordSpaceNetTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void TheRuntime_GivesTorchsVectors(int step)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        random.manual_seed(3);
        var shape = new WordSpaceShape { Channels = 24, Blocks = 2, Size = 32, VoiceChannels = 16, VoiceSize = 16, Shifts = 2, ShiftStep = step };
        var net = new WordSpaceNet(shape);
        net.train();
        var frames = rand([12, shape.Frames, shape.Bands]) * 3;
        for (var n = 0; n < 30; n++) // so that the norms have something to fold in
        {
            net.Words(frames, new long[12]);
            net.Voices(frames);
        }
        net.eval();
        var first = Rows(net.Words(frames, new long[12]));
        var second = Rows(net.Words(frames, [.. Enumerable.Repeat(1L, 12)]));
        var voices = Rows(net.Voices(frames));
        var tensors = WordSpace.Rounded(shape.Tensors(), net.Export());
        var network = new WordSpaceNetwork(shape, name => tensors[name]);
        var (word, voice) = (new float[shape.Size], new float[shape.VoiceSize]);
        for (var b = 0; b < 12; b++)
        {
            network.Embed(frames[b].contiguous().data<float>().ToArray(), word, voice);
            float[] mean = [.. first[b].Zip(second[b], (x, y) => x + y)];
            Assert.InRange(Cosine(word, mean), 0.995, 1.0001); // rows are rounded to int8
            Assert.InRange(Cosine(voice, voices[b]), 0.995, 1.0001);
        }

        static float[][] Rows(Tensor tensor) => [.. Enumerable.Range(0, (int)tensor.shape[0]).Select(i => tensor[i].contiguous().data<float>().ToArray())];
    }

    /// <summary>A training goes on from what another wrote: without that, each would have to be made in one go.</summary>
    [Fact]
    public void BegunWithItsWeights_AnotherNetwork_GivesTheSameVectors()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        random.manual_seed(4);
        var shape = new WordSpaceShape { Channels = 24, Blocks = 2, Size = 32, VoiceChannels = 16, VoiceSize = 16 };
        var (net, again) = (new WordSpaceNet(shape), new WordSpaceNet(shape));
        var frames = rand([64, shape.Frames, shape.Bands]) * 3;
        net.train();
        for (var n = 0; n < 30; n++)
        {
            net.Words(frames, new long[64]);
            net.Voices(frames);
        }
        net.eval();
        again.Start(net.Export(), frames);
        for (var n = 0; n < 60; n++) // in training, where the norms measure each batch
        {
            again.Words(frames, new long[64]);
            again.Voices(frames);
        }
        again.eval();
        Assert.InRange(nn.functional.cosine_similarity(net.Words(frames, new long[64]), again.Words(frames, new long[64]), 1, 1e-8).min().item<float>(), 0.999f, 1.0001f);
        Assert.InRange(nn.functional.cosine_similarity(net.Voices(frames), again.Voices(frames), 1, 1e-8).min().item<float>(), 0.999f, 1.0001f);
        Assert.Throws<InvalidDataException>(() => new WordSpaceNet(shape with { Channels = 32 }).Start(net.Export(), frames));
    }

    /// <summary>A second look's convolutions are a beginning for a word space: they answer as they did, and what follows them is the word space's own.</summary>
    [Fact]
    public void BegunWithConvolutionsAlone_ItHasThem_AndKeepsTheRest()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        random.manual_seed(5);
        var shape = new WordSpaceShape { Channels = 24, Blocks = 2, Size = 32, VoiceChannels = 16, VoiceSize = 16 };
        var (net, again) = (new WordSpaceNet(shape), new WordSpaceNet(shape, targets: 6));
        var frames = rand([64, shape.Frames, shape.Bands]) * 3;
        net.train();
        for (var n = 0; n < 30; n++) net.Words(frames, new long[64]);
        net.eval();
        var names = shape.TrunkTensors().Select(tensor => tensor.Name).ToHashSet();
        var rest = again.Export()["out.weight"];
        again.Start(net.Export().Where(one => names.Contains(one.Key)).ToDictionary(), frames);
        for (var n = 0; n < 60; n++) again.PooledOf(frames, new long[64]);
        Assert.Equal(rest, again.Export()["out.weight"]);
        again.eval();
        var (mine, its) = (again.PooledOf(frames, new long[64]), net.PooledOf(frames, new long[64]));
        Assert.InRange(nn.functional.cosine_similarity(mine, its, 1, 1e-8).min().item<float>(), 0.999f, 1.0001f);
        Assert.Equal([64L, 6L], again.Distilled(mine).shape);
    }

    [Fact]
    public void ToBeginWithASecondLook_TakesItsConvolutions_AndAVoiceFromASpace()
    {
        var shape = new WordSpaceShape { Channels = 160 };
        var begun = StartWeights.Of(Repository.File("models", "commands.surnn"), shape, Repository.File("models", "words.space"));
        Assert.Equal(160 * WordSpaceShape.FirstKernel * 40, begun["first.weight"].Length);
        Assert.Contains("voice.out.weight", begun.Keys);
        Assert.DoesNotContain("out.weight", begun.Keys);
        Assert.DoesNotContain("voice.out.weight", StartWeights.Of(Repository.File("models", "commands.surnn"), shape, null).Keys);
        Assert.Contains("has no second look", Assert.Throws<InvalidDataException>(() => StartWeights.Of(Repository.File("models", "commands-small.surnn"), shape, null)).Message);
    }

    static double Cosine(float[] x, float[] y) => x.Zip(y, (a, b) => a * b).Sum() / Math.Sqrt(x.Sum(a => a * a) * y.Sum(b => b * b));

    [Fact]
    public void InventedWords_AreDifferent_AndTheSameAgain()
    {
        var words = InventedWords.Make(200, 5);
        Assert.Equal(200, words.Distinct().Count());
        Assert.Equal(words, InventedWords.Make(200, 5));
        Assert.NotEqual(words, InventedWords.Make(200, 6));
        Assert.All(words, word => Assert.Matches(@"^\[\[.*'.*\]\]$", word)); // one syllable is stressed
    }
}
