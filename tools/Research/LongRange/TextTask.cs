namespace SuRnnStream.Research.LongRange;

/// <summary>
/// The next byte of English text. Training windows lie anywhere in tinyshakespeare and WikiText-2's valid.txt, except the last 100,000 bytes
/// of the latter, which are for validation; the test is WikiText-2's test.txt. Outside training windows overlap by half and only their
/// second half is scored, so every scored byte has at least half a window before it. Full is windows of 1,024 and the whole test, short 256
/// and its first 200,000 bytes. Bits per byte of this little text cannot be compared with the paper's perplexity per word of WikiText-103.
/// </summary>
sealed class TextTask : SequenceTask
{
    public const string Source = "from https://github.com/karpathy/char-rnn (data/tinyshakespeare/input.txt) and https://github.com/pytorch/examples (word_language_model/data/wikitext-2)";
    public static readonly IReadOnlyList<string> Files = ["tinyshakespeare_input.txt", "valid.txt", "test.txt"];
    public const int ShortTest = 200_000;
    const int ForValidation = 100_000;

    readonly byte[] _training, _validation, _test;

    TextTask(byte[] training, byte[] validation, byte[] test) => (_training, _validation, _test) = (training, validation, test);

    public override int TestSeed => 0;
    public override string Name => "text";
    public override int Inputs => 256;
    public override bool Tokens => true;
    public override int Outputs => 256;
    public override int ScoredFrom => 0;
    public override ScoreKind Scoring => ScoreKind.BitsPerByte;

    /// <summary>Bits per byte of the test by how often each byte occurs in training.</summary>
    public override double Chance
    {
        get
        {
            var counts = new double[256];
            counts.AsSpan().Fill(1);
            foreach (var letter in _training) counts[letter]++;
            return Math.Log2(counts.Sum()) - _test.Average(letter => Math.Log2(counts[letter]));
        }
    }

    public override int? Count(Part part) => part switch
    {
        Part.Training => null,
        Part.Validation => Windows(_validation),
        _ => Windows(_test),
    };

    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is too short.</exception>
    public static TextTask Load(string folder, int length, int testBytes)
    {
        if (length < 2 || length % 2 != 0) throw new ArgumentException($"Text has windows of an even number of bytes, not {length}.");
        byte[] Read(string file, int atLeast) => File.ReadAllBytes(Path.Combine(folder, file)) is var bytes && bytes.Length > atLeast ? bytes
            : throw new InvalidDataException($"{Path.Combine(folder, file)} has {bytes.Length} bytes where more than {atLeast} are needed: fetch it again, {Source}.");
        var (plays, valid, test) = (Read(Files[0], 0), Read(Files[1], ForValidation + length), Read(Files[2], length));
        if (length >= ForValidation || length >= testBytes) throw new ArgumentException($"Windows of {length} bytes are too long for this text: at most {Math.Min(ForValidation, testBytes) - 1}.");
        return new TextTask([.. plays, .. valid[..^ForValidation]], valid[^ForValidation..], test[..Math.Min(testBytes, test.Length)]) { Length = length };
    }

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        var (text, from) = part switch
        {
            Part.Training => (_training, dice.Next(_training.Length - Length)),
            Part.Validation => (_validation, n * Half),
            _ => (_test, n * Half),
        };
        for (var t = 0; t < Length; t++)
        {
            batch.Tokens![t * batch.Count + column] = text[from + t];
            batch.Classes![t * batch.Count + column] = part == Part.Training || t >= Half ? text[from + t + 1] : -1;
        }
    }

    int Half => Length / 2;

    int Windows(byte[] text) => (text.Length - 1 - Length) / Half + 1; // n, n + 1 share half; one byte more is the last answer
}
