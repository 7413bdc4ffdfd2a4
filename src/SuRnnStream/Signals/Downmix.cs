namespace SuRnnStream;

/// <summary>Whole frames (one sample of every channel) to one channel.</summary>
internal static class Downmix
{
    /// <param name="frames">As many as there are samples.</param>
    /// <param name="channels">Samples in a frame.</param>
    /// <param name="channel">The one to take; null for the mean.</param>
    /// <param name="samples">Filled.</param>
    public delegate void Mixer(ReadOnlySpan<byte> frames, int channels, int? channel, Span<float> samples);

    /// <summary>How to mix samples of this encoding, and the bytes of one.</summary>
    public static (Mixer Mix, int SampleBytes) Of(SampleEncoding encoding) => encoding switch
    {
        SampleEncoding.U8 => Of<Pcm8>(),
        SampleEncoding.S16 => Of<Pcm16>(),
        SampleEncoding.S24 => Of<Pcm24>(),
        SampleEncoding.S32 => Of<Pcm32>(),
        SampleEncoding.F32 => Of<Float32>(),
        SampleEncoding.F64 => Of<Float64>(),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "This is no encoding."),
    };

    static (Mixer, int) Of<T>() where T : ISampleCoding => (Mix<T>, T.Bytes);

    static void Mix<T>(ReadOnlySpan<byte> frames, int channels, int? channel, Span<float> samples) where T : ISampleCoding
    {
        for (var i = 0; i < samples.Length; i++)
        {
            var frame = frames.Slice(i * channels * T.Bytes, channels * T.Bytes);
            if (channel is { } chosen)
            {
                samples[i] = T.Decode(frame[(chosen * T.Bytes)..]);
                continue;
            }
            var sum = 0.0; // double: the sum of finite floats stays finite
            for (var at = 0; at < frame.Length; at += T.Bytes) sum += T.Decode(frame[at..]);
            samples[i] = (float)(sum / channels);
        }
    }
}
