using System.Runtime.InteropServices;

namespace SuRnnStream.Training.SecondLook;

/// <summary>
/// Embeddings in half precision and the examples that point into them. The examples of running speech overlap, so a window is kept once.
/// </summary>
sealed class LookBank
{
    const int Version = 1;

    readonly List<Half[]> _pieces = [];
    readonly List<Example> _examples = [];

    /// <param name="Piece">Number of the piece.</param>
    /// <param name="Window">First of its windows in the piece.</param>
    /// <param name="Label">Place in the head's labels.</param>
    /// <param name="Kind">What it was made of.</param>
    /// <param name="Speaker">A number that a speaker's examples share; -1: nobody's.</param>
    public readonly record struct Example(int Piece, int Window, int Label, Kind Kind, int Speaker);

    public enum Kind { Word, Copy, Running, Candidate }

    public IReadOnlyList<Example> Examples => _examples;

    public int Windows => _pieces.Sum(piece => piece.Length / SpeechEmbedding.Size);

    /// <summary>Takes over windows [n, 96] and examples (first window, label) of them.</summary>
    public void Add(ReadOnlySpan<float> vectors, Kind kind, int speaker, params ReadOnlySpan<(int Window, int Label)> examples)
    {
        var piece = new Half[vectors.Length];
        for (var i = 0; i < piece.Length; i++) piece[i] = (Half)vectors[i];
        foreach (var (window, label) in examples) _examples.Add(new Example(_pieces.Count, window, label, kind, speaker));
        _pieces.Add(piece);
    }

    /// <summary>Everything of another bank.</summary>
    public void Add(LookBank other)
    {
        foreach (var example in other._examples) _examples.Add(example with { Piece = example.Piece + _pieces.Count });
        _pieces.AddRange(other._pieces);
    }

    /// <summary>An example's windows [count, 96] from its first one on.</summary>
    public ReadOnlySpan<Half> WindowsOf(Example example, int first, int count) => _pieces[example.Piece].AsSpan((example.Window + first) * SpeechEmbedding.Size, count * SpeechEmbedding.Size);

    public void Save(string path)
    {
        var part = path + ".part";
        using (var writer = new BinaryWriter(File.Create(part)))
        {
            writer.Write(Version);
            writer.Write(_pieces.Count);
            foreach (var piece in _pieces)
            {
                writer.Write(piece.Length);
                writer.Write(MemoryMarshal.AsBytes(piece.AsSpan()));
            }
            writer.Write(_examples.Count);
            foreach (var (piece, window, label, kind, speaker) in _examples)
                foreach (var number in new[] { piece, window, label, (int)kind, speaker }) writer.Write(number);
        }
        File.Move(part, path, overwrite: true); // a cut-off run leaves no half file
    }

    public static LookBank Load(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        var bank = new LookBank();
        if (reader.ReadInt32() != Version) throw new InvalidDataException($"{path}: another version wrote this cache; delete it.");
        for (var pieces = reader.ReadInt32(); pieces > 0; pieces--)
        {
            var piece = new Half[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(piece.AsSpan()));
            bank._pieces.Add(piece);
        }
        for (var examples = reader.ReadInt32(); examples > 0; examples--)
            bank._examples.Add(new Example(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), (Kind)reader.ReadInt32(), reader.ReadInt32()));
        return bank;
    }
}
