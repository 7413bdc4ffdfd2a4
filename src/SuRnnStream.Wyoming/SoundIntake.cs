namespace SuRnnStream.Wyoming;

/// <summary>The sound of one stream: chunks of any rate, width and number of channels to samples of one channel at a model's rate.</summary>
sealed class SoundIntake
{
    public const int LeastRate = 4_000, MostRate = 384_000, MostChannels = 16;

    readonly (int Rate, int Width, int Channels) _said;
    readonly PcmFormat _format;
    readonly LiveResampler? _resampler; // null: the rates are the same
    float[] _samples = [];
    byte[] _unsigned = [];

    SoundIntake((int Rate, int Width, int Channels) said, int modelRate)
    {
        _said = said;
        _format = new PcmFormat(said.Width switch { 1 => SampleEncoding.U8, 2 => SampleEncoding.S16, 3 => SampleEncoding.S24, _ => SampleEncoding.S32 }, said.Rate, said.Channels);
        _resampler = said.Rate == modelRate ? null : new LiveResampler(said.Rate, modelRate);
    }

    /// <summary>What the frame says of its sound; null where it says nothing.</summary>
    /// <exception cref="WyomingException">It says less than all, or what is not taken.</exception>
    public static (int Rate, int Width, int Channels)? FormatOf(WyomingFrame frame)
    {
        var (rate, width, channels) = (frame.Number("rate", LeastRate, MostRate), frame.Number("width", 1, 4), frame.Number("channels", 1, MostChannels));
        if (rate is null && width is null && channels is null) return null;
        if (rate is { } hertz && width is { } bytes && channels is { } count) return ((int)hertz, (int)bytes, (int)count);
        throw new WyomingException("bad-data", $"{PlainText.Cut(frame.Type, 40)} needs rate, width and channels.");
    }

    public static SoundIntake Of((int Rate, int Width, int Channels) format, int modelRate) => new(format, modelRate);

    /// <exception cref="WyomingException">The format is another one than before.</exception>
    public void RequireSame((int Rate, int Width, int Channels)? format)
    {
        if (format is { } other && other != _said) throw new WyomingException("bad-data", "The sound's format changed within a stream; send audio-stop and audio-start before.");
    }

    /// <returns>Valid until the next call.</returns>
    /// <exception cref="WyomingException">The bytes are not whole samples of every channel.</exception>
    public ReadOnlyMemory<float> Take(ReadOnlyMemory<byte> payload)
    {
        var (count, rest) = Math.DivRem(payload.Length, _format.FrameBytes);
        if (rest != 0) throw new WyomingException("bad-data", $"A payload of {payload.Length} bytes is not whole samples of {_format.FrameBytes} bytes, channels x width.");
        if (_samples.Length < count) _samples = new float[count];
        _format.Decode(_said.Width == 1 ? Unsigned(payload.Span) : payload.Span, _samples);
        var samples = _samples.AsMemory(0, count);
        return _resampler?.Push(samples.Span) ?? samples;
    }

    public ReadOnlyMemory<float> End() => _resampler?.End() ?? default;

    /// <summary>One byte a sample is signed here, as in the reference implementation; in WAV files it is not.</summary>
    ReadOnlySpan<byte> Unsigned(ReadOnlySpan<byte> payload)
    {
        if (_unsigned.Length < payload.Length) _unsigned = new byte[payload.Length];
        for (var i = 0; i < payload.Length; i++) _unsigned[i] = (byte)(payload[i] ^ 0x80);
        return _unsigned.AsSpan(0, payload.Length);
    }
}
