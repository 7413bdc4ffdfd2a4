using ConsoleAppFramework;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train average`: one model between two of the same shape.</summary>
sealed class AverageCommand
{
    /// <summary>
    /// Averages the weights of two float32 models of which one was trained on from the other: it keeps most of what each can, where the end has lost some of what the beginning could (Wortsman et al., arXiv
    /// 2109.01903). Settings and card are the first one's.
    /// </summary>
    /// <param name="first">The .surnn file that training began with.</param>
    /// <param name="second">What training made of it.</param>
    /// <param name="output">-o|--out, The file to write.</param>
    /// <param name="part">Part of the second one, 0 to 1.</param>
    [Command("average")]
    public void Average([Argument] string first, [Argument] string second, string output, float part = 0.5f)
    {
        if (!(part is >= 0 and <= 1)) throw new ArgumentException($"--part is {part}, but must lie between 0 and 1.");
        var (one, other) = (ModelFile.Load(first).WithoutSecondLook(), ModelFile.Load(second).WithoutSecondLook());
        foreach (var (file, model) in new[] { (first, one), (second, other) })
            if (model.Config.Precision != Precision.Float32) throw new ArgumentException($"{file} is rounded to int8, of which there is no average: give the float32 model.");
        (string Name, int[] Shape)[] shapes = [.. SuRnnWeights.Shapes(one.Config)], others = [.. SuRnnWeights.Shapes(other.Config)];
        if (!one.Config.Labels.SequenceEqual(other.Config.Labels) || shapes.Length != others.Length || shapes.Zip(others).Any(pair => pair.First.Name != pair.Second.Name || !pair.First.Shape.SequenceEqual(pair.Second.Shape)))
            throw new ArgumentException($"{first} and {second} differ in shape or labels: only what was trained on from one model can be averaged with it.");
        var tensors = new Dictionary<string, float[]>();
        foreach (var (name, _) in shapes)
        {
            float[] mean = [.. one.Weights[name]];
            var weights = other.Weights[name];
            for (var i = 0; i < mean.Length; i++) mean[i] = ((1 - part) * mean[i]) + (part * weights[i]);
            tensors[name] = mean;
        }
        ModelFile.Save(output, new SuRnnModel(one.Config, new SuRnnWeights(one.Config, tensors), one.Defaults, one.Card));
    }
}
