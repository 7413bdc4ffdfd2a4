using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SuRnnStream.Cluster;

/// <summary>One stream of a <see cref="ClusterProducer"/>: write its samples, and take its detections. Any thread may write.</summary>
public sealed class ClusterStream
{
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(250); // without an answer; then it asks what has been saved

    readonly double _samplesPerSecond;
    readonly bool _live;

    readonly Lock _lock = new();                    // guards what follows
    readonly ReplayBuffer _buffer;
    readonly TaskCompletionSource<StreamStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _next, _saved, _best;                      // what the cluster has taken, has saved, and had at most
    long _lost, _answered;                          // samples; when the last answer came
    bool _placed;                                   // its places are the cluster's
    bool _completed;
    Exception? _failure;

    internal ClusterStream(string name, StreamSettings settings, ClusterStreamOptions options, TimeSpan keep)
    {
        if (!(options.SamplesPerSecond is > 0 and < 1e9)) throw new ArgumentException(FormattableString.Invariant($"{nameof(ClusterStreamOptions.SamplesPerSecond)} is {options.SamplesPerSecond}, but must be the model's, above 0 and below 1e9."));
        (Name, Settings, _live, OnDetection, OnAnswer) = (name, settings, options.Live, options.OnDetection, options.OnAnswer);
        _samplesPerSecond = options.SamplesPerSecond;
        _buffer = new ReplayBuffer(SampleBytes, (long)(keep.TotalSeconds * _samplesPerSecond));
    }

    /// <summary>Its name in the cluster.</summary>
    public string Name { get; }

    /// <summary>What detects in it.</summary>
    public StreamSettings Settings { get; }

    /// <summary>Place of the next sample to be written.</summary>
    public long Written
    {
        get
        {
            lock (_lock) return _buffer.End;
        }
    }

    /// <summary>Place up to which a silo has taken it, and processed it soon after, as far as is known here. Goes back when a machine is lost.</summary>
    public long Processed
    {
        get
        {
            lock (_lock) return _next;
        }
    }

    /// <summary>Place up to which the cluster's store has it.</summary>
    public long Saved
    {
        get
        {
            lock (_lock) return _saved;
        }
    }

    /// <summary>Samples missing in what was sent: the source lost them, or <see cref="ProducerOptions.Keep"/> was too short for them.</summary>
    public long Lost
    {
        get
        {
            lock (_lock) return _lost;
        }
    }

    /// <summary>Samples that were sent again.</summary>
    public long SentAgain { get; private set; }

    /// <summary>Its silo as far as is known here; null: none yet.</summary>
    public string? Silo { get; internal set; }

    /// <summary>Ends with the stream's last counts, when everything was processed after <see cref="Complete"/>; fails where the stream cannot be opened.</summary>
    public Task<StreamStatus> Ended => _ended.Task;

    internal Action<Detection>? OnDetection { get; }
    internal Action<IReadOnlyList<ClusterDetection>, long>? OnAnswer { get; }
    internal long Origin { get; private set; }      // place in the cluster of the first sample here; known before anything is detected
    internal long Heard { get; private set; }       // by the one call of this stream that is on its way, as are the next
    internal bool Busy { get; set; }
    internal StreamStatus? LastStatus { get; set; } // of a stream that has ended there
    internal bool NeedsOpening { get; set; } = true;
    internal long Ticket { get; private set; }      // its silo's, for its blocks

    internal double SamplesPerSecond => _samplesPerSecond;

    int SampleBytes => Settings.Format == SampleFormat.Int16 ? 2 : 4;

    /// <summary>Takes sound in [-1, 1] at the model's rate, or sensors' values. A copy of them waits to be sent; when <see cref="ProducerOptions.Keep"/> is full the oldest are lost.</summary>
    /// <exception cref="InvalidOperationException">The stream has been completed, or could not be opened.</exception>
    public void Write(ReadOnlySpan<float> samples)
    {
        var bytes = new byte[samples.Length * SampleBytes];
        if (SampleBytes == 4) MemoryMarshal.AsBytes(samples).CopyTo(bytes);
        else for (var i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), (short)Math.Clamp(MathF.Round(samples[i] * 32_768), short.MinValue, short.MaxValue));
        Add(bytes);
    }

    /// <summary>The same, of 16-bit sound as it is.</summary>
    /// <exception cref="InvalidOperationException">The stream's samples are sent as floats, it has been completed, or it could not be opened.</exception>
    public void Write(ReadOnlySpan<short> samples)
    {
        if (SampleBytes != 2) throw new InvalidOperationException($"The samples of {Name} are sent as floats: write floats.");
        Add(MemoryMarshal.AsBytes(samples).ToArray());
    }

    /// <summary>As <see cref="Write(ReadOnlySpan{float})"/>, but waits for room and loses nothing: for files.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<float> samples, CancellationToken cancellation = default)
    {
        await RoomAsync(samples.Length, cancellation).ConfigureAwait(false);
        Write(samples.Span);
    }

    /// <summary>Takes what there is room for, from the front, and loses nothing; from one thread at a time. 0 once the stream is completed.</summary>
    /// <exception cref="InvalidOperationException">The stream could not be opened.</exception>
    internal int TryWrite(ReadOnlySpan<float> samples)
    {
        long room;
        lock (_lock) room = _completed ? 0 : _failure is not null || _buffer.Held == 0 ? samples.Length : _buffer.Room;
        samples = samples[..(int)Math.Clamp(room, 0, samples.Length)];
        if (!samples.IsEmpty) Write(samples);
        return samples.Length;
    }

    /// <summary>Completes when a write would take at least one sample, or never again.</summary>
    internal Task RoomAsync(CancellationToken cancellation) => RoomAsync(1, cancellation);

    async Task RoomAsync(int samples, CancellationToken cancellation)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_failure is not null || _completed || _buffer.Room >= samples || _buffer.Held == 0) return;
                if (_room.Task.IsCompleted) _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }
            await room.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The next samples of the stream will never come, as its source says.</summary>
    public void Lose(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        lock (_lock) _buffer.Skip(samples);
    }

    /// <summary>There are no more samples: <see cref="Ended"/> says when all have been processed.</summary>
    public Task<StreamStatus> Complete()
    {
        lock (_lock) _completed = true;
        return Ended;
    }

    void Add(byte[] samples)
    {
        lock (_lock)
        {
            if (_failure is not null) throw new InvalidOperationException($"Stream {Name} could not be opened.", _failure);
            if (_completed) throw new InvalidOperationException($"Stream {Name} has been completed.");
            _buffer.Add(samples);
        }
    }

    /// <summary>True: there is something to send.</summary>
    internal bool HasMore
    {
        get
        {
            lock (_lock) return _buffer.End > _next;
        }
    }

    /// <summary>True: nothing is to be sent, but the cluster has not saved everything as far as is known here: ask.</summary>
    internal bool WantsNews(TimeProvider time)
    {
        lock (_lock) return _saved < _next && time.GetElapsedTime(_answered) > Silence;
    }

    /// <summary>True: all has been processed, and the stream is to end.</summary>
    internal bool IsDue
    {
        get
        {
            lock (_lock) return _completed && _buffer.End <= _next && !_ended.Task.IsCompleted;
        }
    }

    /// <summary>The stream is open: it goes on where the cluster has it.</summary>
    internal void Opened(StreamOpening opening, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_placed)
            {
                Heard = opening.Heard;
                if (_live && opening is { Next: > 0, LastSeen: { } seen }) // another producer's stream so far: what came between is lost
                    _buffer.Shift(Origin = opening.Next + Math.Max(1, (long)((now - seen).TotalSeconds * _samplesPerSecond)));
                _placed = true;
            }
            GoOn(opening.Next, opening.Saved);
            (Silo, Ticket, NeedsOpening) = (opening.Silo, opening.Ticket, false);
            if (opening.Ended) _completed = true;
        }
    }

    internal StreamBlock NextBlock(int most)
    {
        long position;
        byte[] samples;
        bool gap;
        lock (_lock)
        {
            (position, samples) = _buffer.From(_next, most);
            gap = position > _next;
        }
        if (SampleBytes != 2 || PackedSound.Pack(samples) is not { } packed) return new StreamBlock(Ticket, position, gap, samples, Heard);
        return new StreamBlock(Ticket, position, gap, packed, Heard, Packed: samples.Length / 2);
    }

    /// <summary>Returns the detections that are new here.</summary>
    internal List<ClusterDetection> Answered(in StreamBlock block, in BlockAnswer answer, long now)
    {
        long lost;
        lock (_lock)
        {
            lost = block.Gap && answer.Next > block.Position ? block.Position - Math.Max(_next, _best) : 0;
            if (lost > 0) _lost += lost;
            SentAgain += Math.Max(0, Math.Min(answer.Next, _best) - block.Position);
            GoOn(answer.Next, answer.Saved);
            _answered = now;
        }
        return New(answer.Detections);
    }

    internal List<ClusterDetection> New(ClusterDetection[]? detections)
    {
        var heard = new List<ClusterDetection>();
        foreach (var detection in detections ?? [])
        {
            if (detection.Cursor <= Heard) continue;
            Heard = detection.Cursor;
            heard.Add(detection);
        }
        return heard;
    }

    internal void End(StreamStatus status) => _ended.TrySetResult(status);

    internal void Fail(Exception problem)
    {
        lock (_lock)
        {
            _failure = problem;
            _room.TrySetResult();
        }
        _ended.TrySetException(problem);
    }

    void GoOn(long next, long saved)
    {
        (_next, _saved, _best) = (next, saved, Math.Max(_best, next));
        _buffer.Forget(saved);
        _room.TrySetResult();
    }
}
