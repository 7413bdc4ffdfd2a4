using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// From a thread that is called back with sound and must not wait, to a blocking <see cref="Read"/>: a bounded queue of samples. When it is
/// full the oldest are lost, and counted, unless the pusher can wait.
/// </summary>
public sealed class PushSource : ILossySource, ISampleOutlet
{
    const int Piece = 1024;                             // samples decoded at a time

    readonly PcmFormat? _format;                        // of bytes; the pusher's, as are the next two
    readonly int? _channel;
    PcmFormat? _shorts, _floats;                        // the same channels in these encodings, once they are pushed
    readonly float[] _decoded = new float[Piece];

    readonly object _lock = new();                      // a monitor: Read waits in it; guards what follows
    readonly float[] _ring;
    int _oldest, _held;                                 // place in the ring of the oldest sample, and how many there are
    long _gone;                                         // samples that have left the ring, read or lost
    long _lost;                                         // before the oldest sample
    readonly SampleGaps _gaps = new();                  // places count the samples that were pushed
    bool _ended;
    Exception? _failure;

    /// <param name="sampleRate">Samples per second, above zero.</param>
    /// <param name="capacity">Sound that may wait, 10 ms to 60 s; by default half a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public PushSource(int sampleRate, TimeSpan? capacity = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        var seconds = (capacity ?? TimeSpan.FromSeconds(0.5)).TotalSeconds;
        if (seconds is < 0.01 or > 60) throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "The capacity is 10 ms to 60 s.");
        (Rate, SampleRate, _ring) = (sampleRate, sampleRate, new float[(int)Math.Ceiling(seconds * sampleRate)]);
    }

    /// <summary>Of sensors: pushed and read by whole moments, one sample of every channel each, and lost by them.</summary>
    /// <param name="rate">Moments per second, above zero.</param>
    /// <param name="channels">One or more.</param>
    /// <param name="moments">Moments that may wait, one or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public PushSource(double rate, int channels, int moments)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(moments);
        (Rate, SampleRate, Channels, _ring) = (rate, (int)Math.Ceiling(rate), channels, new float[checked(moments * channels)]);
    }

    /// <param name="format">Of the bytes that <see cref="PushBytes"/> takes.</param>
    /// <param name="channel">The channel to take, counted from 0; null for the mean of all of them.</param>
    /// <param name="capacity">Sound that may wait, 10 ms to 60 s; by default half a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range, or there is no such channel.</exception>
    public PushSource(PcmFormat format, int? channel = null, TimeSpan? capacity = null) : this(format.SampleRate, capacity)
    {
        (_format, _channel) = (format, channel);
        format.Decode([], [], channel); // complains of the channel
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public double Rate { get; }

    /// <inheritdoc/>
    public int Channels { get; } = 1;

    /// <summary>What a push does when the queue is full: by default the oldest samples are lost; <see cref="OverflowPolicy.Wait"/> waits for the reader.</summary>
    public OverflowPolicy Overflow { get; init; } = OverflowPolicy.DropOldest;

    /// <inheritdoc/>
    public long SamplesLost { get; private set; }       // the reader's: losses up to the samples that it has read

    /// <summary>Takes a copy of the samples, at once. Ignored after <see cref="Complete"/>.</summary>
    /// <param name="samples">One channel, nominally in [-1, 1]; of sensors, whole moments.</param>
    /// <exception cref="ArgumentException">The last moment is not whole.</exception>
    public void Push(ReadOnlySpan<float> samples)
    {
        if (samples.Length % Channels != 0) throw new ArgumentException($"{samples.Length} samples are no whole moments of {Channels} channels.");
        lock (_lock)
        {
            if (Overflow == OverflowPolicy.Wait) samples = PushWaiting(samples);
            if (_ended || samples.IsEmpty) return;
            var excess = Math.Max(0, samples.Length - _ring.Length); // never in the ring
            DropOldest(Math.Min(_held, _held + samples.Length - _ring.Length));
            _gaps.Lose(excess);
            _gaps.Mark(_gone + _held);
            Append(samples[excess..]);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Makes room for the samples, or for the last of them, which are returned: those before are in the queue.</summary>
    ReadOnlySpan<float> PushWaiting(ReadOnlySpan<float> samples)
    {
        while (!_ended && _held + samples.Length > _ring.Length)
        {
            var room = Math.Min(samples.Length, _ring.Length - _held);
            if (room > 0)
            {
                _gaps.Mark(_gone + _held);
                Append(samples[..room]);
                samples = samples[room..];
                Monitor.PulseAll(_lock);
            }
            else Monitor.Wait(_lock);
        }
        return samples;
    }

    /// <summary>As <see cref="Push"/>, of 16-bit samples: of a source with a <see cref="PcmFormat"/> whole frames of its channels, interleaved; otherwise of one channel. For one thread at a time.</summary>
    /// <exception cref="ArgumentException">These are not whole frames.</exception>
    /// <exception cref="InvalidOperationException">The source gives values of sensors.</exception>
    public void PushInt16(ReadOnlySpan<short> samples)
    {
        if (Channels > 1) throw new InvalidOperationException("This source gives values of sensors, which are pushed as floats.");
        var format = _shorts ??= new PcmFormat(SampleEncoding.S16, SampleRate, _format?.Channels ?? 1);
        PushFrames(MemoryMarshal.AsBytes(samples), format);
    }

    /// <summary>As <see cref="Push"/>, of whole frames of the channels of a source with a <see cref="PcmFormat"/>, interleaved. For one thread at a time.</summary>
    /// <exception cref="ArgumentException">These are not whole frames.</exception>
    /// <exception cref="InvalidOperationException">The source was made without a format.</exception>
    public void PushFloat32(ReadOnlySpan<float> samples)
    {
        var format = _format ?? throw new InvalidOperationException("This source takes one channel: make it with a format to push several.");
        PushFrames(MemoryMarshal.AsBytes(samples), _floats ??= new PcmFormat(SampleEncoding.F32, SampleRate, format.Channels));
    }

    /// <summary>As <see cref="Push"/>, for whole frames of the format. For one thread at a time.</summary>
    /// <exception cref="ArgumentException">These are not whole frames.</exception>
    /// <exception cref="InvalidOperationException">The source was made without a format.</exception>
    public void PushBytes(ReadOnlySpan<byte> frames)
    {
        var format = _format ?? throw new InvalidOperationException("This source takes samples: make it with a format to push bytes.");
        PushFrames(frames, format);
    }

    void PushFrames(ReadOnlySpan<byte> frames, PcmFormat format)
    {
        if (frames.Length % format.FrameBytes != 0) throw new ArgumentException($"{frames.Length} bytes are not whole frames of {format.FrameBytes}.");
        while (!frames.IsEmpty)
        {
            var bytes = Math.Min(frames.Length, Piece * format.FrameBytes);
            Push(_decoded.AsSpan(0, format.Decode(frames[..bytes], _decoded, _channel)));
            frames = frames[bytes..];
        }
    }

    /// <summary>Samples that the device has lost before those of the next <see cref="Push"/>.</summary>
    public void Lose(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        lock (_lock)
        {
            if (!_ended) _gaps.Lose(samples);
        }
    }

    /// <summary>There will be no more. What waits can still be read.</summary>
    /// <param name="failure">What <see cref="Read"/> is to throw then; null: it is at the end.</param>
    public void Complete(Exception? failure = null)
    {
        lock (_lock)
        {
            if (_ended) return;
            (_ended, _failure) = (true, failure);
            _gaps.Mark(_gone + _held);
            Monitor.PulseAll(_lock);
        }
    }

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        samples = samples[..(samples.Length / Channels * Channels)];
        if (samples.IsEmpty) return 0;
        lock (_lock)
        {
            while (_held == 0 && !_ended) Monitor.Wait(_lock);
            SamplesLost = _lost += _gaps.Cross(_gone);
            if (_held == 0) return _failure is null ? 0 : throw _failure;
            var count = _gaps.Until(_gone, Math.Min(samples.Length, _held));
            var first = Math.Min(count, _ring.Length - _oldest);
            _ring.AsSpan(_oldest, first).CopyTo(samples);
            _ring.AsSpan(0, count - first).CopyTo(samples[first..]);
            Leave(count);
            if (Overflow == OverflowPolicy.Wait) Monitor.PulseAll(_lock);
            return count;
        }
    }

    void DropOldest(int count)
    {
        if (count <= 0) return;
        Leave(count);
        _lost += count + _gaps.Cross(_gone);
    }

    void Append(ReadOnlySpan<float> samples)
    {
        var at = (_oldest + _held) % _ring.Length;
        var first = Math.Min(samples.Length, _ring.Length - at);
        samples[..first].CopyTo(_ring.AsSpan(at));
        samples[first..].CopyTo(_ring);
        _held += samples.Length;
    }

    void Leave(int count)
    {
        _oldest = (_oldest + count) % _ring.Length;
        _held -= count;
        _gone += count;
    }
}
