namespace SuRnnStream;

/// <summary>Words of a model that were enrolled by a few recordings: they are told apart in a word space, which is asked about bursts of open switches, and not by the network's own head.</summary>
public sealed record EnrolledWords
{
    /// <summary>The space's shape; its weights are among the model's, as <c>words.space.*</c>.</summary>
    public required WordSpaceShape Space { get; init; }

    /// <summary>The words, one or more; labels of the model that are no background.</summary>
    public required IReadOnlyList<EnrolledWord> Words { get; init; }

    /// <summary>Tensors of the space and of the words, in the order of the file.</summary>
    internal IEnumerable<(string Name, int[] Shape)> Tensors() =>
    [
        .. Space.Tensors().Select(tensor => (SpacePrefix + tensor.Name, tensor.Shape)),
        ("words.vector", [Words.Count, Space.Size]), // score = sigmoid(vector . x + bias)
        ("words.bias", [Words.Count]),
        ("words.voice", [Words.Count, Space.VoiceSize]),
    ];

    internal const string SpacePrefix = "words.space.";

    /// <summary>Those that hold whole multiples of scales.</summary>
    internal IEnumerable<(string Name, string Scale)> Quantized() => Tensors().Where(tensor => tensor.Name.EndsWith(".scale", StringComparison.Ordinal))
        .Select(tensor => tensor.Name[..^".scale".Length]).Select(name => (name + ".weight", name + ".scale"));

    /// <exception cref="ArgumentException">It does not fit the model; the message says why.</exception>
    internal EnrolledWords Validate(SuRnnConfig config)
    {
        Space.Validate();
        if (config.FrontEnd is not { } front) throw new ArgumentException("Words are enrolled in models of sound, but this one has no front end.");
        if (Space.Bands != front.Bands) throw new ArgumentException($"The word space takes frames of {Space.Bands} bands, the model has {front.Bands}.");
        if (Words.Count is < 1 or > 1_000 || Words.Select(word => word.Label).Distinct().Count() != Words.Count) throw new ArgumentException($"A model has 1 to 1000 enrolled words, all different, not {Words.Count}.");
        foreach (var word in Words)
        {
            if (!config.Labels.Contains(word.Label) || config.Background.Contains(word.Label)) throw new ArgumentException($"The enrolled word '{word.Label}' is no label that the model detects.");
            if (!(word.VoiceLimit is >= -1 and <= 1)) throw new ArgumentException($"The voice limit of '{word.Label}' is {word.VoiceLimit}, but lies in [-1, 1].");
            if (word.Takes < 1) throw new ArgumentException($"The enrolled word '{word.Label}' has {word.Takes} takes.");
        }
        return this;
    }
}

/// <summary>A word that was enrolled.</summary>
/// <param name="Label">The model's label.</param>
/// <param name="Takes">Recordings that it was enrolled from.</param>
/// <param name="VoiceLimit">Least cosine between the vectors of the speaker's voice and of the enrolled one, in [-1, 1]; -1: any voice is accepted.</param>
public sealed record EnrolledWord(string Label, int Takes, float VoiceLimit = -1);
