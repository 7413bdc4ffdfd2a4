using System.Buffers.Binary;

namespace SuRnnStream.Server;

/// <summary>Takes a client's audio messages, makes samples at the model's rate of them, and gives those to its stream. Samples of sensors stay as they are.</summary>
sealed class Inlet
{
    public const int HeaderBytes = 8;
    public const long LastCounter = 1L << 48; // samples: 46 years at 192 kHz
    const double MostSeconds = 2e10;          // 600 years, and no time overflows, however slow a sensor is

    readonly Func<ReadOnlySpan<float>, int> _write;
    readonly Action<long> _lose;
    readonly Func<Task> _room;
    readonly PcmFormat _format;
    readonly int _rate, _modelRate;         // the same for sensors
    readonly int _channels;                 // of sensors; 0: sound
    readonly ulong _most;                   // the highest counter
    readonly UnitCheck? _units;             // of sensors
    readonly Action<string>? _onUnit;
    long _next;                             // counter of the next sample, at the client's rate
    long _written;                          // place in the stream of the next sample, at the model's
    float[] _samples = new float[4_096];
    LiveResampler? _resampler;              // null where the rates are the same

    /// <param name="write">Takes samples at the model's rate and returns how many there was room for.</param>
    /// <param name="lose">Told how many samples of the stream are missing.</param>
    /// <param name="hello">How the client sends.</param>
    /// <param name="model">That it asked for.</param>
    /// <param name="room">Completes when the stream may have room again.</param>
    /// <param name="sensor">Channels of sensors, to notice another unit by; null: sound.</param>
    /// <param name="onUnit">Told once if a channel seems to be in another unit.</param>
    public Inlet(Func<ReadOnlySpan<float>, int> write, Action<long> lose, Hello hello, ModelInfo model, Func<Task> room, SensorFrontEndConfig? sensor = null, Action<string>? onUnit = null)
    {
        (_units, _onUnit) = (sensor is null ? null : new UnitCheck(sensor), onUnit);
        (_rate, _modelRate, _channels) = ((int)Math.Ceiling(hello.Rate), (int)Math.Ceiling(model.Rate), model.Channels?.Count ?? 0);
        (_write, _lose, _room, _format) = (write, lose, room, new PcmFormat(hello.Format, _rate));
        _most = (ulong)Math.Min(LastCounter, MostSeconds * hello.Rate * Math.Max(1, _channels));
        NewResampler();
    }

    /// <summary>Samples that the counters jumped over, at the client's rate.</summary>
    public long Lost { get; private set; }

    /// <summary>Waits while the stream has no room.</summary>
    /// <exception cref="ProtocolException">The message is none, or its counter goes back.</exception>
    public async Task TakeAsync(ReadOnlyMemory<byte> message)
    {
        var bytes = _format.FrameBytes;
        if (message.Length <= HeaderBytes) throw new ProtocolException(CloseCode.Malformed, $"An audio message of {message.Length} bytes has no samples after its 8-byte counter.");
        if ((message.Length - HeaderBytes) % bytes != 0)
            throw new ProtocolException(CloseCode.Malformed, $"{message.Length - HeaderBytes} bytes of audio are no whole number of {bytes}-byte samples.");
        if (_channels > 1 && (message.Length - HeaderBytes) % (bytes * _channels) != 0)
            throw new ProtocolException(CloseCode.Malformed, $"{(message.Length - HeaderBytes) / bytes} samples are no whole moments of {_channels} channels.");
        var counter = BinaryPrimitives.ReadUInt64LittleEndian(message.Span);
        if (counter > _most) throw new ProtocolException(CloseCode.BadCounter, $"The counter is {counter}, but must be at most {_most}.");
        if (counter < (ulong)_next) throw new ProtocolException(CloseCode.BadCounter, $"The counter went back: {_next} was next, but {counter} came.");
        if (counter > (ulong)_next) await JumpAsync((long)counter);

        var samples = Decode(message.Span[HeaderBytes..]);
        _next += samples.Length;
        for (var at = 0; _units is not null && at < samples.Length; at += _channels)
            if (_units.Look(samples.Span.Slice(at, _channels)) is { } told) _onUnit?.Invoke(told);
        if (_resampler is null) await WriteAsync(samples);
        else await WriteAsync(_resampler.Push(samples.Span));
    }

    /// <summary>There is no more sound.</summary>
    public async Task EndAsync()
    {
        if (_resampler is not null) await WriteAsync(_resampler.End());
    }

    async Task JumpAsync(long counter)
    {
        await EndAsync();
        var lost = (long)((Int128)counter * _modelRate / _rate) - _written;
        if (lost > 0)
        {
            _lose(lost);
            _written += lost;
        }
        Lost += counter - _next;
        _next = counter;
        NewResampler();
    }

    void NewResampler() => _resampler = _rate == _modelRate ? null : new LiveResampler(_rate, _modelRate);

    ReadOnlyMemory<float> Decode(ReadOnlySpan<byte> pcm)
    {
        var count = pcm.Length / _format.FrameBytes;
        if (_samples.Length < count) _samples = new float[count];
        _format.Decode(pcm, _samples, channel: 0);
        if (_format.Encoding == SampleEncoding.F32 && _channels == 0)
            foreach (ref var sample in _samples.AsSpan(0, count)) sample = Math.Clamp(sample, -MaxSample, MaxSample);
        return _samples.AsMemory(0, count);
    }

    const float MaxSample = 1e6f; // floats may exceed full scale as in WAV files, but no square of theirs may overflow

    async Task WriteAsync(ReadOnlyMemory<float> samples)
    {
        while (!samples.IsEmpty)
        {
            var taken = _write(samples.Span);
            samples = samples[taken..];
            _written += taken;
            if (!samples.IsEmpty) await _room();
        }
    }
}
