using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>Reads one source, once, on a thread of its own, and hands every sample to each of its detectors.</summary>
sealed class SourceRunner
{
    static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20);

    readonly IReadOnlyList<HostedDetector> _detectors;
    readonly ILogger _log;
    static readonly TimeSpan LevelFirst = TimeSpan.FromSeconds(10), LevelSpan = TimeSpan.FromMinutes(1);

    readonly bool _checksLevel;
    bool _advised;                          // source's thread
    readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _lock = new();            // guards what follows
    IReadOnlyList<PushSource> _outlets = [];
    bool _stopped;

    /// <param name="plan">The source.</param>
    /// <param name="detectors">Those that listen to it.</param>
    /// <param name="time">The host's clock.</param>
    /// <param name="log">The host's.</param>
    /// <param name="stop">Ends the stream: what was read is still heard.</param>
    /// <param name="checksLevel">Looks at the sound for <see cref="Advice"/>.</param>
    public SourceRunner(PlannedSource plan, IReadOnlyList<HostedDetector> detectors, TimeProvider time, ILogger log, CancellationToken stop, bool checksLevel = false)
    {
        (_detectors, _log, _checksLevel) = (detectors, log, checksLevel && plan.Detectors.All(detector => detector.Model.Config.Sensor is null));
        Source = new ReopenedSource(plan.Name, plan.Options, plan.Open, time, log, stop);
    }

    public string Name => Source.Name;

    public ReopenedSource Source { get; }

    /// <summary>What is wrong with the level, as the last minute shows; empty where nobody looks.</summary>
    public IReadOnlyList<LevelAdvice> Advice { get; private set; } = [];

    /// <summary>Runs until the source has ended and its detectors have heard everything; does not fail.</summary>
    public async Task RunAsync()
    {
        new Thread(Run) { IsBackground = true, Name = $"surnn source {Name}" }.Start();
        await _read.Task.ConfigureAwait(false);
        await Task.WhenAll(_detectors.Select(detector => detector.Done)).ConfigureAwait(false);
    }

    /// <summary>The host stops: detectors need not wait for a source that does not come back from its Read.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            foreach (var outlet in _outlets) outlet.Complete();
        }
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
        foreach (var outlet in _outlets) outlet.Complete(failure);
        foreach (var detector in _detectors) if (_outlets.Count == 0) detector.GiveUp();
        Source.Dispose();
        _read.TrySetResult();
    }

    void Begin()
    {
        PushSource[] outlets = [.. _detectors.Select(detector => detector.Start(Source, Source.Live)).OfType<PushSource>()];
        lock (_lock)
        {
            _outlets = outlets;
            if (_stopped) foreach (var outlet in outlets) outlet.Complete();
        }
    }

    void Pump()
    {
        var piece = new float[Math.Max(1, (int)(Piece.TotalSeconds * Source.Rate)) * Source.Channels];
        long lost = 0;
        var check = _checksLevel && Source.Channels == 1 && Source.Rate >= 1_000 ? new LevelCheck((int)Source.Rate) : null;
        while (Source.Read(piece) is > 0 and var got)
        {
            if (check is not null) check = Look(check, piece.AsSpan(0, got));
            var gap = Source.SamplesLost - lost;
            lost += gap;
            foreach (var outlet in _outlets)
            {
                outlet.Lose(gap);
                outlet.Push(piece.AsSpan(0, got));
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
}
