namespace SuRnnStream.Training.SecondLook;

/// <summary>
/// Makes a first stage for words that no network was trained on: the network stays as it is and proposes bursts, its labels become background, and the words get rows that never answer. So only a second look detects them.
/// </summary>
static class LookProposer
{
    const float Never = -30; // logit of a word's row: e^-30 changes no other score

    /// <param name="model">A network with event switches.</param>
    /// <param name="words">None of them is a label of it.</param>
    /// <exception cref="ArgumentException">A word is a label.</exception>
    /// <exception cref="InvalidDataException">The model has enrolled words.</exception>
    public static SuRnnModel Make(SuRnnModel model, IReadOnlyList<string> words)
    {
        model = model.WithoutSecondLook();
        var config = model.Config;
        if (config.Words is not null) throw new InvalidDataException("A model with enrolled words has a second look of its own: take the model that they were enrolled in.");
        if (words.FirstOrDefault(config.Labels.Contains) is { } word) throw new ArgumentException($"'{word}' is a label of the model already.");
        var made = config with { Labels = [.. config.Labels, .. words], Background = [.. config.Labels] };
        var tensors = SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor => model.Weights[tensor.Name].ToArray());
        tensors["head.weight"] = [.. tensors["head.weight"], .. new float[words.Count * config.HeadInputs]];
        tensors["head.bias"] = [.. tensors["head.bias"], .. words.Select(_ => Never)];
        if (tensors.TryGetValue("head.scale", out var scale)) tensors["head.scale"] = [.. scale, .. words.Select(_ => 0f)];
        return new SuRnnModel(made, new SuRnnWeights(made, tensors), model.Defaults with { Thresholds = new Dictionary<string, float>() }, new Dictionary<string, string> { ["first stage"] = $"proposes bursts for a second look, which alone detects {string.Join(", ", words)}" });
    }
}
