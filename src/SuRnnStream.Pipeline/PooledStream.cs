namespace SuRnnStream;

/// <summary>One stream in a <see cref="DetectorPool"/>. Any thread may write to it.</summary>
public sealed partial class PooledStream : IClientStream
{
    internal const int Writes = 8; // whose arrival is known; more of them at a time share the last one's
    internal const int Gaps = 8;   // that may wait; for one more the samples before it are lost too, back to the last

    readonly DetectorPool _pool;
    readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly StreamingDetector _detector;            // the worker whose turn it is
    readonly DecisionStage? _stage;                  // likewise
    readonly Action<Detection>? _hear;               // likewise
    readonly StreamOrigin? _origin;
    readonly MuteGate _mute;
    readonly StreamFollower? _commands;              // likewise; one of the followers
    readonly StreamFollower[] _companions;           // likewise
    readonly StreamFollower[] _followers;            // likewise
    readonly StreamMarks? _marks;                    // likewise
    readonly SoundKeeper? _sounds;                   // likewise; null: no sound is asked for
    int _made;                                       // detections of a turn, before rules
    long _largestLateness;                           // ticks of 100 ns; written by the worker, read by anyone

    readonly Lock _lock = new();                     // held to copy samples, never while they are processed; guards what follows
    readonly float[] _backlog;                       // a ring
    int _oldest, _waiting;                           // place in the ring of the oldest sample that waits, and how many do
    long _start, _end;                               // places in the stream of that sample and of the next one to be written
    readonly List<(long At, long Lost)> _gaps = [];  // after samples that wait, first to last; At: place of the first lost sample
    readonly (long End, long Time)[] _writes = new (long, long)[Writes]; // a ring: place after a write's last sample, and when it came
    int _oldestWrite, _writesWaiting;
    bool _scheduled;                                 // is in the ready queue or with a worker
    bool _parked;                                    // its samples wait for more; set until a worker takes it
    bool _written, _ended, _finished, _gone, _paused, _toldLoss;
    readonly List<(TaskCompletionSource<StreamSnapshot> Taken, bool Drained)> _snapshots = []; // that are asked for
    TaskCompletionSource? _room;                     // somebody waits for room
    volatile bool _disposed;

    long _position, _processed;                      // place of the next sample to be processed, and how many were; the worker writes them
    long _delivered;                                 // detections; the worker's

    internal PooledStream(DetectorPool pool, string name, StreamingDetector detector, int backlog, DecisionStage? stage, StreamOrigin? origin, PooledStreamOptions options, StreamFollower? commands, StreamFollower[] companions, StreamMarks? marks, PooledNearMisses? near)
    {
        (_commands, _companions, _followers) = (commands, companions, commands is null ? companions : [commands, .. companions]);
        (_marks, _sounds) = (marks, near?.Sounds);
        _mute = new MuteGate(pool.Clock);
        near?.Muting = _mute;
        (_pool, Name, Options, _detector, _backlog, _stage, _origin) = (pool, name, options, detector, new float[backlog], stage, origin);
        _start = _end = _position = detector.Position;
        _written = !options.State.IsEmpty; // something may be pending in it
        if (_stage is not null) _hear = detection =>
        {
            _made++;
            _stage.Hear(detection);
        };
    }

    /// <summary>The <see cref="Detection.Source"/> of its detections.</summary>
    public string Name { get; }

    /// <summary>Where this stream's samples went and what they cost. What consumers lose or throw is counted in the pool.</summary>
    public PipelineCounters Counters => Ledger.Snapshot();

    /// <summary>The same of its <see cref="PooledStreamOptions.Commands"/>: frames while disarmed count as skipped. In no counter of the pool's.</summary>
    public PipelineCounters CommandCounters => _commands?.Counters ?? new PipelineCounters();

    /// <summary>The same of its <see cref="PooledStreamOptions.Companions"/>, in their order. In no counter of the pool's.</summary>
    public IReadOnlyList<PipelineCounters> CompanionCounters => [.. _companions.Select(companion => companion.Counters)];

    /// <summary>Completes when the stream has left the pool: nothing of it is processed or delivered any more.</summary>
    public Task Completion => _left.Task;

    /// <summary>The longest that a write waited until its last sample was processed. One whose last sample was dropped does not count.</summary>
    public TimeSpan LargestLateness => new(Volatile.Read(ref _largestLateness));

    /// <summary>Place in the stream of the next sample to be processed. What lies before it was processed, or was missing.</summary>
    public long Position => Progress.Position;

    /// <summary>The same, and how many samples were processed since the stream was added: what the place moved by and was not processed was missing.</summary>
    public (long Position, long Processed) Progress
    {
        get
        {
            lock (_lock) return (_position, _processed);
        }
    }

    /// <summary>Place in the stream of the next sample to be written.</summary>
    public long Written
    {
        get
        {
            lock (_lock) return _end;
        }
    }

    internal DetectorPool Pool => _pool;

    internal PooledStreamOptions Options { get; }

    internal Ledger Ledger { get; } = new();

    /// <summary>The ready queue's own, as the next three.</summary>
    internal PooledStream? Next;
    internal PooledStream? Previous;
    internal long Due;
    internal bool Parked;

    /// <summary>
    /// Takes samples at the model's rate, of sound in [-1, 1], of sensors as <see cref="StreamingDetector.Process"/> does, at once and without waiting for anything: a copy of them waits for a worker.
    /// </summary>
    /// <returns>
    /// How many of these samples were kept. With <see cref="OverflowPolicy.DropOldest"/> all of them, or the last ones that fill the backlog (<see cref="PoolOptions.Backlog"/>): the rest, and older samples that
    /// had to make room, are dropped and counted, and the first loss of a stream is logged. With <see cref="OverflowPolicy.Wait"/> as many from the front as there is room for: offer the rest again, or call
    /// <see cref="WriteAsync"/>. 0 once the stream has ended, and while it is paused.
    /// </returns>
    public int Write(ReadOnlySpan<float> samples) => Write(samples, out int _);

    /// <inheritdoc cref="Write(ReadOnlySpan{float})"/>
    /// <param name="samples">At the model's rate.</param>
    /// <param name="dropped">Samples that were dropped: of these, and older ones that waited.</param>
    public int Write(ReadOnlySpan<float> samples, out int dropped)
    {
        var kept = Write(samples, _pool.DropsOldest, out var wake, out dropped);
        if (wake) _pool.Ready(this);
        return kept;
    }

    /// <summary>
    /// The same for <see cref="PoolWriter"/>: where <paramref name="wake"/> is true this stream is to be given to <see cref="DetectorPool.Ready(PooledStream)"/>.
    /// </summary>
    internal int Write(ReadOnlySpan<float> samples, out bool wake) => Write(samples, _pool.DropsOldest, out wake, out _);

    /// <summary>Writes all samples and loses none: waits for room, whatever <see cref="PoolOptions.Overflow"/> says. One call at a time; what other threads write meanwhile comes between.</summary>
    /// <param name="samples">Any number, at the model's rate; of sensors whole moments.</param>
    /// <param name="cancellation">Ends the waiting with an <see cref="OperationCanceledException"/>; what was written before stays.</param>
    /// <returns>How many were written: all, or fewer where the stream ended or was paused meanwhile.</returns>
    public async ValueTask<int> WriteAsync(ReadOnlyMemory<float> samples, CancellationToken cancellation = default)
    {
        var written = 0;
        while (written < samples.Length)
        {
            await RoomAsync(cancellation).ConfigureAwait(false);
            var kept = Write(samples.Span[written..], dropsOldest: false, out var wake, out _);
            if (wake) _pool.Ready(this);
            if (kept == 0 && !TakesSamples) break;
            written += kept;
        }
        return written;
    }

    bool TakesSamples
    {
        get
        {
            lock (_lock) return !_ended && !_paused;
        }
    }

    int Write(ReadOnlySpan<float> samples, bool dropsOldest, out bool wake, out int dropped)
    {
        (wake, dropped) = (false, 0);
        var (now, first) = (_pool.Now, false);
        var kept = 0;
        lock (_lock)
        {
            if (_ended) return 0;
            if (_paused)
            {
                dropped = samples.Length;
                Ledger.Read(dropped);
                Ledger.Dropped(dropped);
                LoseNext(dropped);
                return 0;
            }
            if (!dropsOldest) samples = samples[..Math.Min(samples.Length, _backlog.Length - _waiting)];
            if (samples.IsEmpty) return 0;
            Ledger.Read(samples.Length);
            dropped = Math.Max(0, _waiting + samples.Length - _backlog.Length);
            Drop(dropped);
            kept = Math.Min(samples.Length, _backlog.Length);
            Append(samples[^kept..], now);
            _origin?.Arrived(_pool.StreamTime(_end));
            wake = _pool.IsWorthATurn(_waiting) && Schedule();
            if (!wake) Park();
            (first, _toldLoss) = (dropped > 0 && !_toldLoss, _toldLoss || dropped > 0);
        }
        if (first) _pool.TellLoss(Name, samples.Length, dropped);
        return kept;
    }

    /// <summary>
    /// From now on what is written is dropped and counted, without a line in the log, and the network does not run; what waits is still processed. The detector crosses a gap when the stream is resumed.
    /// Any thread; nothing happens where it is paused already.
    /// </summary>
    public void Pause()
    {
        lock (_lock)
        {
            _paused = true;
            MakeRoom(); // a WriteAsync that waits ends
        }
    }

    /// <summary>Takes samples again.</summary>
    public void Resume()
    {
        lock (_lock) _paused = false;
    }

    /// <summary>True: <see cref="Pause"/> was called, and <see cref="Resume"/> was not since.</summary>
    public bool Paused
    {
        get
        {
            lock (_lock) return _paused;
        }
    }

    /// <summary>
    /// Detections made in this time from now on, by the pool's clock, are counted and not reported; the network goes on. The end of an event whose begin was reported is still reported. Another call sets
    /// another time; zero ends it. Any thread.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public void Mute(TimeSpan time) => _mute.Mute(time);

    /// <summary>Detections that <see cref="Mute"/> has kept back.</summary>
    public long DetectionsMuted => _mute.DetectionsMuted;

    /// <summary>
    /// Detections that overlap a time of the stream are counted and not reported: a chime, the tail of a reply; the network goes on. A time can be given before the stream gets there. Any thread.
    /// </summary>
    /// <param name="from">First stream time that is ignored, as <see cref="Detection.Start"/> counts.</param>
    /// <param name="to">First stream time that counts again.</param>
    /// <exception cref="ArgumentException">It ends before it begins.</exception>
    public void Ignore(TimeSpan from, TimeSpan to) => _mute.Ignore(from, to);

    /// <summary>Detections that <see cref="Ignore"/> has kept back.</summary>
    public long DetectionsIgnored => _mute.DetectionsIgnored;

    internal MuteGate Muting => _mute;

    internal bool HasEnded
    {
        get
        {
            lock (_lock) return _ended;
        }
    }

    /// <summary>Completes when a write would take at least one sample, or when the stream has ended.</summary>
    /// <param name="cancellation">Ends the waiting with an <see cref="OperationCanceledException"/>.</param>
    public Task RoomAsync(CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            if (_ended || _paused || _waiting < _backlog.Length) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>
    /// The next <paramref name="samples"/> samples of the stream will never come, as its sender says. The detector is told when it gets
    /// there and does what <see cref="PoolOptions.Gap"/> says. <see cref="PipelineCounters.Gaps"/> counts it; nothing counts as read or dropped.
    /// </summary>
    /// <param name="samples">At the model's rate: 0 or more, and few enough for the stream to stay within 2^62 samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range.</exception>
    public void Lose(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, (1L << 62) - _end);
            if (_ended || samples == 0) return;
            LoseNext(samples);
        }
    }

    void LoseNext(long samples)
    {
        if (samples == 0) return;
        if (_waiting == 0) _start += samples;
        else AddGap(samples);
        _end += samples;
    }

    void AddGap(long lost)
    {
        if (_gaps is not [.., var last] || (_gaps.Count < Gaps && last.At + last.Lost < _end))
        {
            _gaps.Add((_end, lost));
            return;
        }
        var between = (int)(_end - last.At - last.Lost);
        _waiting -= between;
        while (_writesWaiting > 0 && _writes[(_oldestWrite + _writesWaiting - 1) % Writes].End > last.At) _writesWaiting--;
        if (between > 0) Ledger.Dropped(between);
        _gaps[^1] = (last.At, last.Lost + between + lost);
    }

    /// <summary>
    /// There are no more samples. Those that wait are still processed, what is pending at their end is decided
    /// (<see cref="StreamingDetector.Finish"/>), then the stream leaves the pool.
    /// </summary>
    public void Complete()
    {
        EndPushes();
        End(dispose: false);
    }

    /// <summary>
    /// Leaves the pool: samples that wait are dropped and counted. Those with a worker at this moment are still processed, but what they
    /// bring is not delivered, except for detections that are on their way already.
    /// </summary>
    public void Dispose() => End(dispose: true);

    /// <summary>
    /// The stream's state between two of its turns, with its place and what was delivered before it: taken by a worker, so that nobody else waits. The
    /// stream goes on; where it moves to another pool or machine, <see cref="Dispose"/> it after that and write what follows
    /// <see cref="StreamSnapshot.Position"/> to the other.
    /// </summary>
    /// <param name="drained">True: when every sample that waits has been processed, which takes as long as samples are written. False: after the next turn.</param>
    /// <exception cref="ObjectDisposedException">The stream has left the pool, or was disposed before the snapshot could be taken.</exception>
    /// <exception cref="InvalidOperationException">The pool's detections are decided or dated, which is not in the detector's state.</exception>
    public Task<StreamSnapshot> SnapshotAsync(bool drained = false)
    {
        if (_followers.Length > 0) throw new InvalidOperationException("Commands and companions have a state that is not in a snapshot: add the stream without Commands and Companions.");
        if (_stage is not null) throw new InvalidOperationException("What decides about detections has a memory that is not in a snapshot: take a pool without Decisions and Clock.");
        var taken = new TaskCompletionSource<StreamSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool wake;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_gone || _disposed, this);
            _snapshots.Add((taken, drained));
            wake = Schedule();
        }
        if (wake) _pool.Ready(this);
        return taken.Task;
    }

    void End(bool dispose)
    {
        bool wake, leaves;
        lock (_lock)
        {
            _ended = true;
            if (dispose)
            {
                _disposed = true;
                Drop(_waiting + _pushed.Length);
                _pushed = ReadOnlyMemory<float>.Empty;
            }
            else AppendPushed();
            Unpark();
            wake = _written && !_disposed && !_finished && Schedule(); // for a last turn
            leaves = !_scheduled;
            _gone |= leaves;
            MakeRoom();
        }
        if (wake) _pool.Ready(this);
        if (leaves) Leave();
    }

    /// <summary>True: the caller puts the stream into the ready queue. Otherwise it is there, or with a worker.</summary>
    bool Schedule()
    {
        Unpark();
        if (_scheduled) return false;
        return _scheduled = true;
    }

    /// <summary>Its samples wait for more, unless it is in the ready queue or with a worker, which looks at them when its turn is over.</summary>
    void Park()
    {
        if (_scheduled || _parked) return;
        _parked = true;
        _pool.Park(this, _writesWaiting > 0 ? _writes[_oldestWrite].Time : _pool.Now);
    }

    void Unpark()
    {
        if (!_parked) return;
        _parked = false;
        _scheduled = !_pool.Unpark(this); // its time has come, and a worker takes it
    }

    /// <summary>Loses the next samples of the stream, waiting or not yet written.</summary>
    void Drop(int lost)
    {
        var unwritten = Math.Max(0, lost - _waiting);
        for (int rest = lost - unwritten, part; rest > 0; rest -= part) Advance(part = Math.Min(rest, Together));
        (_start, _end) = (_start + unwritten, _end + unwritten);
        while (_writesWaiting > 0 && _writes[_oldestWrite].End <= _start) TakeWrite();
        if (lost > 0) Ledger.Dropped(lost);
    }

    void Append(ReadOnlySpan<float> samples, long now)
    {
        var at = (_oldest + _waiting) % _backlog.Length;
        var first = Math.Min(samples.Length, _backlog.Length - at);
        samples[..first].CopyTo(_backlog.AsSpan(at));
        samples[first..].CopyTo(_backlog);
        _written = true;
        _waiting += samples.Length;
        _end += samples.Length;
        if (_writesWaiting == Writes) _writes[(_oldestWrite + Writes - 1) % Writes].End = _end;
        else _writes[(_oldestWrite + _writesWaiting++) % Writes] = (_end, now);
    }

    /// <summary>Samples that wait and have no gap between them.</summary>
    int Together => _gaps is [var gap, ..] ? (int)(gap.At - _start) : _waiting;

    /// <summary>Some of the samples <see cref="Together"/> wait no more: on to the next one, over a gap if there is one before it.</summary>
    void Advance(int samples)
    {
        _waiting -= samples;
        _oldest = _waiting == 0 ? 0 : (_oldest + samples) % _backlog.Length; // a stream that keeps up stays in a few cache lines
        _start += samples;
        if (_gaps is not [var gap, ..] || gap.At > _start) return;
        _start += gap.Lost;
        _gaps.RemoveAt(0);
    }

    void MakeRoom()
    {
        _room?.SetResult();
        _room = null;
    }

    long TakeWrite()
    {
        var time = _writes[_oldestWrite].Time;
        (_oldestWrite, _writesWaiting) = ((_oldestWrite + 1) % Writes, _writesWaiting - 1);
        return time;
    }

    /// <summary>Moves the samples of one turn to the worker.</summary>
    internal void Take(PoolWorker worker)
    {
        lock (_lock)
        {
            (_scheduled, _parked) = (true, false);
            (worker.Start, worker.Length, worker.Arrived) = (_start, Math.Min(Together, worker.Samples.Length), 0);
            var first = Math.Min(worker.Length, _backlog.Length - _oldest);
            _backlog.AsSpan(_oldest, first).CopyTo(worker.Samples);
            _backlog.AsSpan(0, worker.Length - first).CopyTo(worker.Samples.AsSpan(first));
            Advance(worker.Length);
            AppendPushed();
            MakeRoom();
            while (_writesWaiting > 0 && _writes[_oldestWrite].End <= _start) worker.Arrivals[worker.Arrived++] = TakeWrite();
        }
    }

    /// <summary>Processes what was taken; <see cref="PoolWorker.Heard"/> has what is to be delivered.</summary>
    internal void Process(PoolWorker worker, GapPolicy gap)
    {
        if (worker.Length > 0) _detector.Prefetch(); // while the front end works
        _detector.Borrow(worker.Memory);
        var (stats, hear) = (new ComputeStats(), _hear ?? worker.Hear);
        if (_stage is not null) _stage.To = worker.Heard;
        if (_marks is not null) _marks.To = worker.Heard;
        if (_commands is not null) hear = Arming(worker, hear);
        if (worker.Length > 0)
        {
            var come = _detector.Position;
            var crossed = _detector.Cross(worker.Start, gap, hear, out var before);
            if (crossed) Ledger.Gap();
            if (crossed) _marks?.Gap(_pool.StreamTime(come));
            var samples = worker.Samples.AsSpan(0, worker.Length);
            _sounds?.Hear(worker.Start, samples);
            _stage?.Before(worker.Start, crossed, samples);
            foreach (var follower in _followers) follower.Before(worker.Start, crossed, gap, samples);
            stats = StreamFollower.Lead(_detector, _followers, samples, hear);
            if (crossed) stats += before;
            var heard = worker.Heard.Count;
            _stage?.After(_detector.Position);
            ArmFrom(worker, heard);
            foreach (var follower in _followers) follower.After(worker.Length, _detector.Position);
        }
        if (EndsAfter(worker.Length))
        {
            stats += _detector.Finish(hear);
            _stage?.End();
            foreach (var follower in _followers) follower.Finish();
        }
        Ledger.Processed(worker.Length, stats, _stage is null ? worker.Heard.Count - (_marks?.Take() ?? 0) : _made);
        _made = 0;
        if (_stage is not null) Ledger.Decided(_stage.Counts);
        if (_detector.SamplesHeld > 0) Ledger.Held(_detector.SamplesHeld, _detector.SamplesWild);
        foreach (var follower in _followers)
        {
            worker.Heard.AddRange(follower.Told);
            follower.Told.Clear();
        }
        if (_disposed) worker.Heard.Clear();
    }

    /// <summary>What passes arms the commands at once.</summary>
    Action<Detection> Arming(PoolWorker worker, Action<Detection> hear) => detection =>
    {
        var heard = worker.Heard.Count;
        hear(detection);
        ArmFrom(worker, heard);
    };

    void ArmFrom(PoolWorker worker, int heard)
    {
        for (; _commands is not null && heard < worker.Heard.Count; heard++) _commands.Arm(worker.Heard[heard]);
    }

    /// <summary>These samples are processed. True, once: all are and there will be no more.</summary>
    bool EndsAfter(int samples)
    {
        lock (_lock)
        {
            if (samples > 0) (_processed, _position) = (_processed + samples, _detector.Position);
            if (!_ended || _disposed || _finished || _waiting > 0) return false;
            return _finished = true;
        }
    }

    internal void Late(TimeSpan time)
    {
        if (time.Ticks > _largestLateness) Volatile.Write(ref _largestLateness, time.Ticks);
    }

    internal void Delivered(int detections) => _delivered += detections;

    /// <summary>The turn is over. True: there is more, back into the queue.</summary>
    internal bool EndTurn()
    {
        bool asked, leaves = false;
        lock (_lock)
        {
            asked = _snapshots.Count > 0;
            if (!asked && GoesOn(out leaves)) return true;
        }
        if (asked)
        {
            TakeSnapshots();
            lock (_lock)
            {
                if (GoesOn(out leaves)) return true;
            }
        }
        if (leaves) Leave();
        return false;
    }

    /// <summary>True: back into the ready queue. Otherwise no worker has it any more.</summary>
    bool GoesOn(out bool leaves)
    {
        leaves = false;
        if (_snapshots.Count > 0 || (_ended && _written && !_disposed && !_finished)) return true;
        if (_waiting > 0 && (_ended || _pool.IsWorthATurn(_waiting))) return true;
        _scheduled = false;
        leaves = _gone = _ended;
        if (_waiting > 0) Park();
        return false;
    }

    /// <summary>On the worker, which has the detector to itself.</summary>
    void TakeSnapshots()
    {
        (TaskCompletionSource<StreamSnapshot> Taken, bool Drained)[] due;
        lock (_lock)
        {
            due = [.. _snapshots.Where(one => _disposed || !one.Drained || _waiting == 0)];
            if (due.Length == _snapshots.Count) _snapshots.Clear();
            else _snapshots.RemoveAll(one => due.Contains(one));
        }
        if (due.Length == 0) return;
        if (_disposed)
        {
            foreach (var one in due) one.Taken.TrySetException(new ObjectDisposedException(nameof(PooledStream), "The stream was disposed before the snapshot could be taken."));
            return;
        }
        using var state = new MemoryStream(8_192);
        _detector.Save(state);
        foreach (var one in due) one.Taken.TrySetResult(new StreamSnapshot(state.ToArray(), _detector.Position, _processed, _delivered));
    }

    void Leave()
    {
        if (!_pool.Remove(this)) return;
        _sounds?.End();
        _left.SetResult();
    }
}
