namespace SuRnnStream.ClusterSample;

/// <summary>
/// Twenty different sounds: the shipped minute of commands from other places on, round and round, with digital silence or a hiss between segments of it. What one
/// detector makes of each is known.
/// </summary>
sealed class Sounds
{
    public const int Rate = 16_000, Different = 20;
    const int Cycle = 20 * Rate; // with one segment of sound in it

    readonly short[][] _sounds;

    /// <param name="seconds">Length of each.</param>
    /// <param name="speech">Part of it with sound.</param>
    /// <param name="hiss">Level of uniform noise in the rest, the mean square in dBFS. Null: digital silence.</param>
    public Sounds(int seconds, double speech, double? hiss)
    {
        var recorded = AudioFile.ReadAll(Path.Combine(AppContext.BaseDirectory, "audio", "commands.wav"), Rate);
        short[] all = [.. recorded.Select(sample => (short)Math.Clamp(MathF.Round(sample * 32_768), short.MinValue, short.MaxValue))];
        var (random, most) = (new Random(1), hiss is { } level ? Math.Sqrt(3) * 32_768 * Math.Pow(10, level / 20) : 0);
        _sounds = [.. Enumerable.Range(0, Different).Select(i => Enumerable.Range(0, seconds * Rate)
            .Select(n => (n + i * Rate) % Cycle < speech * Cycle ? all[(n + 3 * i * Rate) % all.Length] : (short)Math.Round(most * (2 * random.NextDouble() - 1))).ToArray())];
    }

    public ReadOnlySpan<short> Of(int stream) => _sounds[stream % Different];

    /// <summary>What one detector without a cluster detects in each of them, without a source.</summary>
    public List<Detection>[] Expected(SuRnnModel model)
    {
        var all = new List<Detection>[Different];
        Parallel.For(0, Different, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var (heard, detector) = (new List<Detection>(), new StreamingDetector(model));
            detector.Process([.. _sounds[i].Select(sample => sample / 32_768f)], heard.Add);
            detector.Finish(heard.Add);
            all[i] = heard;
        });
        return all;
    }
}
