using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// What words are enrolled with: a network whose vectors of the same word are near each other, and a bank of vectors of sounds that are none of anybody's words, among them what the first stage proposes in
/// hours of speech. One file, <c>words.space</c>, of less than a megabyte; a model with enrolled words holds the network, not the bank. Immutable.
/// </summary>
public sealed class WordSpace
{
    const string Magic = "SURNN words 2\n", WithoutSpread = "SURNN words 1\n"; // the first version had no spread
    const int LongestHeader = 1 << 20;
    internal const float BankScale = 0.5f / 127; // components of vectors of length 1 in 128 dimensions: six deviations

    readonly Dictionary<string, float[]> _tensors;
    readonly Header _header;

    WordSpace(Header header, Dictionary<string, float[]> tensors, float[] spread, sbyte[] bank)
    {
        (_header, _tensors, SpreadRows, Bank) = (header, tensors, spread, bank);
        Network = new WordSpaceNetwork(header.Shape, name => tensors[name]);
    }

    /// <summary>Shape of the network.</summary>
    public WordSpaceShape Shape => _header.Shape;

    /// <summary>How network and bank came about, and under which licences. For people.</summary>
    public IReadOnlyDictionary<string, string> Card => _header.Card;

    /// <summary>Vectors in the bank: candidates of running speech first, then other pieces of speech, then single words.</summary>
    public int BankVectors => Bank.Length / Shape.Size;

    /// <summary>Hours of running speech in which the bank's candidates are all that the first stage proposes.</summary>
    public double BankHours => _header.Hours;

    internal int BankCandidates => _header.Candidates;

    internal WordSpaceNetwork Network { get; }

    internal sbyte[] Bank { get; }

    /// <summary>
    /// [Size, Size] To a space in which the vectors of one word spread equally to all sides, and the bank's have a mean square of 1 in each number: a word is told from others there, since a handful of takes cannot show in which
    /// directions one word's vectors differ. Within-class covariance normalisation (Hatch, Kajarekar, Stolcke, Interspeech 2006), with the covariance of many other words.
    /// </summary>
    internal float[] SpreadRows { get; }

    /// <summary>By what a space is known again: the checksum of its network.</summary>
    internal string Digits => _digits ??= DigitsOf(_tensors);

    string? _digits;

    static string DigitsOf(Dictionary<string, float[]> tensors)
    {
        var sum = new ChecksumStream();
        foreach (var (_, values) in tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal)) sum.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
        return System.Text.Encoding.ASCII.GetString(sum.Digits);
    }

    /// <summary>A vector [Size] in the space of <see cref="SpreadRows"/>.</summary>
    internal void Spread(ReadOnlySpan<float> vector, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++) to[i] = WordRegression.Dot(SpreadRows.AsSpan(i * to.Length, to.Length), vector);
    }

    /// <summary>The weights [Size] on a vector that say the same as <paramref name="weights"/> on the spread one.</summary>
    internal float[] Gathered(ReadOnlySpan<float> weights)
    {
        var gathered = new float[weights.Length];
        for (var row = 0; row < weights.Length; row++)
            for (var i = 0; i < gathered.Length; i++) gathered[i] += weights[row] * SpreadRows[row * weights.Length + i];
        return gathered;
    }

    static float[] NoSpread(int size)
    {
        var rows = new float[size * size];
        for (var i = 0; i < size; i++) rows[i * size + i] = MathF.Sqrt(size);
        return rows;
    }

    internal IReadOnlyDictionary<string, float[]> Tensors => _tensors;

    /// <summary>Voices [VoiceSize] of many speakers, as whole multiples of <see cref="BankScale"/>: speaker by speaker, each several times.</summary>
    internal IReadOnlyList<int> Speakers => _header.Speakers;

    internal sbyte[] Voices { get; private init; } = [];

    /// <summary>Made of float weights: the rows of its matrices are rounded to whole multiples.</summary>
    internal static WordSpace Of(WordSpaceShape shape, IReadOnlyDictionary<string, float[]> tensors, float[][] bank, int candidates, double hours, float[][] voices, IReadOnlyList<int> speakers, IReadOnlyDictionary<string, string> card, float[]? spread = null)
    {
        var header = new Header { Shape = shape.Validate(), Card = new(card), Hours = hours, Candidates = candidates, Vectors = bank.Length, Speakers = [.. speakers] };
        return new WordSpace(header, Rounded(shape.Tensors(), tensors), spread ?? NoSpread(shape.Size), Bytes(bank)) { Voices = Bytes(voices) };
    }

    /// <summary>The tensors with rows of whole multiples and their scales.</summary>
    /// <param name="shapes">Their names and shapes, scales too.</param>
    /// <param name="tensors">Without scales.</param>
    internal static Dictionary<string, float[]> Rounded(IEnumerable<(string Name, int[] Shape)> shapes, IReadOnlyDictionary<string, float[]> tensors)
    {
        var rounded = new Dictionary<string, float[]>();
        foreach (var (name, sides) in shapes)
        {
            if (name.EndsWith(".scale", StringComparison.Ordinal)) continue;
            var values = tensors[name];
            if (!name.EndsWith(".weight", StringComparison.Ordinal))
            {
                rounded[name] = values;
                continue;
            }
            var (columns, scale) = (values.Length / sides[0], new float[sides[0]]);
            for (var r = 0; r < scale.Length; r++) scale[r] = Kernels.Quantizer.ScaleOf(values.AsSpan(r * columns, columns));
            rounded[name] = [.. values.Select((weight, i) => Kernels.Quantizer.Weight(weight, scale[i / columns]) * scale[i / columns])];
            rounded[name[..^".weight".Length] + ".scale"] = scale;
        }
        return rounded;
    }

    static sbyte[] Bytes(float[][] vectors) => [.. vectors.SelectMany(vector => vector).Select(x => (sbyte)Math.Clamp(MathF.Round(x / BankScale), -127, 127))];

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no word space or is damaged; the message names it.</exception>
    public static WordSpace Load(string path)
    {
        using var file = File.OpenRead(path);
        return Load(file, path);
    }

    /// <summary>Reads a stream to its end; <paramref name="name"/> is used in messages.</summary>
    /// <exception cref="InvalidDataException">It is no word space or is damaged.</exception>
    public static WordSpace Load(Stream from, string name)
    {
        ArgumentNullException.ThrowIfNull(from);
        using var copy = new MemoryStream();
        from.CopyTo(copy);
        try
        {
            return Read(copy.ToArray());
        }
        catch (Exception broken) when (broken is EndOfStreamException or JsonException or ArgumentException or OverflowException or InvalidDataException)
        {
            throw new InvalidDataException($"{name}: this is no word space, or it is damaged ({PlainText.Cut(broken.Message, 200)}): give the file words.space that comes with SuRnnStream.", broken);
        }
    }

    /// <summary>Writes it; the same space always gives the same bytes.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SafeFile.Replace(path, Write);

    void Write(Stream to)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write(System.Text.Encoding.ASCII.GetBytes(Magic));
            var header = JsonSerializer.SerializeToUtf8Bytes(_header, WordSpaceJson.Default.Header);
            writer.Write(header.Length);
            writer.Write(header);
            foreach (var (name, sides) in Shape.Tensors())
            {
                if (!name.EndsWith(".weight", StringComparison.Ordinal)) foreach (var value in _tensors[name]) writer.Write(value);
                else
                {
                    var (values, scale) = (_tensors[name], _tensors[name[..^".weight".Length] + ".scale"]);
                    for (var i = 0; i < values.Length; i++) writer.Write(Kernels.Quantizer.Weight(values[i], scale[i / (values.Length / sides[0])]));
                }
            }
            foreach (var value in SpreadRows) writer.Write(value);
            foreach (var value in Bank.Concat(Voices)) writer.Write(value);
        }
        var all = bytes.ToArray();
        to.Write(all);
        to.Write(BitConverter.GetBytes(Checksum(all)));
    }

    static WordSpace Read(byte[] bytes)
    {
        bool Begins(string magic) => bytes.AsSpan().StartsWith(System.Text.Encoding.ASCII.GetBytes(magic));
        if (bytes.Length < Magic.Length + 8 || !Begins(Magic) && !Begins(WithoutSpread)) throw new InvalidDataException("it does not begin as one");
        if (BitConverter.ToUInt32(bytes, bytes.Length - 4) != Checksum(bytes.AsSpan(0, bytes.Length - 4))) throw new InvalidDataException("its checksum is another");
        using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, bytes.Length - Magic.Length - 4));
        var length = reader.ReadInt32();
        if (length is < 2 or > LongestHeader) throw new InvalidDataException($"its header has {length} bytes");
        var header = JsonSerializer.Deserialize(reader.ReadBytes(length), WordSpaceJson.Default.Header) ?? throw new InvalidDataException("its header is null");
        if (header.Shape.ShiftStep == 0) header = header with { Shape = header.Shape with { ShiftStep = 1 } }; // a file from before there were steps
        header.Shape.Validate();
        if (header.Vectors < 100 || header.Candidates < 50 || header.Candidates > header.Vectors || !(header.Hours > 0)) throw new InvalidDataException("its bank is too small");
        var (rest, due) = (reader.BaseStream.Length - reader.BaseStream.Position, BytesAfter(header) + (Begins(Magic) ? sizeof(float) * (long)header.Shape.Size * header.Shape.Size : 0));
        if (rest != due) throw new InvalidDataException($"{rest} bytes follow its header, which asks for {due}"); // before anything of that size is allocated
        var tensors = new Dictionary<string, float[]>();
        foreach (var (name, sides) in header.Shape.Tensors())
        {
            var values = tensors[name] = new float[sides.Aggregate(1, (product, side) => checked(product * side))];
            if (name.EndsWith(".weight", StringComparison.Ordinal)) for (var i = 0; i < values.Length; i++) values[i] = reader.ReadSByte();
            else for (var i = 0; i < values.Length; i++) values[i] = reader.ReadSingle();
            if (Array.Exists(values, value => !float.IsFinite(value))) throw new InvalidDataException($"{name} holds what is no number");
            if (!name.EndsWith(".scale", StringComparison.Ordinal)) continue;
            var weights = tensors[name[..^".scale".Length] + ".weight"];
            for (var i = 0; i < weights.Length; i++) weights[i] *= values[i / (weights.Length / values.Length)];
        }
        var spread = NoSpread(header.Shape.Size);
        if (Begins(Magic)) for (var i = 0; i < spread.Length; i++) spread[i] = reader.ReadSingle();
        if (Array.Exists(spread, value => !float.IsFinite(value))) throw new InvalidDataException("its spread holds what is no number");
        sbyte[] Vectors(int count, int size)
        {
            var vectors = new sbyte[checked(count * size)];
            for (var i = 0; i < vectors.Length; i++) vectors[i] = reader.ReadSByte();
            return vectors;
        }
        return new WordSpace(header, tensors, spread, Vectors(header.Vectors, header.Shape.Size)) { Voices = Vectors(header.Speakers.Length, header.Shape.VoiceSize) };
    }

    static long BytesAfter(Header header) =>
        header.Shape.Tensors().Sum(tensor => tensor.Shape.Aggregate(tensor.Name.EndsWith(".weight", StringComparison.Ordinal) ? 1L : sizeof(float), (product, side) => checked(product * side)))
        + (long)header.Vectors * header.Shape.Size + (long)header.Speakers.Length * header.Shape.VoiceSize;

    /// <summary>CRC-32C, as a model file's.</summary>
    static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = new ChecksumStream();
        sum.Write(bytes);
        return Convert.ToUInt32(System.Text.Encoding.ASCII.GetString(sum.Digits), 16);
    }

    internal sealed record Header
    {
        public required WordSpaceShape Shape { get; init; }
        public required Dictionary<string, string> Card { get; init; }
        public required int Vectors { get; init; }
        public required int Candidates { get; init; }
        public required double Hours { get; init; }
        public required int[] Speakers { get; init; }
    }
}

[JsonSerializable(typeof(WordSpace.Header))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
sealed partial class WordSpaceJson : JsonSerializerContext;
