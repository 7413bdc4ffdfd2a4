using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SuRnnStream;

/// <summary>A note at a moment of a WFDB record.</summary>
/// <param name="Moment">Number of its sample.</param>
/// <param name="Code">What it means, as PhysioNet's tables or the file itself write it: <c>N</c> a normal beat, <c>V</c> a ventricular one, <c>+</c> a change of rhythm; the type's number where neither does.</param>
/// <param name="Text">What was written beside it; mostly empty.</param>
public readonly record struct WfdbAnnotation(long Moment, string Code, string Text);

/// <summary>The annotations (.atr) of a WFDB record.</summary>
public static class WfdbAnnotations
{
    const int Skip = 59, Number = 60, Subtype = 61, Channel = 62, Aux = 63; // words that belong to the annotation before or after

    // By number, from 1; "" where there is none. https://archive.physionet.org/physiobank/annotations.shtml
    static readonly string[] Codes =
    [
        "", "N", "L", "R", "a", "V", "F", "J", "A", "S", "E", "j", "/", "Q", "~", "", "|", "", "s", "T", "*", "D", "\"", "=", "p", "B", "^", "t", "+", "u", "?", "!",
        "[", "]", "e", "n", "@", "x", "f", "(", ")", "r",
    ];

    /// <summary>
    /// Reads all annotations, in the order of the file. Where it counts in a resolution of its own, their moments are the record's: its rate is in the
    /// header (.hea) of the same name beside it.
    /// </summary>
    /// <exception cref="InvalidSensorDataException">
    /// The file ends early, goes back in time, has an annotation that there is not, or counts in a resolution and its record's header is not there.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IReadOnlyList<WfdbAnnotation> Read(string path) => Defined(Parse(File.ReadAllBytes(path), path), path, () => RateBeside(path));

    static double RateBeside(string path)
    {
        var header = Path.ChangeExtension(path, ".hea");
        return File.Exists(header) ? WfdbRecord.ReadHeader(header).Rate
            : throw new InvalidSensorDataException(path, "byte 0", "the annotations count in a resolution of their own, and there is no header of the record beside them to say its rate", $"put {Path.GetFileName(header)} there");
    }

    /// <summary>
    /// Takes the notes at moment 0 out that say what others mean: <c>## time resolution: 1000</c>, and codes of the file's own between
    /// <c>## annotation type definitions</c> and <c>## end of definitions</c>, a number, the code and words a note.
    /// </summary>
    internal static List<WfdbAnnotation> Defined(List<WfdbAnnotation> all, string name, Func<double> rate)
    {
        const string Resolution = "## time resolution:", Begin = "## annotation type definitions", End = "## end of definitions", Note = "\"";
        var (own, kept, defining, ticks) = (new Dictionary<string, string>(), new List<WfdbAnnotation>(), false, 0.0);
        foreach (var annotation in all)
        {
            if (annotation.Moment != 0 || annotation.Code != Note || annotation.Text.Length == 0)
            {
                kept.Add(annotation);
                continue;
            }
            var words = annotation.Text.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
            if (annotation.Text.StartsWith(Resolution, StringComparison.Ordinal))
            {
                if (!double.TryParse(annotation.Text[Resolution.Length..].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out ticks) || !(ticks > 0 && double.IsFinite(ticks)))
                    throw new InvalidSensorDataException(name, "byte 0", $"'{annotation.Text}' is no resolution", "get the file again");
            }
            else if (annotation.Text.StartsWith(Begin, StringComparison.Ordinal)) defining = true;
            else if (annotation.Text.StartsWith(End, StringComparison.Ordinal)) defining = false;
            else if (defining && words.Length > 1 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var type)) own[CodeOf(type)] = words[1];
            else kept.Add(annotation);
        }
        if (own.Count > 0) kept = [.. kept.Select(annotation => annotation with { Code = own.GetValueOrDefault(annotation.Code, annotation.Code) })];
        if (ticks == 0) return kept;
        var factor = rate() / ticks;
        return factor == 1 ? kept : [.. kept.Select(annotation => annotation with { Moment = (long)Math.Round(annotation.Moment * factor) })];
    }

    /// <summary>A type that PhysioNet has given no code is its number.</summary>
    static string CodeOf(int type) => type > 0 && type < Codes.Length && Codes[type].Length > 0 ? Codes[type] : type.ToString(CultureInfo.InvariantCulture);

    internal static List<WfdbAnnotation> Parse(ReadOnlySpan<byte> bytes, string name)
    {
        const int LastType = 49;
        var all = new List<WfdbAnnotation>();
        if (bytes is [0x1F, 0x8B, ..]) throw new InvalidSensorDataException(name, "byte 0", "the file is compressed with gzip", "unpack it with gunzip");
        var (at, moment) = (0, 0L);
        InvalidSensorDataException Wrong(string problem) => new(name, $"byte {at}", problem, "get the file again");
        while (true)
        {
            if (at == bytes.Length) return all; // some writers leave the end mark out
            if (bytes.Length - at < 2) throw Wrong("the file ends within an annotation");
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
                case 0: // no annotation, only time
                    moment += increment;
                    break;
                case Aux:
                    if (bytes.Length - at - 2 < increment) throw Wrong("the file ends within a text");
                    if (all.Count > 0) all[^1] = all[^1] with { Text = Encoding.Latin1.GetString(bytes.Slice(at + 2, increment)).TrimEnd('\0') };
                    at += increment + increment % 2;
                    break;
                default:
                    moment += increment;
                    if (type > LastType) throw Wrong($"there is no annotation of type {type}");
                    if (moment < 0 || (all.Count > 0 && moment < all[^1].Moment)) throw Wrong($"the annotation of type {type} lies before the one before it");
                    all.Add(new WfdbAnnotation(moment, CodeOf(type), ""));
                    break;
            }
            at += 2;
        }
    }
}
