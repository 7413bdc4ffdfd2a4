using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace SuRnnStream;

/// <summary>
/// One subscription to a rule. Detections advance the rule's time. When something is due and no further detection has come, the scheduler advances it from the last
/// detection on. Detections and timers may come from different threads: one lock keeps them and the verdicts in order.
/// </summary>
sealed class DecidingObserver : IObserver<Detection>, IDisposable
{
    static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    readonly Decision _rule;
    readonly IObserver<DetectionVerdict> _to;
    readonly IScheduler _scheduler;
    readonly Lock _lock = new();                    // guards what follows, and holds while verdicts are told
    readonly SerialDisposable _timer = new();
    readonly Action<DetectionVerdict> _tell;
    DateTimeOffset _came;                           // scheduler's time at which the last detection came
    TimeSpan _time;                                 // its own time
    TimeSpan? _timerDue;                            // rule's time for which a timer is set
    bool _ended;

    public DecidingObserver(Decision rule, IObserver<DetectionVerdict> to, IScheduler scheduler)
    {
        (_rule, _to, _scheduler) = (rule, to, scheduler);
        _tell = to.OnNext;
    }

    public void OnNext(Detection detection)
    {
        lock (_lock)
        {
            if (_ended) return;
            try
            {
                _rule.Take(detection, _tell);
                (_came, _time) = (_scheduler.Now, _rule.TimeOf(detection));
            }
            catch (ArgumentException unfit)
            {
                End();
                _to.OnError(unfit);
                return;
            }
            SetTimer();
        }
    }

    public void OnCompleted()
    {
        lock (_lock)
        {
            if (_ended) return;
            End();
            _rule.End(EventEnd.StreamEnded, _tell);
            _to.OnCompleted();
        }
    }

    public void OnError(Exception error)
    {
        lock (_lock)
        {
            if (_ended) return;
            End();
            _rule.End(EventEnd.StreamEnded, _tell); // events that have begun end before the error is passed on
            _to.OnError(error);
        }
    }

    public void Dispose()
    {
        lock (_lock) End();
    }

    void End()
    {
        _ended = true;
        _timer.Dispose();
    }

    /// <summary>A moment after the due time, so that a detection that comes at that very time is taken before it.</summary>
    void SetTimer()
    {
        if (_rule.Due == _timerDue) return;
        _timerDue = _rule.Due;
        _timer.Disposable = _timerDue is { } due
            ? _scheduler.Schedule(due, OnClock(due) + Tick, (_, at) =>
            {
                Elapse(at);
                return Disposable.Empty;
            })
            : Disposable.Empty;
    }

    /// <summary>The scheduler's time for a time of the rule: the same if the scheduler counts stream time, else as long after the arrival of the last detection.</summary>
    DateTimeOffset OnClock(TimeSpan due) =>
        _scheduler is StreamTimeScheduler && _rule.Clock == DecisionClock.Stream ? StreamTimeScheduler.InStream(due) : _came + (due - _time);

    void Elapse(TimeSpan due)
    {
        lock (_lock)
        {
            if (_ended || _timerDue != due) return;
            _timerDue = null;
            _rule.Advance(due, _tell);
            SetTimer();
        }
    }
}
