namespace SuRnnStream;

/// <content>Sound of other formats than the model's.</content>
public sealed partial class PooledStream
{
    readonly Lock _pushing = new();         // guards the converter: samples of two threads must not mix in it
    SampleConverter? _converter;            // null: nothing was pushed yet
    ReadOnlyMemory<float> _pushed;          // the resampler's last samples, which have no room yet; guarded by _lock

    /// <summary>
    /// As <see cref="Write(ReadOnlySpan{float})"/>, of 16-bit samples in <see cref="PooledStreamOptions.Format"/>, interleaved: they are mixed to one channel and resampled to the model's rate.
    /// </summary>
    /// <returns>
    /// Samples at the model's rate that were kept; the resampler holds the last few until the next push. With <see cref="OverflowPolicy.Wait"/> those without room are dropped and counted, as they cannot be
    /// offered again: <see cref="PushBytesAsync"/> waits for room.
    /// </returns>
    /// <exception cref="ArgumentException">The last frame is not whole, or the model detects events of sensors.</exception>
    public int PushInt16(ReadOnlySpan<short> samples)
    {
        lock (_pushing) return WritePushed(Converter.PushInt16(samples).Span);
    }

    /// <summary>The same of float samples in [-1, 1].</summary>
    /// <inheritdoc cref="PushInt16"/>
    public int PushFloat32(ReadOnlySpan<float> samples)
    {
        lock (_pushing) return WritePushed(Converter.PushFloat32(samples).Span);
    }

    /// <summary>The same of bytes in the format's encoding, little-endian. A frame may be cut: its rest comes with the next call.</summary>
    /// <returns>Samples at the model's rate that were kept.</returns>
    /// <exception cref="ArgumentException">The model detects events of sensors.</exception>
    public int PushBytes(ReadOnlySpan<byte> bytes)
    {
        lock (_pushing) return WritePushed(Converter.PushBytes(bytes).Span);
    }

    /// <summary>As <see cref="PushBytes"/>, and waits for room as <see cref="WriteAsync"/> does: for an upload. One call at a time.</summary>
    /// <returns>Samples at the model's rate that were written: all that were ready, or fewer where the stream ended.</returns>
    /// <exception cref="ArgumentException">The model detects events of sensors.</exception>
    public ValueTask<int> PushBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        float[] samples;
        lock (_pushing) samples = Converter.PushBytes(bytes.Span).ToArray(); // the converter's own memory is the next call's
        return WriteAsync(samples, cancellation);
    }

    SampleConverter Converter => _converter ??= _pool.NewConverter(Options.Format, Options.Channel);

    int WritePushed(ReadOnlySpan<float> samples)
    {
        var kept = Write(samples);
        var lost = samples.Length - kept;
        if (lost == 0 || _pool.DropsOldest) return kept;
        bool first;
        lock (_lock)
        {
            if (_ended || _paused) return kept; // counted, where it is paused
            Ledger.Read(lost);
            LosePushed(lost);
            (first, _toldLoss) = (!_toldLoss, true);
        }
        if (first) _pool.TellLoss(Name, samples.Length, lost);
        return kept;
    }

    /// <summary>There are no more samples: what the resampler holds follows the samples that wait, when there is room for it.</summary>
    void EndPushes()
    {
        lock (_pushing)
        {
            var rest = _converter?.End() ?? ReadOnlyMemory<float>.Empty;
            _converter = null;
            if (rest.IsEmpty) return;
            lock (_lock)
            {
                if (_ended) return;
                Ledger.Read(rest.Length);
                if (_paused) LosePushed(rest.Length);
                else _pushed = rest.ToArray();
            }
        }
    }

    /// <summary>Appends as much of what the resampler held as there is room for.</summary>
    void AppendPushed()
    {
        var part = Math.Min(_pushed.Length, _backlog.Length - _waiting);
        if (part == 0) return;
        Append(_pushed.Span[..part], _pool.Now);
        _origin?.Arrived(_pool.StreamTime(_end));
        _pushed = _pushed[part..];
    }

    void LosePushed(int samples)
    {
        Ledger.Dropped(samples);
        LoseNext(samples);
    }
}
