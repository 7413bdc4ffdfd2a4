using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Evaluation.Spoken;

/// <summary>Changes to a waveform that leave the word the same.</summary>
static class Augment
{
    /// <summary>Plays <paramref name="samples"/> <paramref name="factor"/> times as fast (pitch and length change), by cubic Hermite interpolation.</summary>
    public static float[] Speed(ReadOnlySpan<float> samples, double factor)
    {
        var result = new float[Math.Max(1, (int)(samples.Length / factor))];
        for (var i = 0; i < result.Length; i++)
        {
            var at = i * factor;
            var k = (int)at;
            var f = (float)(at - k);
            float a = samples[Math.Max(0, k - 1)], b = samples[Math.Min(k, samples.Length - 1)];
            float c = samples[Math.Min(k + 1, samples.Length - 1)], d = samples[Math.Min(k + 2, samples.Length - 1)];
            result[i] = b + 0.5f * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
        }
        return result;
    }

    /// <summary>Tilts the spectrum: gain below and above about 1 kHz differ by up to a factor of (1 + amount), amount in (-0.9, 3).</summary>
    public static void Tilt(Span<float> samples, float amount)
    {
        var low = 0f;
        for (var i = 0; i < samples.Length; i++)
        {
            low += 0.33f * (samples[i] - low);
            samples[i] = low + (1 + amount) * (samples[i] - low);
        }
    }

    /// <summary>A room: the direct sound and decaying echoes at random places with random signs (velvet noise).</summary>
    /// <param name="samples">Changed in place; echoes past the end are lost.</param>
    /// <param name="random">Places and signs.</param>
    /// <param name="decay">Samples until the echoes are 60 dB down.</param>
    /// <param name="wet">Level of the first echoes against the direct sound, 0 to 1.</param>
    public static void Reverb(Span<float> samples, Random random, int decay, float wet)
    {
        var dry = samples.ToArray();
        for (int at = random.Next(20, 80); at < Math.Min(decay, dry.Length); at += random.Next(1, decay / 40 + 2))
        {
            var gain = wet * MathF.Pow(10, -3f * at / decay) * (random.Next(2) == 0 ? 0.5f : -0.5f);
            var echo = samples[at..];
            for (var i = 0; i < echo.Length; i++) echo[i] += gain * dry[i];
        }
    }

    static readonly float[] White = MakeWhite(1 << 20);

    static float[] MakeWhite(int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f)];
    }

    /// <summary>
    /// Made-up background: noise of a random spectral slope whose level drifts, at times with hum, beeps or knocks. Level about 1 (RMS).
    /// </summary>
    public static float[] Noise(Random random, int length, int sampleRate)
    {
        var noise = new float[length];
        float pole = MathF.Pow(random.NextSingle(), 0.5f) * 0.995f, low = 0, drift = random.NextSingle() * 0.5f;
        double speed = 2 * Math.PI * (0.1 + random.NextDouble() * 2) / sampleRate, phase = random.NextDouble() * 6;
        var white = random.NextSingle() < 0.3f;
        var start = random.Next(White.Length);
        for (var i = 0; i < length; i++)
        {
            var x = White[(start + i) % White.Length];
            low = pole * low + (1 - pole) * x;
            noise[i] = (white ? x : low) * (1 + drift * (float)Math.Sin(phase + speed * i));
        }
        Waveform.Scale(noise, 1 / Math.Max(1e-6f, Waveform.Rms(noise)));
        if (random.NextSingle() < 0.2f) Hum(noise, random, sampleRate);
        if (random.NextSingle() < 0.35f) for (var n = random.Next(1, 8); n > 0; n--) Knock(noise, random, sampleRate);
        return noise;
    }

    static void Hum(Span<float> into, Random random, int sampleRate)
    {
        var step = 2 * Math.PI * Math.Pow(10, 1.7 + 1.7 * random.NextDouble()) / sampleRate; // 50 Hz to 2.5 kHz
        var level = 2 * random.NextSingle();
        var (from, to) = random.Next(2) == 0 ? (0, into.Length) : (random.Next(into.Length), into.Length);
        for (var i = from; i < Math.Min(to, random.Next(2) == 0 ? to : from + sampleRate / 2); i++) into[i] += level * (float)Math.Sin(step * i);
    }

    /// <summary>A struck thing: one decaying resonance.</summary>
    static void Knock(Span<float> into, Random random, int sampleRate)
    {
        var step = 2 * Math.PI * Math.Pow(10, 2 + 1.7 * random.NextDouble()) / sampleRate;
        var decay = -1 / (sampleRate * Math.Pow(10, -2.7 + 1.5 * random.NextDouble())); // 2 to 60 ms
        var level = 2 + 12 * random.NextSingle();
        for (int i = random.Next(into.Length), n = 0; i < into.Length && decay * n > -7; i++, n++) into[i] += level * (float)(Math.Exp(decay * n) * Math.Sin(step * n));
    }
}
