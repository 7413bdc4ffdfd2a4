using SuRnnStream.Evaluation.Enrolment;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>What a training begins with: a word space, a model's second look, or what a training wrote.</summary>
static class StartWeights
{
    /// <exception cref="InvalidDataException">There is nothing to begin with in it.</exception>
    public static IReadOnlyDictionary<string, float[]> Of(string file) => Path.GetExtension(file) switch
    {
        ".space" => WordSpace.Load(file).Tensors,
        ".surnn" => OfModel(file),
        _ => WordSpaceWeights.Load(file).Tensors,
    };

    /// <summary>Of it, for a word space: all if it is one, of a second look the convolutions.</summary>
    /// <param name="file">To begin with.</param>
    /// <param name="shape">Of the word space.</param>
    /// <param name="voice">A word space whose branch for the voice goes with the convolutions; null: none does.</param>
    public static IReadOnlyDictionary<string, float[]> Of(string file, WordSpaceShape shape, string? voice)
    {
        var all = Of(file);
        if (all.ContainsKey("voice.out.weight")) return all;
        var some = shape.TrunkTensors().Select(tensor => tensor.Name).Where(all.ContainsKey).ToDictionary(name => name, name => all[name]); // its "out" is another layer
        if (voice is not null) foreach (var (name, values) in Of(voice)) if (name.StartsWith("voice.", StringComparison.Ordinal)) some[name] = values;
        return some;
    }

    /// <summary>The second look of a model, rounded as it is there.</summary>
    static IReadOnlyDictionary<string, float[]> OfModel(string file)
    {
        var model = ModelFile.Load(file);
        var verifier = model.Config.Verifier ?? throw new InvalidDataException($"{file} has no second look of its own to begin with: give a model that has one, a .space, or what this command wrote.");
        return verifier.Tensors(model.Config).Where(tensor => !tensor.Name.EndsWith(".scale", StringComparison.Ordinal)).ToDictionary(tensor => tensor.Name[ModelVerifier.Prefix.Length..], tensor => model.Weights[tensor.Name].ToArray());
    }
}
