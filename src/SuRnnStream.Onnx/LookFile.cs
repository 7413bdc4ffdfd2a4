using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuRnnStream;

/// <summary>
/// A <see cref="LookHead"/> as a file. Little-endian: <c>SLOOK\n</c>; version, u16: 1; length of the header in bytes, u32; the header, one JSON object in
/// UTF-8; float32 numbers: mean [96], scale [96], hidden [units, windows * 96], its bias [units], output [labels, units], its bias [labels]; SHA-256
/// of all bytes before, 32 bytes.
/// </summary>
public static class LookFile
{
    const int Version = 1, Before = 12, Checksum = 32;
    const int LongestHeader = 1 << 20;

    static ReadOnlySpan<byte> Magic => "SLOOK\n"u8;

    /// <summary>Reads a head.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no head, a newer one, or damaged; the message names file and remedy.</exception>
    public static LookHead Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            return Read(bytes);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: {wrong.Message.TrimEnd('.')}; make it with 'surnn-train second-look', or copy it again.", wrong);
        }
    }

    /// <summary>Writes a head.</summary>
    /// <exception cref="ArgumentException">It is none (<see cref="LookHead.Validate"/>).</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(LookHead head, string path) => SafeFile.Replace(path, Write(head));

    internal static byte[] Write(LookHead head)
    {
        head.Validate();
        var header = JsonSerializer.SerializeToUtf8Bytes(new Header
        {
            Embedding = EmbeddingFiles.Package + " " + EmbeddingFiles.Version,
            Shape = head.Shape,
            Units = head.Units,
            Labels = [.. head.Labels],
            Rule = head.Rule,
            Card = new(head.Card),
        }, LookJson.Default.Header);
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write(Magic);
        writer.Write((ushort)Version);
        writer.Write(header.Length);
        writer.Write(header);
        foreach (var numbers in new[] { head.Mean, head.Scale, head.Hidden, head.HiddenBias, head.Output, head.OutputBias })
            foreach (var number in numbers.Span) writer.Write(number);
        writer.Write(SHA256.HashData(file.ToArray()));
        return file.ToArray();
    }

    internal static LookHead Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Before + Checksum || !bytes.StartsWith(Magic)) throw new InvalidDataException("This is no head of a second look");
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) is not Version and var version) throw new InvalidDataException($"The head has version {version}, this program reads {Version}: update SuRnnStream");
        if (!SHA256.HashData(bytes[..^Checksum]).AsSpan().SequenceEqual(bytes[^Checksum..])) throw new InvalidDataException("The head is damaged: its checksum is another");
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (length < 2 || length > Math.Min(LongestHeader, bytes.Length - Before - Checksum)) throw new InvalidDataException($"The head's header cannot be {length} bytes long");
        var header = JsonSerializer.Deserialize(bytes.Slice(Before, length), LookJson.Default.Header) ?? throw new InvalidDataException("The head's header is empty");
        var embedding = EmbeddingFiles.Package + " " + EmbeddingFiles.Version;
        if (header.Embedding != embedding) throw new InvalidDataException($"The head is for the embedding {header.Embedding}, this program has {embedding}");
        var shape = header.Shape.Validate();
        if (header.Units is < 1 or > LookHead.MostUnits) throw new InvalidDataException($"A head has 1 to {LookHead.MostUnits} units, not {header.Units}");
        if (header.Labels.Length is < 2 or > LookHead.MostLabels || header.Labels.Distinct().Count() < header.Labels.Length) throw new InvalidDataException($"A head has 2 to {LookHead.MostLabels} labels, each once");
        var numbers = bytes[(Before + length)..^Checksum];
        var all = 2 * SpeechEmbedding.Size + header.Units * (shape.Inputs + 1) + header.Labels.Length * (header.Units + 1);
        if (numbers.Length != 4 * all) throw new InvalidDataException($"The head has {numbers.Length} bytes of numbers, not {4 * all}");
        return new LookHead
        {
            Shape = shape,
            Labels = header.Labels,
            Rule = header.Rule.Validate(),
            Card = header.Card,
            Mean = Take(ref numbers, SpeechEmbedding.Size),
            Scale = Take(ref numbers, SpeechEmbedding.Size),
            Hidden = Take(ref numbers, header.Units * shape.Inputs),
            HiddenBias = Take(ref numbers, header.Units),
            Output = Take(ref numbers, header.Labels.Length * header.Units),
            OutputBias = Take(ref numbers, header.Labels.Length),
        };
    }

    static float[] Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
            if (!float.IsFinite(numbers[i])) throw new InvalidDataException("The head holds a number that is not finite");
        }
        bytes = bytes[(4 * count)..];
        return numbers;
    }

    internal sealed record Header
    {
        public required string Embedding { get; init; }
        public required LookShape Shape { get; init; }
        public required int Units { get; init; }
        public required string[] Labels { get; init; }
        public required VerifierRule Rule { get; init; }
        public required Dictionary<string, string> Card { get; init; }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LookFile.Header))]
sealed partial class LookJson : JsonSerializerContext;
