namespace SuRnnStream;

/// <summary>How samples become frames. Part of every model file: training and running use the same front end.</summary>
public sealed record FrontEndConfig : IFrameTiming
{
    /// <summary>Samples per second, 4,000 to 192,000.</summary>
    public int SampleRate { get; init; } = 16_000;

    /// <summary>Samples in one frame's window (Hann), a power of two from 64 to 8,192: also the FFT's length.</summary>
    public int WindowLength { get; init; } = 512;

    /// <summary>Samples from one frame to the next, 1 to <see cref="WindowLength"/>.</summary>
    public int HopLength { get; init; } = 320;

    /// <summary>Mel bands, 1 to 256: the length of a frame.</summary>
    public int Bands { get; init; } = 40;

    /// <summary>Lower edge of the lowest band in Hz, from 0.</summary>
    public float LowHz { get; init; } = 60;

    /// <summary>Upper edge of the highest band in Hz, at most half the sample rate.</summary>
    public float HighHz { get; init; } = 7_600;

    /// <summary>Band energies below this become this; a full-scale sine has about WindowLength^2 / 16. Above 0.</summary>
    public float Floor { get; init; } = 1e-5f;

    /// <summary>A feature is Scale * ln(energy / Floor): 0 at the floor. Above 0.</summary>
    public float Scale { get; init; } = 0.2f;

    /// <summary>Time from one frame to the next.</summary>
    public TimeSpan Hop => StreamTime(HopLength);

    /// <summary>When sample number <paramref name="sample"/> begins.</summary>
    internal TimeSpan StreamTime(long sample) => new((long)((Int128)sample * TimeSpan.TicksPerSecond / SampleRate));

    TimeSpan IFrameTiming.StreamTime(long sample) => StreamTime(sample);
    double IFrameTiming.SamplesPerSecond => SampleRate;
    int IFrameTiming.Channels => 1;

    /// <summary>No number of a frame is larger: the logarithm of the largest power above that of the floor.</summary>
    internal float LargestNumber => 1.001f * Scale * (MathF.Log(float.MaxValue) - MathF.Log(Floor));

    /// <exception cref="ArgumentException">A setting is outside its range; the message names it and its value.</exception>
    internal FrontEndConfig Validate()
    {
        Require(SampleRate is >= 4_000 and <= 192_000, nameof(SampleRate), SampleRate, "4000 to 192000");
        Require(WindowLength is >= 64 and <= 8_192 && int.IsPow2(WindowLength), nameof(WindowLength), WindowLength, "a power of two, 64 to 8192");
        Require(HopLength >= 1 && HopLength <= WindowLength, nameof(HopLength), HopLength, $"1 to {WindowLength}");
        Require(Bands is >= 1 and <= 256, nameof(Bands), Bands, "1 to 256");
        Require(LowHz >= 0 && LowHz < HighHz, nameof(LowHz), LowHz, $"0 to below {HighHz}");
        Require(HighHz <= SampleRate / 2f, nameof(HighHz), HighHz, $"at most {SampleRate / 2f}");
        Require(Floor is > 0 and < float.PositiveInfinity, nameof(Floor), Floor, "above 0");
        Require(Scale is > 0 and < float.PositiveInfinity, nameof(Scale), Scale, "above 0");
        return this;
    }

    static void Require<T>(bool holds, string name, T value, string range)
    {
        if (!holds) throw new ArgumentException($"The front end needs {name} in {range}, but it is {value}.");
    }
}
