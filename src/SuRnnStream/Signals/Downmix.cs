namespace SuRnnStream;

/// <summary>Whole frames (one sample of every channel) to one channel.</summary>
internal static class Downmix
{
    /// <param name="frames">As many as there are samples.</param>
    /// <param name="channels">Samples in a frame.</param>
    /// <param name="channel">The one to take; null for the mean.</param>
    /// <param name="samples">Filled.</param>
    /// <param name="each">Gets the squares of all channels' samples added, their mean over the channels; only where the mean is taken of several.</param>
    public delegate void Mixer(ReadOnlySpan<byte> frames, int channels, int? channel, Span<float> samples, ref double each);

    /// <summary>How to mix samples of this encoding, and the bytes of one.</summary>
    public static (Mixer Mix, int SampleBytes) Of(SampleEncoding encoding) => encoding switch
    {
        SampleEncoding.U8 => Of<Pcm8>(),
        SampleEncoding.S16 => Of<Pcm16>(),
        SampleEncoding.S24 => Of<Pcm24>(),
        SampleEncoding.S24In32 => Of<Pcm24In32>(),
        SampleEncoding.S32 => Of<Pcm32>(),
        SampleEncoding.F32 => Of<Float32>(),
        SampleEncoding.F64 => Of<Float64>(),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "This is no encoding."),
    };

    static (Mixer, int) Of<T>() where T : ISampleCoding => (Mix<T>, T.Bytes);

    static void Mix<T>(ReadOnlySpan<byte> frames, int channels, int? channel, Span<float> samples, ref double each) where T : ISampleCoding
    {
        for (var i = channels == 1 ? T.DecodeVectors(frames, samples) : 0; i < samples.Length; i++)
        {
            var frame = frames.Slice(i * channels * T.Bytes, channels * T.Bytes);
            if (channel is not null || channels == 1)
            {
                samples[i] = T.Decode(frame[((channel ?? 0) * T.Bytes)..]);
                continue;
            }
            var (sum, squares) = (0.0, 0.0); // double: the sum of finite floats stays finite
            for (var at = 0; at < frame.Length; at += T.Bytes)
            {
                double sample = T.Decode(frame[at..]);
                sum += sample;
                squares += sample * sample;
            }
            samples[i] = (float)(sum / channels);
            each += squares / channels;
        }
    }
}
