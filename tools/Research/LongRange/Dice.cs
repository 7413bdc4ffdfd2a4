namespace SuRnnStream.Research.LongRange;

/// <summary>
/// The random numbers of one sequence (SplitMix64). The key has 64 bits, so no two sequences of a training and its test set meet;
/// System.Random keeps only 31 of a seed.
/// </summary>
sealed class Dice
{
    const ulong Golden = 0x9E3779B97F4A7C15;

    ulong _state;

    public Dice(Part part, int seed, long n) => _state = Mix(Mix((ulong)part << 32 | (uint)seed) ^ (ulong)n);

    /// <summary>In [0, 1).</summary>
    public double NextDouble() => (Bits() >> 11) * (1.0 / (1L << 53));

    public float NextSingle() => (Bits() >> 40) * (1f / (1 << 24));

    /// <summary>In [0, below).</summary>
    public int Next(int below) => (int)Math.BigMul(Bits(), (ulong)below, out _);

    /// <summary>In [from, below).</summary>
    public int Next(int from, int below) => from + Next(below - from);

    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    ulong Bits() => Mix(_state += Golden);

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
