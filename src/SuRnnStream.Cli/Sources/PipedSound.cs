namespace SuRnnStream.Cli;

/// <summary>Sound on standard input: a WAV, FLAC or Ogg by its first bytes, else raw PCM.</summary>
static class PipedSound
{
    /// <param name="input">Standard input.</param>
    /// <param name="raw">What raw sound is; a WAV says its own.</param>
    /// <param name="channel">The channel to read; null for the mean.</param>
    /// <exception cref="IOException">It is a file of sound that cannot be read.</exception>
    /// <exception cref="InputException">There is no such channel.</exception>
    public static ISampleSource Open(Stream input, PcmFormat raw, int? channel)
    {
        try
        {
            return (ISampleSource?)AudioFile.TryOpen(ref input, "-", channel) ?? new PcmStreamSource(input, raw, channel);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new InputException($"there is no channel {channel} in the sound on standard input");
        }
    }
}
