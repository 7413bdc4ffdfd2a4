using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

public sealed class LookFileTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    internal static LookHead Head(int units = 5, int seed = 1)
    {
        var (random, shape) = (new Random(seed), new LookShape(3, 2, 2, 1));
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        return new LookHead
        {
            Shape = shape,
            Labels = ["unknown", "yes", "no"],
            Rule = new VerifierRule { Threshold = 0.25f, Calm = TimeSpan.FromMilliseconds(200) },
            Card = new Dictionary<string, string> { ["data"] = "made up" },
            Mean = Numbers(SpeechEmbedding.Size),
            Scale = Numbers(SpeechEmbedding.Size),
            Hidden = Numbers(units * shape.Inputs),
            HiddenBias = Numbers(units),
            Output = Numbers(3 * units),
            OutputBias = Numbers(3),
        };
    }

    [Fact]
    public void Load_OfWhatSaveWrote_AnswersTheSame()
    {
        var (head, path) = (Head(), _folder.File("a.look"));
        LookFile.Save(head, path);
        var read = LookFile.Load(path);
        Assert.Equal((head.Shape, head.Rule), (read.Shape, read.Rule));
        Assert.Equal(head.Labels, read.Labels);
        Assert.Equal(head.Card, read.Card);
        float[] vectors = [.. Enumerable.Range(0, head.Shape.AllWindows * SpeechEmbedding.Size).Select(i => MathF.Sin(i))];
        float[] Answer(LookHead one)
        {
            var probabilities = new float[3];
            one.Evaluate(vectors, probabilities, new float[one.Scratch]);
            return probabilities;
        }
        Assert.Equal(Answer(head), Answer(read));
        Assert.Equal(1, Answer(head).Sum(), 1e-5f);
    }

    [Fact]
    public void Load_WithAnyByteChanged_NamesFileAndRemedy()
    {
        var (bytes, path) = (LookFile.Write(Head()), _folder.File("b.look"));
        for (var at = 0; at < bytes.Length; at += 97)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x20;
            File.WriteAllBytes(path, damaged);
            var wrong = Assert.Throws<InvalidDataException>(() => LookFile.Load(path));
            Assert.StartsWith(path, wrong.Message);
            Assert.Contains("second-look", wrong.Message);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(40)]
    [InlineData(2000)]
    public void Load_OfAFileThatEndsEarly_IsRefused(int length)
    {
        var path = _folder.File("c.look");
        File.WriteAllBytes(path, LookFile.Write(Head())[..length]);
        Assert.Throws<InvalidDataException>(() => LookFile.Load(path));
    }

    [Fact]
    public void Load_OfANewerVersion_SaysToUpdate()
    {
        var (bytes, path) = (LookFile.Write(Head()), _folder.File("d.look"));
        bytes[6] = 2;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("update SuRnnStream", Assert.Throws<InvalidDataException>(() => LookFile.Load(path)).Message);
    }

    [Fact]
    public void Evaluate_IsTheFormula()
    {
        var head = Head();
        float[] vectors = [.. Enumerable.Range(0, head.Shape.AllWindows * SpeechEmbedding.Size).Select(i => 3 * MathF.Cos(7 * i))];
        var (mean, scale, hidden, hiddenBias, output, outputBias) = (head.Mean.ToArray(), head.Scale.ToArray(), head.Hidden.ToArray(), head.HiddenBias.ToArray(), head.Output.ToArray(), head.OutputBias.ToArray());
        var expected = new double[3];
        for (var shift = 0; shift < head.Shape.Shifts; shift++)
        {
            double[] x = [.. Enumerable.Range(0, head.Shape.Inputs).Select(i => Math.Clamp((vectors[(shift + i / 96 * head.Shape.Step) * 96 + i % 96] - mean[i % 96]) * scale[i % 96], -6, 6))];
            double[] h = [.. hiddenBias.Select((bias, unit) => Math.Max(0, bias + x.Select((value, i) => value * hidden[unit * x.Length + i]).Sum()))];
            double[] e = [.. outputBias.Select((bias, label) => Math.Exp(bias + h.Select((value, i) => value * output[label * h.Length + i]).Sum()))];
            for (var i = 0; i < 3; i++) expected[i] += e[i] / e.Sum() / head.Shape.Shifts;
        }
        var probabilities = new float[3];
        head.Evaluate(vectors, probabilities, new float[head.Scratch]);
        for (var i = 0; i < 3; i++) Assert.Equal(expected[i], probabilities[i], 1e-5);
        Assert.Contains("works in", Assert.Throws<ArgumentException>(() => head.Evaluate(vectors, new float[2], new float[head.Scratch])).Message);
    }

    [Fact]
    public void Validate_OfPartsThatDoNotBelongTogether_NamesThePart()
    {
        var head = Head();
        Assert.Same(head, head.Validate());
        foreach (var (wrong, says) in new[]
        {
            (head with { Mean = new float[95] }, "Mean of a head has 95 numbers, not 96"),
            (head with { Hidden = new float[5] }, $"Hidden of a head has 5 numbers, not {5 * head.Shape.Inputs}"),
            (head with { Output = new float[3 * 4] }, "Output of a head has 12 numbers, not 15"),
            (head with { OutputBias = new[] { 0, float.NaN, 0 } }, "OutputBias of a head holds a number that is not finite"),
            (head with { HiddenBias = default }, "1 to 4096 units, not 0"),
            (head with { Labels = ["yes", "yes", "no"] }, "2 to 1024 labels, each once"),
        })
        {
            Assert.Contains(says, Assert.Throws<ArgumentException>(() => wrong.Validate()).Message);
            Assert.Throws<ArgumentException>(() => LookFile.Save(wrong, _folder.File("e.look")));
        }
    }
}
