using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>Reads one source, once, on a thread of its own, and hands every sample to each of its detectors, which come and go: from this thread to a queue of each.</summary>
sealed class SourceRunner
{
    static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan LevelFirst = TimeSpan.FromSeconds(10), LevelSpan = TimeSpan.FromMinutes(1);

    readonly ILogger _log;
    readonly bool _checksLevel;
    readonly CancellationTokenSource _stop;
    readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _advised;                          // source's thread
    long _come;                             // samples of the source until now, lost ones included; source's thread
    readonly Lock _lock = new();            // guards what follows
    HostedDetector[] _detectors;
    volatile Outlet[] _outlets = [];        // replaced, never changed: read without the lock
    volatile HostedDetector[] _joining = []; // take part from the next samples on
    bool _open, _stopped, _ended;

    /// <param name="plan">The source.</param>
    /// <param name="detectors">Those that listen to it from its start.</param>
    /// <param name="time">The host's clock.</param>
    /// <param name="log">The host's.</param>
    /// <param name="stop">Ends the stream: what was read is still processed.</param>
    /// <param name="checksLevel">Looks at the sound for <see cref="Advice"/>.</param>
    public SourceRunner(PlannedSource plan, IReadOnlyList<HostedDetector> detectors, TimeProvider time, ILogger log, CancellationToken stop, bool checksLevel = false)
    {
        (_detectors, _log, _checksLevel) = ([.. detectors], log, checksLevel && plan.Detectors.All(detector => detector.Model.Config.Sensor is null));
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Source = new ReopenedSource(plan.Name, plan.Options, plan.Open, time, log, _stop.Token);
    }

    public string Name => Source.Name;

    public ReopenedSource Source { get; }

    /// <summary>What is wrong with the level, as the last minute shows; empty where nobody looks.</summary>
    public IReadOnlyList<LevelAdvice> Advice { get; private set; } = [];

    /// <summary>Runs until the source has ended and its detectors have processed everything; does not fail.</summary>
    public async Task RunAsync()
    {
        new Thread(Run) { IsBackground = true, Name = $"surnn source {Name}" }.Start();
        await _read.Task.ConfigureAwait(false);
        HostedDetector[] detectors;
        lock (_lock) detectors = _detectors;
        await Task.WhenAll(detectors.Select(detector => detector.Done)).ConfigureAwait(false);
    }

    /// <summary>Another detector listens from the next samples on, at their place in the source's stream.</summary>
    /// <returns>False: the source has ended.</returns>
    public bool Join(HostedDetector detector)
    {
        lock (_lock)
        {
            if (_stopped || _ended) return false;
            _detectors = [.. _detectors, detector];
            if (_open) _joining = [.. _joining, detector];
        }
        return true;
    }

    /// <summary>The detector gets nothing more; what it has is still processed.</summary>
    /// <returns>True: it was the last one, and the source stops.</returns>
    public bool Leave(HostedDetector detector)
    {
        bool last;
        lock (_lock)
        {
            _detectors = [.. _detectors.Where(other => other != detector)];
            _joining = [.. _joining.Where(other => other != detector)];
            var outlet = Array.Find(_outlets, outlet => outlet.Detector == detector);
            _outlets = [.. _outlets.Where(outlet => outlet.Detector != detector)];
            if (outlet is not null) outlet.Samples.Complete();
            else detector.GiveUp();
            last = _detectors.Length == 0;
        }
        if (last) Stop();
        return last;
    }

    /// <summary>The host stops: detectors need not wait for a source that does not come back from its Read.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            foreach (var outlet in _outlets) outlet.Samples.Complete();
        }
        _stop.Cancel();
    }

    /// <summary>Time is up.</summary>
    public void GiveUp()
    {
        if (!_read.Task.IsCompleted) _log.SourceNotStopped(Name);
    }

    void Run()
    {
        Exception? failure = null;
        try
        {
            if (Source.Open())
            {
                Begin();
                Pump();
                _log.SourceEnded(Name);
            }
        }
        catch (Exception broken)
        {
            failure = broken;
            _log.SourceFailed(broken, Name);
        }
        HostedDetector[] silent;
        lock (_lock)
        {
            _ended = true;
            foreach (var outlet in _outlets) outlet.Samples.Complete(failure);
            silent = _outlets.Length == 0 ? _detectors : _joining;
        }
        foreach (var detector in silent) detector.GiveUp();
        Source.Dispose();
        _read.TrySetResult();
    }

    void Begin()
    {
        HostedDetector[] first;
        lock (_lock) (first, _open) = (_detectors, true);
        foreach (var detector in first) Start(detector);
    }

    void Start(HostedDetector detector)
    {
        if (detector.Start(Source, Source.Live) is not { } samples) return;
        samples.Lose(_come);
        detector.Miss(_come);
        lock (_lock)
        {
            if (_stopped || !_detectors.Contains(detector)) samples.Complete();
            else _outlets = [.. _outlets, new Outlet(detector, samples)];
        }
    }

    void StartJoining()
    {
        HostedDetector[] joining;
        lock (_lock) (joining, _joining) = (_joining, []);
        foreach (var detector in joining) Start(detector);
    }

    void Pump()
    {
        var piece = new float[Math.Max(1, (int)(Piece.TotalSeconds * Source.Rate)) * Source.Channels];
        long lost = 0;
        var check = _checksLevel && Source.Channels == 1 && Source.Rate >= 1_000 ? new LevelCheck((int)Source.Rate) : null;
        while (Source.Read(piece) is > 0 and var got)
        {
            if (_joining.Length > 0) StartJoining();
            if (check is not null) check = Look(check, piece.AsSpan(0, got));
            var gap = Source.SamplesLost - lost;
            lost += gap;
            _come += gap + got;
            foreach (var outlet in _outlets)
            {
                outlet.Samples.Lose(gap);
                if (outlet.Detector.Paused)
                {
                    outlet.Samples.Lose(got);
                    outlet.Detector.Miss(got);
                }
                else outlet.Samples.Push(piece.AsSpan(0, got));
            }
        }
    }

    /// <summary>Looks at more sound; the next minute's check when this one's minute is over.</summary>
    LevelCheck Look(LevelCheck check, ReadOnlySpan<float> samples)
    {
        check.Take(samples);
        if (check.Duration < LevelFirst) return check;
        if (!_advised || check.Duration >= LevelSpan) (Advice, _advised) = (check.Advise(), true);
        return check.Duration < LevelSpan ? check : new LevelCheck((int)Source.Rate);
    }

    /// <summary>Where a detector's samples are put.</summary>
    sealed record Outlet(HostedDetector Detector, ISampleOutlet Samples);
}
