namespace SuRnnStream.Research.LongRange;

/// <summary>
/// Sequential MNIST: a digit pixel by pixel (/ 255), row by row, or in one fixed random order (permuted); its class at the last step. Full
/// is all 784 pixels, short the 196 means of 2 x 2. The last 5,000 of the training digits are for validation.
/// </summary>
sealed class MnistTask : SequenceTask
{
    public const string Source = "from https://storage.googleapis.com/cvdf-datasets/mnist/";
    public static readonly IReadOnlyList<string> Files = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];
    const int Side = 28, Pixels = Side * Side, ForValidation = 5_000;

    readonly byte[] _images, _labels, _testImages, _testLabels;
    readonly int[] _order; // of the places, as permuted
    readonly bool _permuted;

    MnistTask(string folder, bool permuted, int length)
    {
        byte[] Read(int file, params ReadOnlySpan<int> sizes) => IdxFile.Read(Path.Combine(folder, Files[file]), sizes);
        (_images, _labels) = (Read(0, Side, Side), Read(1));
        (_testImages, _testLabels) = (Read(2, Side, Side), Read(3));
        Check(folder, "train", _images, _labels, ForValidation + 1);
        Check(folder, "t10k", _testImages, _testLabels, 1);
        _permuted = permuted;
        _order = [.. Enumerable.Range(0, length)];
        if (permuted) new Dice(Part.Training, 784, 0).Shuffle(_order);
    }

    public override int TestSeed => 0;
    public override string Name => _permuted ? "pmnist" : "smnist";
    public override int Inputs => 1;
    public override int Outputs => 10;
    public override double Chance => (double)_testLabels.GroupBy(label => label).Max(group => group.Count()) / _testLabels.Length;
    public override PaperFigure? Paper => Length != Pixels ? null
        : _permuted ? new(0.9846, "suGRU, permuted MNIST") : new(0.9953, "suGRU, sequential MNIST (Skip GRU of 110 units: 0.976)");

    public override int? Count(Part part) => part switch
    {
        Part.Training => _labels.Length - ForValidation,
        Part.Validation => ForValidation,
        _ => _testLabels.Length,
    };

    /// <exception cref="ArgumentException">A length other than 784, 196 or 49.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is not MNIST's.</exception>
    public static MnistTask Load(string folder, bool permuted, int length) =>
        length is Pixels or Pixels / 4 or Pixels / 16 ? new MnistTask(folder, permuted, length) { Length = length }
        : throw new ArgumentException($"MNIST has sequences of 784 steps, 196 (means of 2 x 2 pixels) or 49 (of 4 x 4), not {length}.");

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        if (part == Part.Validation) n += _labels.Length - ForValidation;
        var (images, labels) = part == Part.Test ? (_testImages, _testLabels) : (_images, _labels);
        var image = images.AsSpan(n * Pixels, Pixels);
        var block = (int)Math.Sqrt(Pixels / Length);
        for (var t = 0; t < Length; t++)
        {
            var (row, left, sum) = (_order[t] / (Side / block) * block, _order[t] % (Side / block) * block, 0);
            for (var y = row; y < row + block; y++)
                foreach (var pixel in image.Slice(y * Side + left, block)) sum += pixel;
            batch.Values![t * batch.Count + column] = sum / (255f * block * block);
        }
        batch.Classes![column] = labels[n];
    }

    static void Check(string folder, string name, byte[] images, byte[] labels, int atLeast)
    {
        if (images.Length != labels.Length * Pixels || labels.Length < atLeast)
            throw new InvalidDataException($"{folder} has {images.Length / Pixels} {name} images and {labels.Length} labels; need the same number of both, {atLeast} or more: fetch them again, {Source}.");
        if (labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)9) is >= 0 and var bad)
            throw new InvalidDataException($"{Path.Combine(folder, name)}-labels-idx1-ubyte.gz has the label {labels[bad]} at byte {8 + bad}; digits are 0 to 9: fetch it again, {Source}.");
    }
}
