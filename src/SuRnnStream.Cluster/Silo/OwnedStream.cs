using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SuRnnStream.Cluster;

/// <summary>A stream that this silo owns: its place in the pool, and its outbox. Inlet, workers and grain come on their own threads.</summary>
sealed class OwnedStream : IDisposable
{
    [ThreadStatic] static float[]? t_samples;

    readonly ClusterModel _model;
    readonly StreamRecord _from;                            // the record that it continues from
    readonly PooledStream _pooled;
    readonly int _sampleBytes, _capacity;
    readonly bool _exact;
    readonly CertainFrames? _certain;                       // null: the settings do not ask

    readonly Lock _lock = new();                            // guards what follows
    readonly List<(long Number, ClusterDetection Detection)> _outbox = []; // in order; acknowledged ones stay until a snapshot is past them
    readonly List<(long Until, Countdown Waiter)> _waiters = [];
    long _made, _cursor, _heard;                            // number and cursor of the newest detection; cursor of the newest that a consumer has
    long _snapshotCursor;                                   // of the last detection before the last snapshot
    long _told;                                             // place up to which everything has been processed and its detections have been put into the outbox
    long _next;                                             // place of the next sample to be written
    bool _closed;

    long _saved, _savedHeard;                               // the grain's

    /// <exception cref="ArgumentException">The settings do not fit the model.</exception>
    /// <exception cref="InvalidDataException">The state is damaged, or another model's.</exception>
    public OwnedStream(string name, ClusterModel model, StreamRecord from, long saved, int capacity)
    {
        (Name, _model, _from, _capacity) = (name, model, from, capacity);
        _exact = from.Exact && (from.State.Length == 0 || model.SameBits(from.Kernel));
        _sampleBytes = from.Settings!.Format == SampleFormat.Int16 ? 2 : 4;
        (_made, _cursor, _snapshotCursor, _heard) = (from.Detections, from.Cursor, from.Cursor, from.Heard);
        (_saved, _savedHeard) = (saved, saved == from.Position ? from.Heard : -1);
        _outbox.AddRange(from.Outbox.Select((detection, i) => (from.Detections - from.Outbox.Length + 1 + i, detection)));
        _told = from.Position;
        if (from.Settings.AgreesFrom is { } certain)
        {
            _certain = new CertainFrames(certain, model.Model.Config.Labels);
            _certain.Restore(from.Certain);
        }
        _pooled = model.Pool.Add(name, new PooledStreamOptions
        {
            Detector = from.Settings.For(model.Model),
            Gap = from.Settings.Gap,
            State = Inflate(from.State),
            Marks = from.Settings.Marks,
            OnFrame = _certain is null ? null : _certain.Add,
            OnDetection = Hear,
            OnProcessed = Processed,
        });
        _next = _pooled.Written;
    }

    public string Name { get; }

    /// <summary>Identifies this stream's stay on this silo, and no other stream or stay. Blocks are found by it, because names are long and lie elsewhere in memory.</summary>
    public long Ticket { get; } = Random.Shared.NextInt64(1, long.MaxValue);

    public PooledStream Pooled => _pooled;

    public StreamSettings Settings => _from.Settings!;

    public bool Exact => _exact;

    public DateTimeOffset LastSeen => _from.At;

    public double SamplesPerSecond => _model.Model.Config.RequireTiming().SamplesPerSecond;

    /// <summary>Place up to which the store has it.</summary>
    public long Saved => Volatile.Read(ref _saved);

    /// <summary>True: there is something that the store does not have.</summary>
    public bool HasMoved
    {
        get
        {
            lock (_lock) return _pooled.Position != _saved || _heard != _savedHeard;
        }
    }

    public long Heard
    {
        get
        {
            lock (_lock) return _heard;
        }
    }

    public StreamStatus Status(string silo, Guid epoch)
    {
        lock (_lock)
        {
            var (position, here) = _pooled.Progress;
            var processed = _from.Processed + here;
            return new StreamStatus
            {
                Silo = silo,
                Model = _model.Name,
                Position = position,
                Saved = Saved,
                Processed = processed,
                Lost = position - processed,
                Detections = _made,
                Waiting = Waiting(),
                Epoch = epoch,
                Exact = _exact,
            };
        }
    }

    /// <summary>Takes the samples that follow those it has, as far as there is room. Samples that it has already change nothing; samples after a gap are not taken, unless it has none yet.</summary>
    /// <param name="block">The samples, and their place.</param>
    /// <param name="writer">Writes them with those of other streams.</param>
    /// <param name="waiter">Told when they are processed.</param>
    public void Take(in StreamBlock block, PoolWriter writer, Countdown waiter)
    {
        lock (_lock)
        {
            if (_closed) return;
            _heard = Math.Max(_heard, Math.Min(block.Heard, _cursor));
            var count = block.Packed > 0 ? block.Packed : block.Samples.Length / _sampleBytes;
            if (Waiting() >= _capacity || (block.Position > _next && !block.Gap)) return;
            if (block.Position > _next)
            {
                _pooled.Lose(block.Position - _next);
                _next = block.Position;
            }
            var known = (int)Math.Clamp(_next - block.Position, 0, count);
            if (known < count) _next += writer.Write(_pooled, Decode(block)[known..]);
            if (count == 0 || _told >= _next) return;
            waiter.Add();
            _waiters.Add((_next, waiter));
        }
    }

    /// <summary>Its progress, and the detections that the sender does not have.</summary>
    public BlockAnswer Answer(long heard)
    {
        lock (_lock) return _closed ? default : new BlockAnswer(true, _next, Saved, After(heard), _told);
    }

    /// <summary>Detections after a cursor that the caller has for good; null: none.</summary>
    public ClusterDetection[]? Read(long heard)
    {
        lock (_lock)
        {
            _heard = Math.Max(_heard, Math.Min(heard, _cursor));
            return After(heard);
        }
    }

    /// <summary>Takes nothing more: the inlet answers that the stream is elsewhere.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Release(long.MaxValue);
        }
    }

    public void Dispose()
    {
        Close();
        _pooled.Dispose();
    }

    /// <summary>All that belongs to one place of the stream.</summary>
    /// <param name="epoch">The owner's.</param>
    /// <param name="now">For <see cref="StreamRecord.At"/>.</param>
    /// <param name="drained">True: when nothing waits; after <see cref="Close"/>.</param>
    public async Task<StreamRecord> SnapshotAsync(Guid epoch, DateTimeOffset now, bool drained = false) => RecordOf(await _pooled.SnapshotAsync(drained), epoch, now);

    /// <summary>Processes what it has, and decides what is pending at the end of the stream. Takes nothing more.</summary>
    public async Task<StreamRecord> FinishAsync(Guid epoch, DateTimeOffset now)
    {
        Close();
        _pooled.Complete();
        await _pooled.Completion;
        lock (_lock)
        {
            var (position, processed) = _pooled.Progress;
            return _from with
            {
                State = [],
                Position = position,
                Processed = _from.Processed + processed,
                Detections = _made,
                Cursor = _cursor,
                Heard = _heard,
                Outbox = [.. _outbox.Select(one => one.Detection).Where(one => one.Cursor > _heard)],
                Epoch = epoch,
                Exact = _exact,
                Ended = true,
                At = now,
            };
        }
    }

    StreamRecord RecordOf(StreamSnapshot snapshot, Guid epoch, DateTimeOffset now)
    {
        lock (_lock)
        {
            var made = _from.Detections + snapshot.Detections;
            var before = _outbox.Count(one => one.Number <= made);
            if (before > 0) _snapshotCursor = _outbox[before - 1].Detection.Cursor;
            var record = _from with
            {
                ModelHash = _model.Hash,
                Kernel = ClusterModel.Kernel,
                State = Deflate(snapshot.State),
                Position = snapshot.Position,
                Processed = _from.Processed + snapshot.SamplesProcessed,
                Detections = made,
                Cursor = _snapshotCursor,
                Heard = _heard,
                Outbox = [.. _outbox.Take(before).Where(one => one.Detection.Cursor > _heard).Select(one => one.Detection)],
                Epoch = epoch,
                Exact = _exact,
                At = now,
                Certain = _certain?.Until(_model.Model.Config.RequireTiming().StreamTime(snapshot.Position)) ?? [],
            };
            _outbox.RemoveAll(one => one.Number <= made && one.Detection.Cursor <= _heard);
            return record;
        }
    }

    /// <summary>The store has this.</summary>
    public void SavedAs(StreamRecord record)
    {
        lock (_lock)
        {
            Volatile.Write(ref _saved, record.Position);
            _savedHeard = record.Heard;
        }
    }

    void Hear(Detection detection)
    {
        lock (_lock)
        {
            _cursor = Math.Max(detection.Time.Ticks, _cursor + 1);
            _outbox.Add((++_made, ClusterDetection.Of(detection, _cursor) with { Agreeing = detection.Phase == EventPhase.End ? null : _certain?.Count(detection) }));
        }
    }

    void Processed(long position)
    {
        lock (_lock)
        {
            _told = position;
            Release(position);
        }
    }

    void Release(long position)
    {
        var kept = 0;
        foreach (var one in _waiters)
        {
            if (one.Until <= position) one.Waiter.Done();
            else _waiters[kept++] = one;
        }
        _waiters.RemoveRange(kept, _waiters.Count - kept);
    }

    int Waiting() => CountAfter(_heard);

    ClusterDetection[]? After(long heard)
    {
        var count = CountAfter(heard);
        return count == 0 ? null : [.. _outbox.TakeLast(count).Select(one => one.Detection)];
    }

    /// <summary>Cursors grow, so the detections after a cursor are the last ones. Earlier ones may be many until a snapshot is past them.</summary>
    int CountAfter(long heard)
    {
        var count = 0;
        while (count < _outbox.Count && _outbox[^(count + 1)].Detection.Cursor > heard) count++;
        return count;
    }

    ReadOnlySpan<float> Decode(in StreamBlock block)
    {
        if (block.Packed > 0)
        {
            PackedSound.Unpack(block.Samples, block.Packed, Room(PackedSound.Padded(block.Packed)));
            return t_samples.AsSpan(0, block.Packed);
        }
        if (_sampleBytes == 4) return MemoryMarshal.Cast<byte, float>(block.Samples.AsSpan());
        var from = MemoryMarshal.Cast<byte, short>(block.Samples.AsSpan());
        var to = Room(from.Length);
        var (i, scale) = (0, new Vector<float>(1 / 32_768f));
        for (; i <= from.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(from[i..]), out var low, out var high);
            (Vector.ConvertToSingle(low) * scale).CopyTo(to[i..]);
            (Vector.ConvertToSingle(high) * scale).CopyTo(to[(i + Vector<int>.Count)..]);
        }
        for (; i < from.Length; i++) to[i] = from[i] / 32_768f;
        return to;
    }

    static Span<float> Room(int samples)
    {
        if (t_samples is null || t_samples.Length < samples) t_samples = new float[Math.Max(samples, 4_096)];
        return t_samples.AsSpan(0, samples);
    }

    static byte[] Deflate(byte[] state)
    {
        using var to = new MemoryStream(state.Length / 2);
        using (var deflate = new DeflateStream(to, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(state);
        return to.ToArray();
    }

    static byte[] Inflate(byte[] state)
    {
        if (state.Length == 0) return state;
        using var to = new MemoryStream(8_192);
        using var inflate = new DeflateStream(new MemoryStream(state, writable: false), CompressionMode.Decompress);
        inflate.CopyTo(to);
        return to.ToArray();
    }
}
