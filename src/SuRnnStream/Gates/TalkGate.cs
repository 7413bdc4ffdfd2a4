namespace SuRnnStream;

/// <summary>Holds what the scores propose until the switches come to rest, and drops it where speech goes on: <see cref="GateRule.Talk"/>.</summary>
sealed class TalkGate(SuRnnConfig config, ScoreGate scores, SwitchBursts bursts)
{
    readonly IFrameTiming _timing = config.RequireTiming();
    long _within, _back;               // samples
    float _veto;
    long _heard = long.MinValue / 2;   // frame in which a background label last was loud enough
    bool _holds;
    long _until, _begin;               // of what is held: its deadline and the begin of its burst
    int _label;
    Detection _held;

    /// <summary>True: a candidate waits for calm.</summary>
    public bool Holds => _holds;

    public void Retune(TalkOptions options)
    {
        _within = (long)Math.Round(options.CalmWithin / _timing.Hop) * _timing.HopLength;
        _back = (long)Math.Round(options.VetoBack / _timing.Hop) * _timing.HopLength;
        _veto = options.Veto;
    }

    public void Reset() => (_holds, _heard) = (false, long.MinValue / 2);

    /// <param name="frame">[Labels] scores of the frame.</param>
    /// <param name="now">First sample of the frame, which the tracker has taken.</param>
    /// <param name="open">Its open switches.</param>
    /// <param name="detection">What is due.</param>
    public bool TryAdvance(ReadOnlySpan<float> frame, long now, int open, out Detection detection)
    {
        if (open > 0 && _veto < 1 && bursts.Other >= _veto) _heard = now;
        if (scores.TryAdvance(frame, now, confirmed: false, out var candidate)) Hold(candidate, now);
        if (_holds && _heard == now) Drop(CandidateOutcome.Vetoed, now);
        detection = default;
        if (_holds && bursts.IsCalm)
        {
            if (bursts.IsTooLong(_begin))
            {
                Drop(CandidateOutcome.NoCalm, now);
                return false;
            }
            Drop(CandidateOutcome.Detected, now);
            scores.Trace?.Overtake(_label);
            scores.Emitted(_label, now);
            detection = _held with { Time = _timing.StreamTime(now + _timing.WindowLength) };
            return true;
        }
        if (_holds && now >= _until) Drop(CandidateOutcome.NoCalm, now);
        return false;
    }

    /// <summary>What the scores propose waits for calm, unless a background label was loud or what waits already scored higher.</summary>
    void Hold(Detection candidate, long now)
    {
        var against = _heard > now - _back ? CandidateOutcome.Vetoed : _holds && candidate.Score <= _held.Score ? CandidateOutcome.OtherLabel : CandidateOutcome.Detected;
        if (against != CandidateOutcome.Detected)
        {
            scores.Trace?.Tell(candidate, scores.Threshold(scores.Best), now, against);
            return;
        }
        if (_holds) Drop(CandidateOutcome.OtherLabel, now);
        (_holds, _held, _label, _until, _begin) = (true, candidate, scores.Best, now + _within, bursts.LatestBegin);
    }

    void Drop(CandidateOutcome outcome, long now)
    {
        _holds = false;
        scores.Trace?.Tell(_held, scores.Threshold(_label), now, outcome);
    }

    public void Save(BinaryWriter to)
    {
        to.Write(_heard);
        to.Write(_holds);
        to.Write(_until);
        to.Write(_begin);
        to.Write(_label);
        to.Write(_held.Score);
        to.Write(_held.Start.Ticks);
        to.Write(_held.End.Ticks);
    }

    public void Restore(BinaryReader from, long position)
    {
        (_heard, _holds, _until, _begin, _label) = (from.ReadInt64(), from.ReadBoolean(), from.ReadInt64(), from.ReadInt64(), from.ReadInt32());
        if (_label < 0 || _label >= config.Labels.Count) throw new InvalidDataException($"A saved gate holds label {_label} of {config.Labels.Count}.");
        _held = new Detection(config.Labels[_label], from.ReadSingle(), new TimeSpan(from.ReadInt64()), new TimeSpan(from.ReadInt64()), default);
        if (_heard > position || (_holds && (_begin < 0 || _begin > position || _until < 0 || _until > position + _within || !SavedScore.IsPossible(_held.Score))))
            throw new InvalidDataException("A saved gate holds a candidate that there cannot be.");
    }
}
