namespace SuRnnStream.Tests.Support;

/// <summary>Seeded test signals, samples in [-1, 1].</summary>
static class Sounds
{
    public static float[] Silence(int samples) => new float[samples];

    public static float[] Noise(int samples, double level = 0.1, int seed = 1)
    {
        var random = new Random(seed);
        return Make(samples, _ => level * (2 * random.NextDouble() - 1));
    }

    public static float[] Tone(int samples, double hz, double level = 0.5, int rate = 16_000) =>
        Make(samples, n => level * Math.Sin(2 * Math.PI * hz * n / rate));

    /// <summary>A sine that glides from one frequency to another.</summary>
    public static float[] Chirp(int samples, double fromHz, double toHz, double level = 0.5, int rate = 16_000) =>
        Make(samples, n => level * Math.Sin(2 * Math.PI * (fromHz + (toHz - fromHz) * n / (2.0 * samples)) * n / rate));

    /// <summary>All of them, one after the other in seeded order, with digital silence between.</summary>
    public static float[] Mixture(int pieces, int seed = 1)
    {
        var random = new Random(seed);
        var all = new List<float>();
        for (var i = 0; i < pieces; i++)
        {
            var samples = random.Next(200, 4_000);
            all.AddRange(random.Next(4) switch
            {
                0 => Silence(samples),
                1 => Noise(samples, Math.Pow(10, -4 * random.NextDouble()), random.Next()),
                2 => Tone(samples, random.Next(100, 7_000)),
                _ => Chirp(samples, random.Next(100, 3_000), random.Next(3_000, 7_000)),
            });
        }
        return [.. all];
    }

    static float[] Make(int samples, Func<int, double> at) => [.. Enumerable.Range(0, samples).Select(n => (float)at(n))];
}
