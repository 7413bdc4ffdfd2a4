using SuRnnStream.Tests.Support;

namespace SuRnnStream.Cluster.Tests.Support;

/// <summary>The shipped minute of commands, and what one detector makes of parts of it.</summary>
static class Speech
{
    public static readonly SuRnnModel Model = ModelFile.Load(Repository.File("models", "commands.surnn"));

    public static readonly float[] Minute = Read();

    public static readonly StreamSettings Settings = new() { Model = "commands" };

    /// <summary>A number of seconds from a place on, and round again; 16-bit numbers exactly.</summary>
    public static float[] From(double start, double seconds)
    {
        var at = (int)(start * 16_000);
        return [.. Enumerable.Range(0, (int)(seconds * 16_000)).Select(i => Minute[(at + i) % Minute.Length])];
    }

    /// <param name="stream">The detections' source.</param>
    /// <param name="sound">All of it.</param>
    /// <param name="ends">False: it goes on.</param>
    public static List<Detection> Expected(string stream, float[] sound, bool ends = true)
    {
        var (heard, detector) = (new List<Detection>(), new StreamingDetector(Model));
        detector.Process(sound, d => heard.Add(d with { Source = stream }));
        if (ends) detector.Finish(d => heard.Add(d with { Source = stream }));
        return heard;
    }

    static float[] Read()
    {
        using var wav = WavFile.Open(Repository.File("samples", "audio", "commands.wav"));
        var (source, samples, all) = (Resampler.To(wav, 16_000), new float[4_096], new List<float>());
        for (int n; (n = source.Read(samples)) > 0;) all.AddRange(samples.AsSpan(0, n));
        return [.. all.Select(sample => MathF.Round(sample * 32_768) / 32_768)];
    }
}
