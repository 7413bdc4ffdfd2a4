using NAudio.Wave;

namespace SuRnnStream;

static class WaveFormats
{
    /// <exception cref="NotSupportedException">It is neither PCM of 8, 16, 24 or 32 bits nor float.</exception>
    public static PcmFormat ToPcm(this WaveFormat format) => PcmFormat.FromWave(
        (int)format.Encoding, format.BitsPerSample, format.SampleRate, format.Channels, (format as WaveFormatExtensible)?.SubFormat);

    /// <summary>NAudio's format for samples of an encoding: S16, S24, S32 or F32.</summary>
    public static WaveFormat Of(SampleEncoding encoding, int sampleRate, int channels) => encoding switch
    {
        SampleEncoding.S16 => new WaveFormat(sampleRate, 16, channels),
        SampleEncoding.S24 => new WaveFormat(sampleRate, 24, channels),
        SampleEncoding.S32 => new WaveFormat(sampleRate, 32, channels),
        _ => WaveFormat.CreateIeeeFloatWaveFormat(sampleRate, channels),
    };
}
