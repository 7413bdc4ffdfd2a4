namespace SuRnnStream.Research.LongRange;

/// <summary>
/// Text of Long Range Arena: whether a film review is a good one, read byte by byte. The data are the 25,000 and 25,000 reviews of Maas et al. (2011) with
/// that set's own split; 2,500 of the training are for validation. A longer review is cut at T bytes, a shorter one has padding before it, so that the answer is due at its end.
/// </summary>
sealed class ImdbTask : SequenceTask
{
    public const int FullLength = 4_096;
    public const string Source = "from https://ai.stanford.edu/~amaas/data/sentiment/ (aclImdb_v1.tar.gz)";
    public static readonly IReadOnlyList<string> Files = ["aclImdb_v1.tar.gz", "aclImdb.tar.gz", "aclImdb.tar", "aclImdb.zip", "aclImdb"];
    const byte Pad = 0;
    const int ForValidation = 10; // of a hundred

    readonly (byte[] Text, bool Good)[] _training, _validation, _test;

    ImdbTask((byte[], bool)[] training, (byte[], bool)[] validation, (byte[], bool)[] test) => (_training, _validation, _test) = (training, validation, test);

    public override int TestSeed => 0;
    public override string Name => "imdb";
    public override int Inputs => 256;
    public override bool Tokens => true;
    public override int Outputs => 2;
    public override double Chance => Math.Max(_test.Count(review => review.Good), _test.Count(review => !review.Good)) / (double)_test.Length;
    public override PaperFigure? Paper => Length == FullLength ? new(0.6442, "suGRU on Long Range Arena's Text (Transformer 0.6427, S4 0.8682)") : null;
    public override int? Count(Part part) => Of(part).Length;

    (byte[] Text, bool Good)[] Of(Part part) => part switch { Part.Training => _training, Part.Validation => _validation, _ => _test };

    /// <exception cref="IOException">The files are missing.</exception>
    /// <exception cref="InvalidDataException">They are not those of the set.</exception>
    public static ImdbTask Load(string folder, int length)
    {
        var path = ArchiveFiles.Find(folder, Files, Source);
        var reviews = ArchiveFiles.Read(path, name => Kind(name) is not null).OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (Kind: Kind(file.Name)!.Value, file.Bytes)).ToArray();
        (byte[], bool)[] Part(bool training) => [.. reviews.Where(review => review.Kind.Training == training).Select(review => (review.Bytes, review.Kind.Good))];
        var (all, test) = (Part(true), Part(false));
        var held = all.Length * ForValidation / 100;
        foreach (var (name, part) in new[] { ("train", all), ("test", test) })
            if (part.Length < 20 || !part.Any(review => review.Item2) || part.All(review => review.Item2))
                throw new InvalidDataException($"{path} has {part.Count(review => review.Item2)} files in {name}/pos and {part.Count(review => !review.Item2)} in {name}/neg; both are needed: fetch it again, {Source}.");
        int[] order = [.. Enumerable.Range(0, all.Length)];
        new Dice(LongRange.Part.Training, FullLength, 0).Shuffle(order);
        return new ImdbTask([.. order[held..].Select(i => all[i])], [.. order[..held].Select(i => all[i])], test) { Length = length };
    }

    /// <summary>Which part and class a file is of; null: of none, as the reviews without a class.</summary>
    static (bool Training, bool Good)? Kind(string name) => name.Split('/') is not [.., "train" or "test", "pos" or "neg", var file] || !file.EndsWith(".txt", StringComparison.Ordinal) ? null
        : (name.Contains("train/", StringComparison.Ordinal), name.Contains("pos/", StringComparison.Ordinal));

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        var (text, good) = Of(part)[n];
        var shown = text.AsSpan(0, Math.Min(Length, text.Length));
        for (var t = 0; t < Length; t++) batch.Tokens![t * batch.Count + column] = t < Length - shown.Length ? Pad : shown[t - Length + shown.Length];
        batch.Classes![column] = good ? 1 : 0;
    }
}
