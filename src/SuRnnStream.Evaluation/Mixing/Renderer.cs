using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SuRnnStream.Evaluation.Mixing;

/// <summary>Renders sounds. Events keep their times, and the same name gets the same sound in every run. Any number of threads may share one. This project's own.</summary>
/// <param name="rendering">What is done.</param>
/// <param name="sampleRate">Of the sounds, from 8,000.</param>
/// <param name="snr">Of <see cref="Rendering.Noise"/>, in dB.</param>
/// <param name="seed">Chooses what there is to choose.</param>
sealed class Renderer(Rendering rendering, int sampleRate, double snr, int seed)
{
    const double QuietDecibels = -20, RoomSeconds = 0.5, SmallRoomSeconds = 0.25, Drive = 1.5;

    /// <summary>As many samples as there were.</summary>
    public float[] Apply(string name, ReadOnlySpan<float> samples, IReadOnlyCollection<LabelledEvent> events)
    {
        var random = new Random(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {rendering} {name}"))));
        return rendering switch
        {
            Rendering.Noise => Noisy(samples, events, random.Next()),
            Rendering.Room => InRoom(samples, RoomSeconds, 1, random),
            Rendering.Telephone => Telephone(samples),
            Rendering.Child => VoiceChange.Raise(samples, 1.2 + 0.2 * random.NextDouble(), sampleRate),
            Rendering.Quiet => Array.ConvertAll(samples.ToArray(), x => x * (float)Waveform.Gain(QuietDecibels)),
            Rendering.Loudspeaker => InRoom(Overdriven(Band(samples, 180, Math.Min(7_000, 0.45 * sampleRate))), SmallRoomSeconds, 0.5, random),
            _ => samples.ToArray(),
        };
    }

    /// <summary>How a report calls it.</summary>
    public override string ToString() => rendering == Rendering.Noise ? string.Create(CultureInfo.InvariantCulture, $"noise (pink, {snr:0.##} dB below)") : rendering.ToString().ToLowerInvariant();

    float[] Noisy(ReadOnlySpan<float> samples, IReadOnlyCollection<LabelledEvent> events, int noiseSeed)
    {
        var heard = samples.ToArray();
        var signal = NoiseMixer.Signal(heard, events, sampleRate);
        if (signal == 0) return heard;
        var noise = PinkNoise.Make(heard.Length, 20 * Math.Log10(signal) - snr, noiseSeed);
        for (var i = 0; i < heard.Length; i++) heard[i] += noise[i];
        return heard;
    }

    /// <summary>Direct sound and a tail of noise that falls by 60 dB in the reverberation time; the level stays.</summary>
    float[] InRoom(ReadOnlySpan<float> samples, double reverberation, double tailPower, Random random)
    {
        var response = new float[Math.Max(2, (int)(reverberation * sampleRate))];
        var sum = 0.0;
        for (var i = 1; i < response.Length; i++)
        {
            response[i] = (float)((2 * random.NextDouble() - 1) * Math.Pow(10, -3.0 * i / response.Length));
            sum += response[i] * response[i];
        }
        Waveform.Scale(response, (float)Math.Sqrt(tailPower / sum));
        response[0] = 1;
        var heard = new Convolution(response).Apply(samples, 0);
        if (Waveform.Rms(heard) is > 0 and var level) Waveform.Scale(heard, Waveform.Rms(samples) / level);
        return heard;
    }

    float[] Telephone(ReadOnlySpan<float> samples)
    {
        var narrow = Resampled(Band(samples, 300, 3_400), sampleRate, 8_000);
        for (var i = 0; i < narrow.Length; i++) narrow[i] = MuLaw(narrow[i]);
        var heard = Resampled(narrow, 8_000, sampleRate);
        Array.Resize(ref heard, samples.Length);
        return heard;
    }

    /// <summary>Out and back through the 8 bits of mu-law: F(x) = sgn(x) ln(1 + 255 |x|) / ln 256.</summary>
    static float MuLaw(float x)
    {
        var pressed = Math.Round(127 * Math.Log(1 + 255 * Math.Min(1, Math.Abs((double)x))) / Math.Log(256)) / 127;
        return (float)(Math.Sign(x) * (Math.Pow(256, pressed) - 1) / 255);
    }

    static float[] Resampled(float[] samples, int from, int to)
    {
        var source = Resampler.To(new ArraySource(samples, from), to);
        var (heard, filled) = (new float[(int)(samples.Length * (long)to / from) + 64], 0);
        while (filled < heard.Length && source.Read(heard.AsSpan(filled)) is > 0 and var got) filled += got;
        return heard[..filled];
    }

    float[] Band(ReadOnlySpan<float> samples, double low, double high)
    {
        Biquad[] filters = [Biquad.HighPass(low, sampleRate), Biquad.HighPass(low, sampleRate), Biquad.LowPass(high, sampleRate), Biquad.LowPass(high, sampleRate)];
        var heard = new float[samples.Length];
        for (var i = 0; i < heard.Length; i++)
        {
            double x = samples[i];
            for (var f = 0; f < filters.Length; f++) x = filters[f].Next(x);
            heard[i] = (float)x;
        }
        return heard;
    }

    static float[] Overdriven(float[] samples)
    {
        var peak = 0f;
        foreach (var x in samples) peak = MathF.Max(peak, MathF.Abs(x));
        if (peak == 0) return samples;
        var scale = peak / Math.Tanh(Drive);
        return Array.ConvertAll(samples, x => (float)(scale * Math.Tanh(Drive * x / peak)));
    }
}
