namespace SuRnnStream.Tests;

/// <summary>Sounds to test with, and ways to hear them.</summary>
internal static class Sound
{
    /// <summary>Everything that is left, read in pieces of the given size.</summary>
    public static float[] ReadAll(this ISampleSource source, int chunk = 4096)
    {
        var samples = new List<float>();
        var buffer = new float[chunk];
        while (source.Read(buffer) is > 0 and var got) samples.AddRange(buffer.AsSpan(0, got));
        return [.. samples];
    }

    /// <summary>Samples that 16-bit PCM can hold exactly.</summary>
    public static float[] Noise(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(short.MinValue, short.MaxValue + 1) / 32768f)];
    }

    public static float[] Sine(double frequency, int rate, int count, double amplitude = 0.5) =>
        [.. Enumerable.Range(0, count).Select(n => (float)(amplitude * Math.Sin(2 * Math.PI * frequency * n / rate)))];

    public static double Power(ReadOnlySpan<float> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples) sum += (double)sample * sample;
        return sum / samples.Length;
    }

    public static double Decibels(double power) => 10 * Math.Log10(power);

    public static byte[] Pcm16(ReadOnlySpan<float> samples)
    {
        var bytes = new byte[2 * samples.Length];
        for (var i = 0; i < samples.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), (short)MathF.Round(samples[i] * 32768));
        return bytes;
    }
}
