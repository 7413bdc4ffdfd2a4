namespace SuRnnStream.AotSmoke;

/// <summary>64 bits that tell whether two machines came to the same numbers (FNV-1a).</summary>
sealed class Digest
{
    ulong _hash = 0xcbf29ce484222325;

    public void Add(long bits)
    {
        for (var shift = 0; shift < 64; shift += 8) _hash = (_hash ^ (byte)(bits >> shift)) * 0x100000001b3;
    }

    public void Add(float value) => Add(BitConverter.SingleToInt32Bits(value));

    public void Add(ReadOnlySpan<float> values)
    {
        foreach (var value in values) Add(value);
    }

    public override string ToString() => $"{_hash:x16}";
}

/// <summary>Something came out otherwise than its specification says. The message says what and where.</summary>
sealed class DeviationException(string message) : Exception(message)
{
    /// <exception cref="DeviationException">The two differ in a bit.</exception>
    public static void Require(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        for (var i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i])) throw new DeviationException($"{what}: number {i} is {actual[i]:R}, not {expected[i]:R}");
    }

    /// <exception cref="DeviationException">The two differ.</exception>
    public static void Require(ReadOnlySpan<int> expected, ReadOnlySpan<int> actual, string what)
    {
        for (var i = 0; i < expected.Length; i++)
            if (expected[i] != actual[i]) throw new DeviationException($"{what}: sum {i} is {actual[i]}, not {expected[i]}");
    }
}
