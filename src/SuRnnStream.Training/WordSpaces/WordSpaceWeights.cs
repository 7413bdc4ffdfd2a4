using System.Text.Json;
using SuRnnStream.Training.Mel;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>A trained word space before its rows are rounded: what <c>word-space</c> writes and <c>word-bank</c> reads.</summary>
/// <param name="Shape">Of the network.</param>
/// <param name="Tensors">Weights and biases by name, without scales.</param>
/// <param name="Card">How it came about.</param>
sealed record WordSpaceWeights(WordSpaceShape Shape, Dictionary<string, float[]> Tensors, Dictionary<string, string> Card)
{
    public void Save(string path)
    {
        var part = path + ".part";
        using (var to = new BinaryWriter(File.Create(part)))
        {
            to.Write(JsonSerializer.Serialize(Shape));
            to.Write(JsonSerializer.Serialize(Card));
            to.Write(Tensors.Count);
            foreach (var (name, values) in Tensors)
            {
                to.Write(name);
                FloatArrays.Write(to, values);
            }
        }
        File.Move(part, path, overwrite: true);
    }

    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static WordSpaceWeights Load(string path)
    {
        using var from = new BinaryReader(File.OpenRead(path));
        try
        {
            var (shape, card) = (JsonSerializer.Deserialize<WordSpaceShape>(from.ReadString())!, JsonSerializer.Deserialize<Dictionary<string, string>>(from.ReadString())!);
            var tensors = new Dictionary<string, float[]>();
            for (var n = from.ReadInt32(); n > 0; n--) tensors.Add(from.ReadString(), FloatArrays.Read(from));
            return new WordSpaceWeights(shape, tensors, card);
        }
        catch (Exception broken) when (broken is JsonException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{path} holds no weights of a word space: give the file that surnn-train word-space wrote.", broken);
        }
    }
}
