namespace SuRnnStream.Tests.Support;

/// <summary>Small models of two sensor channels, and streams for them.</summary>
static class SensorModels
{
    public static readonly SensorFrontEndConfig FrontEnd = new()
    {
        Channels =
        [
            new() { Name = "I", Unit = "mV", HighPassHz = 0.5, LowPassHz = 30, Scale = 0.01 },
            new() { Name = "acc x", Unit = "g", Scale = 0.05 },
        ],
        SampleRate = 125,
        HopLength = 5,
        NormalizeOver = TimeSpan.FromSeconds(2),
        Derivatives = true,
        FlagMissing = true,
        ResetAfter = TimeSpan.FromSeconds(1),
        LandmarkWithin = TimeSpan.FromSeconds(0.3),
    };

    /// <summary>The same with the numbers of a rhythm.</summary>
    public static readonly SensorFrontEndConfig Rhythm = FrontEnd with { RhythmWithin = TimeSpan.FromSeconds(1.2) };

    /// <summary>Front ends that differ in what a frame holds.</summary>
    public static readonly SensorFrontEndConfig[] FrontEnds = [FrontEnd, FrontEnd with { Content = FrameContent.Mean }, Rhythm];

    public static SuRnnConfig Config(SensorFrontEndConfig? sensor = null, SwitchKind kind = SwitchKind.Both) =>
        TinyModels.Config(CellKind.Gru, kind, stem: true, layers: 2) with { FrontEnd = null, Sensor = sensor ?? FrontEnd };

    public static SuRnnModel Build(SensorFrontEndConfig? sensor = null, SwitchKind kind = SwitchKind.Both) => TinyModels.Build(Config(sensor, kind));

    /// <summary>
    /// Two channels, a moment's samples one behind the other: spikes at random over a wandering base, and noise. A part of them is missing, one
    /// by one and in segments.
    /// </summary>
    public static float[] Stream(int moments, int seed = 1, double missing = 0.02)
    {
        var random = new Random(seed);
        var samples = new float[2 * moments];
        for (int m = 0, spike = 40, gone = 0; m < moments; m++)
        {
            if (m > spike + 4) spike = m + random.Next(20, 150);
            var beat = m >= spike ? 1.5 - 0.3 * (m - spike) : 0;
            samples[2 * m] = (float)(0.4 * Math.Sin(0.01 * m) + beat + 0.03 * random.NextDouble());
            samples[2 * m + 1] = (float)(1 + 0.2 * random.NextDouble() + 0.5 * beat);
            if (random.NextDouble() < missing / 10) gone = random.Next(5, 300);
            if (gone-- > 0) samples[2 * m] = samples[2 * m + 1] = float.NaN;
            else if (random.NextDouble() < missing) samples[2 * m + random.Next(2)] = float.NaN;
        }
        return samples;
    }
}
