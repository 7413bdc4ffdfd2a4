using NAudio.Wave;

namespace SuRnnStream;

static class WaveFormats
{
    /// <exception cref="NotSupportedException">It is neither PCM of 8, 16, 24 or 32 bits nor float.</exception>
    public static PcmFormat ToPcm(this WaveFormat format) => PcmFormat.FromWave(
        (int)format.Encoding, format.BitsPerSample, format.SampleRate, format.Channels, (format as WaveFormatExtensible)?.SubFormat);
}
