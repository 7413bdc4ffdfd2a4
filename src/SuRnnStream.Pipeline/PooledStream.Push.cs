namespace SuRnnStream;

/// <content>Sound of other formats than the model's.</content>
public sealed partial class PooledStream
{
    readonly Lock _pushing = new();         // guards the converter: samples of two threads must not mix in it
    SampleConverter? _converter;            // null: nothing was pushed yet

    /// <summary>
    /// As <see cref="Write(ReadOnlySpan{float})"/>, of 16-bit samples in <see cref="PooledStreamOptions.Format"/>, interleaved: they are mixed to one channel and resampled to the model's rate.
    /// </summary>
    /// <returns>Samples at the model's rate that were kept; the resampler holds the last few until the next push.</returns>
    /// <exception cref="ArgumentException">The last frame is not whole, or the model detects events of sensors.</exception>
    public int PushInt16(ReadOnlySpan<short> samples)
    {
        lock (_pushing) return Write(Converter.PushInt16(samples).Span);
    }

    /// <summary>The same of float samples in [-1, 1].</summary>
    /// <inheritdoc cref="PushInt16"/>
    public int PushFloat32(ReadOnlySpan<float> samples)
    {
        lock (_pushing) return Write(Converter.PushFloat32(samples).Span);
    }

    /// <summary>The same of bytes in the format's encoding, little-endian. A frame may be cut: its rest comes with the next call.</summary>
    /// <returns>Samples at the model's rate that were kept.</returns>
    /// <exception cref="ArgumentException">The model detects events of sensors.</exception>
    public int PushBytes(ReadOnlySpan<byte> bytes)
    {
        lock (_pushing) return Write(Converter.PushBytes(bytes).Span);
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

    /// <summary>There are no more samples: what the resampler holds is written.</summary>
    void EndPushes()
    {
        lock (_pushing)
        {
            if (_converter is { } converter && TakesSamples) Write(converter.End().Span);
            _converter = null;
        }
    }
}
