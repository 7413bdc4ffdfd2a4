namespace SuRnnStream;

/// <summary>Whole frames (one sample of every channel) from a byte stream, mixed down to one channel.</summary>
internal sealed class FrameReader
{
    const int TargetBufferBytes = 16 * 1024;
    const long Endless = long.MaxValue / 2;

    readonly Stream _stream;
    readonly Downmix.Mixer _mix;
    readonly int _channels;
    readonly int? _channel;
    readonly int _frameBytes;
    readonly byte[] _buffer;    // whole frames, at least one
    readonly bool _bounded;
    long _left;                 // bytes of the audio not yet taken from the stream
    int _held;                  // bytes at the front of _buffer: a frame that the stream has cut, always less than one
    bool _ended;
    double _mean, _each;        // squares so far, of the mean of the channels and of the channels themselves

    /// <param name="stream">At the first frame.</param>
    /// <param name="encoding">How each sample is written.</param>
    /// <param name="channels">1 to 65535.</param>
    /// <param name="channel">The channel to read, counted from 0; null for the mean of all of them.</param>
    /// <param name="bytes">Length of the audio; null when it runs to the end of the stream.</param>
    public FrameReader(Stream stream, SampleEncoding encoding, int channels, int? channel = null, long? bytes = null)
    {
        (_stream, _channels, _channel) = (stream, channels, channel);
        (_mix, var sampleBytes) = Downmix.Of(encoding);
        _frameBytes = sampleBytes * channels;
        _buffer = new byte[Math.Max(1, TargetBufferBytes / _frameBytes) * _frameBytes];
        _bounded = bytes.HasValue;
        _left = bytes is { } n ? n - n % _frameBytes : Endless;
    }

    /// <summary>
    /// How much the mean of the channels is below the channels themselves, in dB, so far: some 3 where two have nothing in common, far more where
    /// one is the other upside down. 0: there is one channel, or one was chosen, or there is only silence.
    /// </summary>
    public double Cancelled => _each <= 1e-9 ? 0 : 10 * Math.Log10(_each / Math.Max(_mean, 1e-12 * _each));

    /// <summary>The stream has ended before the length it was given.</summary>
    public bool EndedEarly { get; private set; }

    public int Read(Span<float> samples)
    {
        if (samples.IsEmpty || _ended) return 0;
        var want = (int)Math.Min(Math.Min((long)samples.Length * _frameBytes, _buffer.Length), _held + _left);
        while (_held < _frameBytes)
        {
            var got = _left == 0 ? 0 : _stream.Read(_buffer, _held, want - _held);
            if (got == 0)
            {
                (_ended, EndedEarly) = (true, _bounded && _left > 0);
                return 0;
            }
            _held += got;
            _left -= got;
        }

        var frames = _held / _frameBytes;
        var used = frames * _frameBytes;
        _mix(_buffer.AsSpan(0, used), _channels, _channel, samples[..frames], ref _each);
        if (_channel is null && _channels > 1) foreach (var sample in samples[..frames]) _mean += (double)sample * sample;
        _buffer.AsSpan(used, _held - used).CopyTo(_buffer);
        _held -= used;
        return frames;
    }
}
