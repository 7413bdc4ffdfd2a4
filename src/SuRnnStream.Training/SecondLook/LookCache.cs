using System.Security.Cryptography;
using System.Text;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.SecondLook;

/// <summary>
/// Keeps what the speech embedding costs minutes for, so that a further fit takes seconds: banks of examples, and streams with what the first stage proposes in them. A file is named after a hash of all that it
/// depends on, so another setting is another file. Nothing is ever deleted: the folder may be, at any time.
/// </summary>
/// <param name="folder">Made where it is missing; null: in the user's cache.</param>
sealed class LookCache(string? folder)
{
    const int Version = 1;

    readonly string _folder = Directory.CreateDirectory(folder ?? Path.Combine(Path.GetDirectoryName(EmbeddingFiles.DefaultFolder)!, "second-look")).FullName;

    /// <summary>Examples, made or read.</summary>
    /// <param name="key">All that they depend on but the code.</param>
    /// <param name="make">Makes them.</param>
    public LookBank Bank(string key, Func<LookBank> make)
    {
        var path = File(key, "bank");
        if (System.IO.File.Exists(path)) return LookBank.Load(path);
        var bank = make();
        bank.Save(path);
        return bank;
    }

    /// <summary>Streams, made or read; without answers of a model's own second look.</summary>
    /// <inheritdoc cref="Bank" path="/param"/>
    public IReadOnlyList<LookStream> Streams(string key, Func<IReadOnlyList<LookStream>> make)
    {
        var path = File(key, "streams");
        if (System.IO.File.Exists(path)) return Load(path);
        var streams = make();
        Save(streams, path);
        return streams;
    }

    /// <summary>A file by its contents, for keys.</summary>
    public static string HashOf(string file) => Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(file)))[..16];

    /// <summary>A model's network by its contents, without what decides about its scores.</summary>
    public static string HashOf(SuRnnModel model)
    {
        using var file = new MemoryStream();
        ModelFile.Save(file, new SuRnnModel(model.Config, model.Weights));
        return Convert.ToHexStringLower(SHA256.HashData(file.ToArray()))[..16];
    }

    string File(string key, string kind) => Path.Combine(_folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..24]}.{kind}");

    static void Save(IReadOnlyList<LookStream> streams, string path)
    {
        var part = path + ".part";
        using (var writer = new BinaryWriter(System.IO.File.Create(part)))
        {
            writer.Write(Version);
            writer.Write(streams.Count);
            foreach (var stream in streams)
            {
                writer.Write((int)stream.Kind);
                writer.Write(stream.Speaker);
                writer.Write(stream.Length.Ticks);
                writer.Write(stream.Events.Count);
                foreach (var (label, start, end) in stream.Events)
                {
                    writer.Write(label);
                    writer.Write(start.Ticks);
                    writer.Write(end.Ticks);
                }
                writer.Write(stream.Candidates.Count);
                foreach (var ((start, end, known, before, own, after), vectors, _, _) in stream.Candidates)
                {
                    foreach (var at in new[] { start, end, known }) writer.Write(at);
                    writer.Write(before);
                    Write(own);
                    Write(after ?? []);
                    Write(vectors);
                }
            }

            void Write(float[] numbers)
            {
                writer.Write(numbers.Length);
                foreach (var number in numbers) writer.Write(number);
            }
        }
        System.IO.File.Move(part, path, overwrite: true); // a cut-off run leaves no half file
    }

    static LookStream[] Load(string path)
    {
        using var reader = new BinaryReader(new BufferedStream(System.IO.File.OpenRead(path), 1 << 20));
        if (reader.ReadInt32() != Version) throw new InvalidDataException($"{path}: another version wrote this cache; delete it.");
        return Many(() =>
        {
            var (kind, speaker, length) = ((LookStreamKind)reader.ReadInt32(), reader.ReadInt32(), Time());
            var events = Many(() => new LabelledEvent(reader.ReadString(), Time(), Time()));
            return new LookStream(kind, speaker, length, events, Many(() =>
            {
                var (start, end, known, before) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadSingle());
                var (own, after) = (Many(reader.ReadSingle), Many(reader.ReadSingle));
                return new LookStream.Candidate(new Burst(start, end, known, before, own, after.Length == 0 ? null : after), Many(reader.ReadSingle));
            }));
        });

        TimeSpan Time() => new(reader.ReadInt64());

        T[] Many<T>(Func<T> one)
        {
            var many = new T[reader.ReadInt32()];
            for (var i = 0; i < many.Length; i++) many[i] = one();
            return many;
        }
    }
}
