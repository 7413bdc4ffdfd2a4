using System.Text;

namespace SuRnnStream.Fuzz;

/// <summary>Makes inputs of inputs, the same ones from the same seed: bits, bytes, numbers and pieces changed, and words that readers look for.</summary>
sealed class Mutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<string> words, int seed)
{
    const int Longest = 1 << 16;

    static readonly string[] Numbers =
        ["0", "-1", "1e999", "-1e-999", "NaN", "inf", "65536", "-32769", "2147483648", "-9223372036854775808", "18446744073709551616", "0x10", "1,5", "1.", ".5", "9e18", "00"];
    static readonly string[] Texts =
        ["\"\\ud800\"", "\\udfff", "\uFEFF", "\u202E", "\u001B]52;c;AA\a", "\0", "\r", "\n", "\r\n", "\t", ",", ";", "\"", "#", "null", "{}", "[]", "[[", "{\"", "//", "..", "/", "\\", "~", "%00", "é😀"];

    readonly Random _random = new(seed);

    public byte[] Next()
    {
        var input = new List<byte>(corpus[_random.Next(corpus.Count)]);
        for (var changes = 1 + _random.Next(_random.Next(6) == 0 ? 20 : 4); changes > 0; changes--) Change(input);
        if (input.Count > Longest) input.RemoveRange(Longest, input.Count - Longest);
        return [.. input];
    }

    void Change(List<byte> input)
    {
        var at = _random.Next(input.Count + 1);
        if (at == input.Count || input.Count == 0)
        {
            Insert(input, at);
            return;
        }
        switch (_random.Next(11))
        {
            case 0:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                input[at] = (byte)_random.Next(256);
                break;
            case 2:
                input[at] = (byte)(input[at] + _random.Next(-3, 4));
                break;
            case 3: // a number of two, four or eight bytes at an edge of its range
                var number = BitConverter.GetBytes(_random.Next(4) switch { 0 => 0L, 1 => -1L, 2 => long.MaxValue >> _random.Next(64), _ => long.MinValue >> _random.Next(64) });
                for (var i = 0; i < 1 << _random.Next(4) && at + i < input.Count; i++) input[at + i] = number[i];
                break;
            case 4:
                input.RemoveRange(at, Math.Min(input.Count - at, 1 + _random.Next(_random.Next(3) == 0 ? 200 : 4)));
                break;
            case 5: // cut
                if (_random.Next(4) == 0) input.RemoveRange(at, input.Count - at);
                break;
            case 6: // a piece again
                input.InsertRange(_random.Next(input.Count + 1), input.GetRange(at, Math.Min(input.Count - at, 1 + _random.Next(64))));
                break;
            case 7: // a piece of another
                var other = corpus[_random.Next(corpus.Count)];
                if (other.Length == 0) break;
                var from = _random.Next(other.Length);
                input.InsertRange(at, other[from..Math.Min(other.Length, from + 1 + _random.Next(100))]);
                break;
            case 8:
                ReplaceNumber(input, at);
                break;
            default:
                Insert(input, at);
                break;
        }
    }

    /// <summary>The digits from some place on become another number.</summary>
    void ReplaceNumber(List<byte> input, int at)
    {
        var from = input.FindIndex(at, one => one is >= (byte)'0' and <= (byte)'9');
        if (from < 0) return;
        var to = input.FindIndex(from, one => one is not (>= (byte)'0' and <= (byte)'9' or (byte)'.'));
        input.RemoveRange(from, (to < 0 ? input.Count : to) - from);
        input.InsertRange(from, Encoding.UTF8.GetBytes(Numbers[_random.Next(Numbers.Length)]));
    }

    void Insert(List<byte> input, int at)
    {
        var from = _random.Next(3) switch { 0 => Numbers, 1 when words.Count > 0 => words, _ => Texts };
        input.InsertRange(at, Encoding.UTF8.GetBytes(from[_random.Next(from.Count)]));
    }
}
