using SuRnnStream.Kernels;

namespace SuRnnStream.Tests.Support;

/// <summary>Models with a second look of their own, of a shape that is quickly worked out and of weights that are drawn: whose answers are of no use, but differ with every number that they see.</summary>
static class VerifiedModels
{
    public static ModelVerifier Shape { get; } = new()
    {
        Channels = 24,
        Blocks = 2,
        Hidden = 16,
        FramesAfter = 5,
        Rule = new VerifierRule { OwnPower = 0.25f, BackgroundPower = 0.25f, AfterPower = 0.5f, BelowLoudest = 30 },
        FirstThreshold = 0.33f,
        FirstThresholds = new Dictionary<string, float> { ["up"] = 0.25f },
    };

    /// <summary>The model with one.</summary>
    public static SuRnnModel With(SuRnnModel first, ModelVerifier verifier, int seed = 3, float threshold = 0.3f)
    {
        first = first.WithoutSecondLook();
        var config = first.Config with { Verifier = verifier };
        var tensors = SuRnnWeights.Shapes(first.Config).ToDictionary(tensor => tensor.Name, tensor => first.Weights[tensor.Name].ToArray());
        foreach (var (name, values) in Tensors(config, seed)) tensors[ModelVerifier.Prefix + name] = values;
        return new SuRnnModel(config, new SuRnnWeights(config, tensors), first.Defaults with { Threshold = threshold, Thresholds = new Dictionary<string, float>() }, first.Card);
    }

    /// <summary>Drawn weights, those of rows whole multiples of their scales.</summary>
    public static Dictionary<string, float[]> Tensors(SuRnnConfig config, int seed)
    {
        var (random, tensors) = (new Random(seed), new Dictionary<string, float[]>());
        foreach (var (full, shape) in config.Verifier!.Tensors(config))
        {
            var name = full[ModelVerifier.Prefix.Length..];
            if (name.EndsWith(".scale", StringComparison.Ordinal)) continue;
            var (rows, columns) = (shape[0], shape.Skip(1).Aggregate(1, (product, side) => product * side));
            var spread = name.StartsWith("out", StringComparison.Ordinal) ? 4 : 1.6f / MathF.Sqrt(columns);
            var values = tensors[name] = [.. Enumerable.Range(0, rows * columns).Select(_ => spread * (2 * random.NextSingle() - 1))];
            if (!name.EndsWith(".weight", StringComparison.Ordinal)) continue;
            var scale = tensors[name[..^".weight".Length] + ".scale"] = new float[rows];
            for (var row = 0; row < rows; row++)
            {
                scale[row] = Quantizer.ScaleOf(values.AsSpan(row * columns, columns));
                for (var i = row * columns; i < (row + 1) * columns; i++) values[i] = Quantizer.Weight(values[i], scale[row]) * scale[row];
            }
        }
        return tensors;
    }
}
