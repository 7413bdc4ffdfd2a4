namespace SuRnnStream;

/// <summary>Another source, no faster than real time, or a given number of times as fast: a recording as if it were live.</summary>
public sealed class PacedSource : ILossySource, IRecordedSource, IDisposable
{
    static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20); // of time: a longer one would come in bursts

    readonly ISampleSource _source;
    readonly TimeProvider _time;
    readonly CancellationToken _stop;
    readonly double _rate;      // samples a second of time, those of all channels
    readonly int _most;         // at once
    long? _start;
    long _read;

    /// <param name="source">Closed with this one, if it can be.</param>
    /// <param name="speed">Seconds of the source in a second, 0.001 to 1,000,000.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="stop">Ends the stream, also while a Read waits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The speed lies outside its range.</exception>
    public PacedSource(ISampleSource source, double speed = 1, TimeProvider? time = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (speed is not (>= 0.001 and <= 1e6)) throw new ArgumentOutOfRangeException(nameof(speed), speed, "The speed is 0.001 to 1000000.");
        (_source, _time, _stop, _rate) = (source, time ?? TimeProvider.System, stop, speed * source.Rate * source.Channels);
        _most = (int)Math.Min(int.MaxValue, Math.Max(1, Piece.TotalSeconds * speed * source.Rate) * source.Channels);
    }

    /// <summary>The source that is paced.</summary>
    internal ISampleSource Inner => _source;

    /// <inheritdoc/>
    public int SampleRate => _source.SampleRate;

    /// <inheritdoc/>
    public double Rate => _source.Rate;

    /// <inheritdoc/>
    public int Channels => _source.Channels;

    /// <inheritdoc/>
    public long SamplesLost => (_source as ILossySource)?.SamplesLost ?? 0;

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        _start ??= _time.GetTimestamp();
        var got = _source.Read(samples[..Math.Min(samples.Length, _most)]);
        _read += got;
        var early = TimeSpan.FromSeconds(_read / _rate) - _time.GetElapsedTime(_start.Value);
        try
        {
            if (early > TimeSpan.Zero) Task.Delay(early, _time, _stop).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        return got;
    }

    TimeSpan IRecordedSource.Recorded(TimeSpan stream) => (_source as IRecordedSource)?.Recorded(stream) ?? stream;

    /// <summary>Closes the other source.</summary>
    public void Dispose() => (_source as IDisposable)?.Dispose();
}
