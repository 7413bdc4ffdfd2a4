using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// What the words of a model were enrolled from, as vectors of the word space: a file <c>NAME.takes</c> beside the model, so that a word grows by a few recordings without naming the old ones again. It holds vectors of
/// words and of voices, from which no sound can be made again. Immutable.
/// </summary>
public sealed class EnrolledTakes
{
    const string Format = "surnn takes 1";
    const int LongestFile = 64 << 20, MostSounds = 100_000;

    readonly IReadOnlyDictionary<string, Word> _words;
    readonly int _size, _voiceSize;

    EnrolledTakes(string space, int size, int voiceSize, IReadOnlyDictionary<string, Word> words) => (Space, _size, _voiceSize, _words) = (space, size, voiceSize, words);

    internal static EnrolledTakes Empty(WordSpace space) => new(space.Digits, space.Shape.Size, space.Shape.VoiceSize, new Dictionary<string, Word>());

    /// <summary>The words, in the order of their names.</summary>
    public IReadOnlyList<string> Words => [.. _words.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Digits of the word space that the vectors are of.</summary>
    internal string Space { get; }

    /// <summary>How many takes of a word are kept; 0: none, or there is no such word.</summary>
    /// <param name="word">Its label.</param>
    public int TakesOf(string word) => Of(word).Takes.Count;

    /// <summary>All but a word.</summary>
    /// <param name="word">Its label; one that is not there changes nothing.</param>
    public EnrolledTakes Without(string word) => new(Space, _size, _voiceSize, _words.Where(one => one.Key != word).ToDictionary());

    internal Word Of(string word) => _words.GetValueOrDefault(word) ?? new Word([], []);

    internal EnrolledTakes With(string word, Word sounds) => new(Space, _size, _voiceSize, new Dictionary<string, Word>(_words) { [word] = sounds });

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds no such vectors or is damaged; the message names it.</exception>
    public static EnrolledTakes Load(string path)
    {
        using var file = File.OpenRead(path);
        return Load(file, path);
    }

    /// <summary>Reads a stream to its end; <paramref name="name"/> is used in messages.</summary>
    /// <exception cref="InvalidDataException">It holds no such vectors or is damaged.</exception>
    public static EnrolledTakes Load(Stream from, string name)
    {
        ArgumentNullException.ThrowIfNull(from);
        try
        {
            if (from.CanSeek && from.Length > LongestFile) throw new InvalidDataException($"it has {from.Length} bytes");
            var read = JsonSerializer.Deserialize(from, EnrolledTakesJson.Default.Document) ?? throw new InvalidDataException("it is null");
            if (read.Format != Format) throw new InvalidDataException("its format is another");
            if (read.Size is < 8 or > 512 || read.VoiceSize is < 8 or > 256 || read.Words.Sum(word => (long)word.Takes.Length + word.Others.Length) > MostSounds) throw new InvalidDataException("its sizes are outside their ranges");
            return new EnrolledTakes(read.Space, read.Size, read.VoiceSize, read.Words.ToDictionary(word => word.Label, word => new Word([.. word.Takes.Select(Read).Select(Whole)], [.. word.Others.Select(Read)])));

            static Sound Whole(Sound take) => take.Vectors.Count > 0 ? take : throw new InvalidDataException($"{take.Name} has no vector");
            Sound Read(SoundPart part) => new(part.Name, part.Weight is > 0 and <= 1_000 ? part.Weight : throw new InvalidDataException($"{part.Name} has the weight {part.Weight}"), Vectors(part, read.Size, read.VoiceSize));
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or FormatException or InvalidDataException)
        {
            throw new InvalidDataException($"{name}: these are no kept takes, or they are damaged ({PlainText.Cut(broken.Message, 200)}): enrol the word afresh from its recordings.", broken);
        }
    }

    /// <summary>Writes it; the same takes always give the same bytes.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SafeFile.Replace(path, to => JsonSerializer.Serialize(to, new Document
    {
        Format = Format,
        Space = Space,
        Size = _size,
        VoiceSize = _voiceSize,
        Words = [.. Words.Select(word => new WordPart { Label = word, Takes = [.. _words[word].Takes.Select(Part)], Others = [.. _words[word].Others.Select(Part)] })],
    }, EnrolledTakesJson.Default.Document));

    static SoundPart Part(Sound sound)
    {
        float[] numbers = [.. sound.Vectors.SelectMany(one => one.Word.Concat(one.Voice))];
        var bytes = new byte[2 * numbers.Length];
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (Half)numbers[i]);
        return new SoundPart { Name = sound.Name, Weight = sound.Weight, Vectors = bytes };
    }

    static List<(float[] Word, float[] Voice)> Vectors(SoundPart part, int size, int voiceSize)
    {
        var row = size + voiceSize;
        if (part.Vectors.Length % (2 * row) != 0) throw new InvalidDataException($"{part.Name} has {part.Vectors.Length} bytes, which are no whole vectors");
        var numbers = new float[part.Vectors.Length / 2];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(part.Vectors.AsSpan(2 * i));
        if (Array.Exists(numbers, number => !(Math.Abs(number) <= 1.001f))) throw new InvalidDataException($"{part.Name} holds what is no vector of length 1");
        return [.. numbers.Chunk(row).Select(vector => (vector[..size], vector[size..]))];
    }

    /// <summary>To the file's precision, so that kept vectors and new ones are the same.</summary>
    internal static void Round(Span<float> vector)
    {
        for (var i = 0; i < vector.Length; i++) vector[i] = (float)(Half)vector[i];
    }

    /// <param name="Takes">Recordings of the word.</param>
    /// <param name="Others">Sounds that are not the word.</param>
    internal sealed record Word(IReadOnlyList<Sound> Takes, IReadOnlyList<Sound> Others);

    /// <param name="Name">How messages call it.</param>
    /// <param name="Weight">How much it counts, above 0.</param>
    /// <param name="Vectors">Of a take as it is, then of its copies; of another sound each candidate's.</param>
    internal sealed record Sound(string Name, double Weight, IReadOnlyList<(float[] Word, float[] Voice)> Vectors)
    {
        public bool IsSame(Sound other) => Vectors.Count == other.Vectors.Count && Vectors.Zip(other.Vectors).All(pair => pair.First.Word.AsSpan().SequenceEqual(pair.Second.Word));
    }

    internal sealed record Document
    {
        public required string Format { get; init; }
        public required string Space { get; init; }
        public required int Size { get; init; }
        public required int VoiceSize { get; init; }
        public required WordPart[] Words { get; init; }
    }

    internal sealed record WordPart
    {
        public required string Label { get; init; }
        public required SoundPart[] Takes { get; init; }
        public required SoundPart[] Others { get; init; }
    }

    internal sealed record SoundPart
    {
        public required string Name { get; init; }
        public required double Weight { get; init; }
        public required byte[] Vectors { get; init; } // [vectors, Size + VoiceSize] as Half, in base64
    }
}

[JsonSerializable(typeof(EnrolledTakes.Document))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
sealed partial class EnrolledTakesJson : JsonSerializerContext;
