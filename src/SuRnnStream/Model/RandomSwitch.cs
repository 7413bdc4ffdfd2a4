namespace SuRnnStream;

/// <summary>The random switch's numbers: a function of place and time alone, so every stream draws the same ones, and training too.</summary>
static class RandomSwitch
{
    /// <summary>u in [0, 1), a multiple of 2^-24; <paramref name="step"/> counts a stream's frames from 0.</summary>
    public static float Uniform(int layer, int neuron, long step) =>
        (Mix(Mix((ulong)(uint)layer << 32 | (uint)neuron) + (ulong)step * 0x9E3779B97F4A7C15) >> 40) * (1f / (1 << 24));

    /// <summary>The finaliser of splitmix64 (Steele, Lea and Flood 2014).</summary>
    static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
