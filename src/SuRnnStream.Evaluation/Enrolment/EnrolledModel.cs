namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>Puts enrolled words into models and takes them out. The network stays as it is: the head gets a row for each word that never answers.</summary>
static class EnrolledModel
{
    const float Never = -30; // logit of a word's row: e^-30 changes no other score

    /// <summary>A word as a model holds it: score = sigmoid(Vector . x + Bias).</summary>
    public sealed record Row(EnrolledWord Word, float[] Vector, float Bias, float[] Voice)
    {
        /// <summary>As <see cref="WordVerifier"/> decides.</summary>
        /// <param name="word">A candidate's vector.</param>
        /// <param name="voice">Its voice's.</param>
        /// <param name="from">Logit of the threshold.</param>
        public bool Accepts(float[] word, float[] voice, float from) => Bias + WordVerifier.Dot(word, Vector) >= from && (Word.VoiceLimit <= -1 || WordVerifier.Dot(voice, Voice) >= Word.VoiceLimit);
    }

    /// <summary>The row of an enrolled word; null: there is none.</summary>
    public static Row? RowOf(SuRnnModel model, string word) => RowsOf(model).FirstOrDefault(row => row.Word.Label == word);

    /// <summary>The model with a word more, or with another row for one that it has.</summary>
    public static SuRnnModel With(SuRnnModel model, WordSpace space, Row row, string remark)
    {
        var rows = RowsOf(model).Where(old => old.Word.Label != row.Word.Label).Append(row);
        return Make(model, space.Shape, name => space.Tensors[name], [.. rows], row.Word.Label, CardWith(model, row.Word.Label, remark));
    }

    /// <summary>The model without a word.</summary>
    /// <exception cref="InvalidDataException">It has no such word, or no other.</exception>
    public static SuRnnModel Without(SuRnnModel model, string word)
    {
        var rows = RowsOf(model);
        if (!rows.Any(row => row.Word.Label == word)) throw new InvalidDataException($"the model has no enrolled word '{word}', only {(rows.Count == 0 ? "trained ones" : string.Join(", ", rows.Select(row => row.Word.Label)))}");
        if (rows.Count == 1) throw new InvalidDataException($"'{word}' is the model's only enrolled word: delete the file instead");
        var weights = model.Weights;
        return Make(model, model.Config.Words!.Space, name => weights[EnrolledWords.SpacePrefix + name].ToArray(), [.. rows.Where(row => row.Word.Label != word)], word, CardWith(model, word, null));
    }

    /// <summary>Name of the line in the card that says what a word is worth.</summary>
    public static string CardLine(string word) => "enrolled " + word;

    static Dictionary<string, string> CardWith(SuRnnModel model, string word, string? remark)
    {
        var card = new Dictionary<string, string>(model.Card.Where(line => line.Key != CardLine(word)));
        if (remark is not null) card[CardLine(word)] = remark;
        return card;
    }

    static List<Row> RowsOf(SuRnnModel model)
    {
        if (model.Config.Words is not { } words) return [];
        float[] vectors = model.Weights["words.vector"].ToArray(), bias = model.Weights["words.bias"].ToArray(), voices = model.Weights["words.voice"].ToArray();
        var (size, voiceSize) = (words.Space.Size, words.Space.VoiceSize);
        return [.. words.Words.Select((word, i) => new Row(word, vectors[(i * size)..((i + 1) * size)], bias[i], voices[(i * voiceSize)..((i + 1) * voiceSize)]))];
    }

    static SuRnnModel Make(SuRnnModel model, WordSpaceShape shape, Func<string, float[]> space, IReadOnlyList<Row> rows, string changed, IReadOnlyDictionary<string, string> card)
    {
        model = model.WithoutSecondLook(); // enrolled words are a second look themselves
        var old = model.Config.Words?.Words.Select(word => word.Label).ToHashSet() ?? [];
        var (config, kept) = (model.Config, Enumerable.Range(0, model.Config.Labels.Count).Where(i => !old.Contains(model.Config.Labels[i])).ToArray());
        string[] own = [.. kept.Select(i => config.Labels[i])];
        var clash = rows.FirstOrDefault(row => own.Contains(row.Word.Label));
        if (clash is not null) throw new InvalidDataException($"the model has a trained label '{clash.Word.Label}': call the word something else");
        var words = new EnrolledWords { Space = shape, Words = [.. rows.Select(row => row.Word)] };
        var enrolled = config with { Labels = [.. own, .. words.Words.Select(word => word.Label)], Background = own, Words = words };
        var tensors = SuRnnWeights.Shapes(config with { Words = null }).ToDictionary(tensor => tensor.Name, tensor => model.Weights[tensor.Name].ToArray());
        tensors["head.weight"] = [.. kept.SelectMany(i => tensors["head.weight"].AsSpan(i * config.HeadInputs, config.HeadInputs).ToArray()), .. new float[rows.Count * config.HeadInputs]];
        tensors["head.bias"] = [.. kept.Select(i => tensors["head.bias"][i]), .. rows.Select(_ => Never)];
        if (tensors.TryGetValue("head.scale", out var scale)) tensors["head.scale"] = [.. kept.Select(i => scale[i]), .. rows.Select(_ => 0f)];
        foreach (var (name, _) in shape.Tensors()) tensors[EnrolledWords.SpacePrefix + name] = space(name);
        tensors["words.vector"] = [.. rows.SelectMany(row => row.Vector)];
        tensors["words.bias"] = [.. rows.Select(row => row.Bias)];
        tensors["words.voice"] = [.. rows.SelectMany(row => row.Voice)];
        var thresholds = model.Defaults.Thresholds.Where(one => one.Key != changed && old.Contains(one.Key)); // those of trained words are for other scores
        var defaults = model.Defaults with { Threshold = WordVerifier.DefaultRule.Threshold, Thresholds = new Dictionary<string, float>(thresholds) };
        return new SuRnnModel(enrolled, new SuRnnWeights(enrolled, tensors), defaults, card);
    }
}
