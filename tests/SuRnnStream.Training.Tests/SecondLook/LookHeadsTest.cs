using SuRnnStream.Training.SecondLook;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

public sealed class LookHeadsTest
{
    /// <summary>Heads of 5, 6 and 7 units and different weights that read their windows in the same way.</summary>
    static LookHead[] Heads()
    {
        var first = LookFileTest.Head();
        return [.. Enumerable.Range(0, 3).Select(i => LookFileTest.Head(5 + i, seed: 1 + i) with { Mean = first.Mean, Scale = first.Scale })];
    }

    [Fact]
    public void Mean_OfHeads_HasTheMeanOfTheirLogits()
    {
        LookHead[] heads = [.. Heads().Select(head => head with { Shape = head.Shape with { Shifts = 1 } })]; // at one shift, logits are the logarithms of probabilities but for a number that all labels share
        var mean = LookHeads.Mean(heads);
        Assert.Equal(5 + 6 + 7, mean.Units);
        Assert.Equal(heads.Sum(head => head.MultiplyAdds), mean.MultiplyAdds);
        for (var seed = 0; seed < 5; seed++)
        {
            var (own, expected) = (Logits(mean, seed), heads.Select(head => Logits(head, seed)).ToArray());
            for (var label = 1; label < own.Length; label++) Assert.Equal(expected.Average(logits => logits[label] - logits[0]), own[label] - own[0], 1e-3f);
        }
    }

    [Fact]
    public void Mean_OfOneHeadTwice_AnswersAsThatHead()
    {
        var head = LookFileTest.Head();
        var (one, twice) = (Probabilities(head, 1), Probabilities(LookHeads.Mean([head, head]), 1));
        for (var i = 0; i < one.Length; i++) Assert.Equal(one[i], twice[i], 1e-5f);
        Assert.Same(head, LookHeads.Mean([head]));
    }

    [Fact]
    public void Mean_OfHeadsThatDiffer_SaysInWhat()
    {
        var head = LookFileTest.Head();
        void Refuses(LookHead other, string what) => Assert.Contains(what, Assert.Throws<ArgumentException>(() => LookHeads.Mean([head, other])).Message);
        Refuses(head with { Shape = head.Shape with { Shifts = 3 } }, "shape");
        Refuses(head with { Labels = ["unknown", "no", "yes"] }, "labels");
        Refuses(head with { Mean = new float[SpeechEmbedding.Size] }, "mean");
        Refuses(head with { Scale = new float[SpeechEmbedding.Size] }, "scale");
        Assert.Throws<ArgumentException>(() => LookHeads.Mean([]));
        Assert.Contains("4096 units", Assert.Throws<ArgumentException>(() => LookHeads.Mean([LookFileTest.Head(3000), LookFileTest.Head(3000)])).Message);
    }

    static float[] Logits(LookHead head, int seed) => [.. Probabilities(head, seed).Select(one => MathF.Log(one))];

    static float[] Probabilities(LookHead head, int seed)
    {
        float[] vectors = [.. Enumerable.Range(0, head.Shape.AllWindows * SpeechEmbedding.Size).Select(i => MathF.Sin(i * (1 + 0.1f * seed)))];
        var probabilities = new float[head.Labels.Count];
        head.Evaluate(vectors, probabilities, new float[head.Scratch]);
        return probabilities;
    }
}
