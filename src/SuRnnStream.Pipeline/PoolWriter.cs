using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// Writes to many streams at a time, as when one message brings sound of many callers: workers wake up once for all of them, at <see cref="Flush"/>. After single writes they would wake up for every one of
/// them, and find nothing more. Not thread-safe.
/// </summary>
public sealed class PoolWriter
{
    readonly List<PooledStream> _ready = []; // all of one pool's, not in its queue yet
    DetectorPool? _pool;

    /// <inheritdoc cref="PooledStream.Write(ReadOnlySpan{float})"/>
    /// <param name="stream">Of any pool; those of one pool best come together.</param>
    /// <param name="samples">At the model's rate.</param>
    public int Write(PooledStream stream, ReadOnlySpan<float> samples)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var kept = stream.Write(samples, out bool wake);
        if (!wake) return kept;
        if (_pool != stream.Pool) Flush();
        _pool = stream.Pool;
        _ready.Add(stream);
        return kept;
    }

    /// <summary>Wakes the workers: until then what was written may wait. To be called also where something goes wrong between two writes.</summary>
    public void Flush()
    {
        _pool?.Ready(CollectionsMarshal.AsSpan(_ready));
        _pool = null;
        _ready.Clear();
    }
}
