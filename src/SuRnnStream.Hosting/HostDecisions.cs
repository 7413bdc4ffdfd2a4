using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>
/// The rules between a host's detectors, between them and the sinks: detectors that another one arms, agreement and arbitration among sources. Detections
/// come on the detectors' threads; one lock keeps their order. Windows are on the wall clock as it would be had nobody set it since the start, and closed by the host's timer. Where there are no such rules
/// detections go straight to the sinks.
/// </summary>
sealed class HostDecisions(SinkPumps sinks, TimeProvider time, HostLogger logger) : IDisposable
{
    readonly ILogger _log = logger.Log;
    readonly Lock _lock = new();                                // guards what follows
    readonly Dictionary<string, ArmedDetector> _armed = new(StringComparer.OrdinalIgnoreCase);  // by the detector that is armed
    readonly List<HeardDetection> _asked = [];                  // with the chain
    readonly Dictionary<(string Detector, string Label), EventState> _open = [];
    readonly DateTimeOffset _started = time.GetUtcNow();
    readonly long _begin = time.GetTimestamp();
    readonly Dictionary<(string Detector, string Label), Asked> _claims = []; // the last one, with the arbiter
    DecisionCounts _arbitrated;                                 // what it has answered
    IDetectionArbiter? _arbiter;                                // of several machines; null: this one answers
    DecisionChain? _chain;
    ITimer? _timer;

    /// <summary>True: rules go by when detections were on the wall clock.</summary>
    public bool NeedsClock => _chain is not null || _arbiter is not null;

    /// <summary>What became of the detections that these rules took.</summary>
    public DecisionCounts Counts
    {
        get
        {
            lock (_lock)
            {
                var counts = (_chain?.Counts ?? new DecisionCounts()) + _arbitrated;
                foreach (var armed in _armed.Values) counts += armed.Counts;
                return counts;
            }
        }
    }

    /// <summary>Takes over what the plan says, before anything runs.</summary>
    /// <param name="plan">Checked.</param>
    /// <param name="here">True: the detectors run in this host, so that one that is not armed need not run.</param>
    /// <param name="arbiter">Decides with other machines; null: there are none.</param>
    public void Make(HostPlan plan, bool here = true, IDetectionArbiter? arbiter = null)
    {
        _arbiter = arbiter;
        if (arbiter is not null) _log.DecisionInForce("*", PlainText.Clean($"{arbiter}"));
        foreach (var detector in plan.Detectors)
        {
            if (detector.Options.ArmedBy is not { } by) continue;
            Arm(detector.Name, by, detector.Options.ArmedFor, apart: !here || !plan.Follows(detector, out _));
        }
        var rules = new List<Decision>();
        if (plan.Agreement is { Window: { } agreement } agree) rules.Add(new SourceAgreement(agree.Sources, agreement, DecisionClock.Wall));
        if (plan.Arbitration is { Window: { } window } arbitrate) rules.Add(new Arbitration(window, arbitrate.Rule, DecisionClock.Wall));
        if (rules.Count == 0) return;
        _chain = new DecisionChain(rules);
        foreach (var rule in rules) _log.DecisionInForce("*", rule.Description);
        _timer = time.CreateTimer(_ => Elapse(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A detector counts only for a while after another one.</summary>
    /// <param name="detector">Its name.</param>
    /// <param name="by">The other's.</param>
    /// <param name="time">For so long.</param>
    /// <param name="apart">True: it runs all the time, and its detections are held back here. False: it is a part of the other's pipeline.</param>
    public void Arm(string detector, string by, TimeSpan time, bool apart)
    {
        lock (_lock)
        {
            if (apart) _armed[detector] = new ArmedDetector(by, time);
        }
        _log.DecisionInForce(detector, FormattableString.Invariant($"armed by {by} for {time.TotalSeconds} s"));
    }

    /// <summary>The detector is gone: what it made and still waits is decided.</summary>
    public void Forget(string detector)
    {
        lock (_lock)
        {
            if (_armed.Remove(detector, out var armed)) armed.Advance(TimeSpan.MaxValue, Answer);
        }
    }

    /// <summary>A detector's detection, which its own rules have passed.</summary>
    public void Post(in HeardDetection heard)
    {
        if (_chain is null && _armed.Count == 0 && _arbiter is null)
        {
            sinks.Post(heard);
            return;
        }
        lock (_lock)
        {
            foreach (var armed in _armed.Values)
                if (armed.By.Equals(heard.Detector, StringComparison.OrdinalIgnoreCase) && heard.Detection.Phase != EventPhase.End) armed.Arm(heard.Detection);
            if (_armed.TryGetValue(heard.Detector, out var own)) own.Take(heard, Answer);
            else Answer(heard);
        }
    }

    /// <summary>A detector has told everything up to a stream time: what waited for its arming is decided.</summary>
    public void Advanced(string detector, TimeSpan streamTime)
    {
        if (_armed.Count == 0) return;
        lock (_lock)
        {
            foreach (var armed in _armed.Values)
                if (armed.By.Equals(detector, StringComparison.OrdinalIgnoreCase)) armed.Advance(streamTime, Answer);
        }
    }

    /// <summary>The host stops: nothing waits any longer.</summary>
    public void End()
    {
        lock (_lock)
        {
            foreach (var armed in _armed.Values) armed.Advance(TimeSpan.MaxValue, Answer);
            _chain?.End(EventEnd.StreamEnded, Tell);
        }
        _arbiter?.DecideNow();
    }

    public void Dispose() => _timer?.Dispose();

    void Answer(HeardDetection heard)
    {
        if (_chain is null)
        {
            Give(heard);
            return;
        }
        var key = (heard.Detector, heard.Detection.Label);
        if (heard.Detection.Phase == EventPhase.End)
        {
            if (!_open.Remove(key, out var state)) return;      // its begin was held back
            if (state.Passed) Give(heard);
            else _open[key] = state with { End = heard };       // its begin still waits
            return;
        }
        if (heard.Detection.Phase == EventPhase.Begin) _open[key] = new EventState(Passed: false, End: null);
        _asked.Add(heard);
        _chain.Take(heard.Detection with { At = Unset(heard.Detection.At ?? heard.At) }, Tell);
        SetTimer();
    }

    void Tell(DetectionVerdict verdict)
    {
        var detection = verdict.Detection;
        var i = _asked.FindIndex(one => one.Detection.Label == detection.Label && one.Detection.Source == detection.Source && one.Detection.Time == detection.Time);
        if (i < 0) return;
        var heard = _asked[i];
        _asked.RemoveAt(i);
        var key = (heard.Detector, detection.Label);
        if (verdict.Outcome != DecisionOutcome.Passed)
        {
            _open.Remove(key);
            _log.HeldBack(heard.Detector, PlainText.Clean(detection.Label), verdict.Outcome == DecisionOutcome.Merged ? "merged" : verdict.Reason.ToString(), verdict.Winner?.Source);
            return;
        }
        Give(heard);
        if (!_open.Remove(key, out var state)) return;
        if (state.End is { } end) Give(end);
        else _open[key] = state with { Passed = true };
    }

    /// <summary>The wall clock had nobody set it. A detection must not wait for an hour because the clock was set back by one.</summary>
    DateTimeOffset Now => _started + time.GetElapsedTime(_begin);

    /// <summary>A time of the wall clock as it is now, on <see cref="Now"/>'s.</summary>
    DateTimeOffset Unset(DateTimeOffset at)
    {
        var ago = time.GetUtcNow() - at;
        return ago < Now - DateTimeOffset.UnixEpoch ? Now - ago : DateTimeOffset.UnixEpoch;
    }

    /// <summary>These rules have passed it; where other machines have a say, they are asked.</summary>
    void Give(HeardDetection heard)
    {
        if (_arbiter is null)
        {
            sinks.Post(heard);
            return;
        }
        var key = (heard.Detector, heard.Detection.Label);
        if (heard.Detection.Phase == EventPhase.End)
        {
            if (!_claims.TryGetValue(key, out var claim)) return;
            if (claim.Outcome is null) claim.End = heard;       // its begin is not answered yet
            else if (claim.Outcome == DecisionOutcome.Passed) sinks.Post(heard);
            return;
        }
        var asked = _claims[key] = new Asked();
        _arbitrated += new DecisionCounts { Seen = 1, Waiting = 1 };
        _arbiter.Ask(heard, verdict => Answered(heard, asked, verdict));
    }

    void Answered(HeardDetection heard, Asked asked, DetectionVerdict verdict)
    {
        lock (_lock)
        {
            asked.Outcome = verdict.Outcome;
            var counted = verdict.Outcome switch
            {
                DecisionOutcome.Passed => new DecisionCounts { Passed = 1 },
                DecisionOutcome.Merged => new DecisionCounts { Merged = 1 },
                _ => new DecisionCounts { LostArbitration = 1 },
            };
            _arbitrated = (_arbitrated + counted) with { Waiting = _arbitrated.Waiting - 1 };
            if (verdict.Outcome != DecisionOutcome.Passed)
            {
                _log.HeldBack(heard.Detector, PlainText.Clean(heard.Detection.Label), verdict.Outcome == DecisionOutcome.Merged ? "merged" : verdict.Reason.ToString(), verdict.Winner?.Source);
                return;
            }
            sinks.Post(heard);
            if (asked.End is { } end) sinks.Post(end);
        }
    }

    void Elapse()
    {
        lock (_lock)
        {
            _chain!.Advance(Now - DateTimeOffset.UnixEpoch, Tell);
            SetTimer();
        }
    }

    void SetTimer()
    {
        TimeSpan? due = null;
        foreach (var rule in _chain!.Rules) if (rule.Due is { } one && !(due <= one)) due = one;
        if (due is not { } next) return;
        var wait = DateTimeOffset.UnixEpoch + next - Now + TimeSpan.FromMilliseconds(1);
        _timer!.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    readonly record struct EventState(bool Passed, HeardDetection? End);

    /// <summary>A detection that the arbiter was asked about.</summary>
    sealed class Asked
    {
        public DecisionOutcome? Outcome { get; set; } // null: no answer yet
        public HeardDetection? End { get; set; }
    }
}
