using System.Buffers.Binary;
using System.Text;

namespace SuRnnStream;

/// <summary>A note at a moment of a WFDB record.</summary>
/// <param name="Moment">Number of the sample it stands at.</param>
/// <param name="Code">What it means, as PhysioNet's tables write it: <c>N</c> a normal beat, <c>V</c> a ventricular one, <c>+</c> a change of rhythm.</param>
/// <param name="Text">What was written beside it; mostly empty.</param>
public readonly record struct WfdbAnnotation(long Moment, string Code, string Text);

/// <summary>The annotations (.atr) of a WFDB record.</summary>
public static class WfdbAnnotations
{
    const int Skip = 59, Number = 60, Subtype = 61, Channel = 62, Aux = 63; // words that belong to the annotation before or behind

    // By number, from 1; "" where there is none. https://archive.physionet.org/physiobank/annotations.shtml
    static readonly string[] Codes =
    [
        "", "N", "L", "R", "a", "V", "F", "J", "A", "S", "E", "j", "/", "Q", "~", "", "|", "", "s", "T", "*", "D", "\"", "=", "p", "B", "^", "t", "+", "u", "?", "!",
        "[", "]", "e", "n", "@", "x", "f", "(", ")", "r",
    ];

    /// <summary>Reads all annotations, in the order of the file.</summary>
    /// <exception cref="InvalidSensorDataException">The file ends early, goes back in time, or has an annotation that there is not.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IReadOnlyList<WfdbAnnotation> Read(string path) => Parse(File.ReadAllBytes(path), path);

    internal static List<WfdbAnnotation> Parse(ReadOnlySpan<byte> bytes, string name)
    {
        var all = new List<WfdbAnnotation>();
        var (at, moment) = (0, 0L);
        InvalidSensorDataException Wrong(string problem) => new(name, $"byte {at}", problem, "get the file again");
        while (true)
        {
            if (bytes.Length - at < 2) throw Wrong("the file ends before its end mark");
            var word = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
            var (type, increment) = (word >> 10, word & 0x3FF);
            if (word == 0) return all;
            switch (type)
            {
                case Skip:
                    if (bytes.Length - at < 6) throw Wrong("the file ends within a skip");
                    moment += (int)((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 2)..]) << 16 | BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 4)..]));
                    at += 4;
                    break;
                case Number or Subtype or Channel:
                    break;
                case Aux:
                    if (bytes.Length - at - 2 < increment) throw Wrong("the file ends within a text");
                    if (all.Count > 0) all[^1] = all[^1] with { Text = Encoding.Latin1.GetString(bytes.Slice(at + 2, increment)).TrimEnd('\0') };
                    at += increment + increment % 2;
                    break;
                default:
                    moment += increment;
                    if (type >= Codes.Length || Codes[type].Length == 0) throw Wrong($"there is no annotation of type {type}");
                    if (moment < 0 || (all.Count > 0 && moment < all[^1].Moment)) throw Wrong($"the annotation of type {type} lies before the one before it");
                    all.Add(new WfdbAnnotation(moment, Codes[type], ""));
                    break;
            }
            at += 2;
        }
    }
}
