using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuRnnStream;

/// <summary>
/// Bursts to events: <see cref="GateRule.Bursts"/>. The verdict falls at the frame that ends the calm after a burst, for the burst as a whole.
/// </summary>
sealed class BurstGate
{
    readonly SuRnnConfig _config;
    readonly IFrameTiming _timing;
    readonly long _hop;
    readonly SwitchBursts _bursts;
    readonly float[] _threshold, _release;  // [Labels] out of reach for a background label
    readonly int[] _counts;                 // [Labels] all bits where a label can be detected, none of a background label
    float _keep;
    double _before, _after, _second;
    long _refractory, _settle;              // samples

    readonly float[] _smoothed;             // [Labels]
    readonly float[] _peaks, _rawPeaks, _otherAfter; // [Labels] in the burst
    readonly long[] _peakAt;                // [Labels] frame of the smoothed peak
    readonly long[] _emitted;               // [Labels] frame of the label's last detection, or long.MinValue / 2
    readonly float[] _scores;               // [Labels] of a candidate
    long _settledAt;
    bool _followed;                         // the burst is too long, and its rises are told one by one

    public BurstGate(SuRnnConfig config, SwitchBursts bursts)
    {
        (_config, _timing, _bursts) = (config, config.RequireTiming(), bursts);
        _hop = _timing.HopLength;
        var labels = config.Labels.Count;
        (_threshold, _release, _counts) = (new float[labels], new float[labels], [.. config.Labels.Select(label => config.Background.Contains(label) ? 0 : -1)]);
        (_smoothed, _peaks, _rawPeaks, _otherAfter, _scores) = (new float[labels], new float[labels], new float[labels], new float[labels], new float[labels]);
        (_peakAt, _emitted) = (new long[labels], new long[labels]);
    }

    /// <summary>Place after the frame in which the score of the event that was emitted last was highest.</summary>
    public long EndOfBest { get; private set; }

    /// <summary>Told of what nearly becomes a detection; null: not asked for.</summary>
    public CandidateTrace? Trace { get; set; }

    public void Retune(DetectorOptions options)
    {
        for (var i = 0; i < _threshold.Length; i++)
            (_threshold[i], _release[i]) = (_counts[i] == 0 ? float.PositiveInfinity : options.Thresholds.GetValueOrDefault(_config.Labels[i], options.Threshold), options.Release);
        for (var i = 0; i < _release.Length; i++) _release[i] *= _threshold[i];
        (_keep, _before, _after, _second) = (options.Smoothing, options.Burst.Before, options.Burst.After, options.Burst.Second);
        _refractory = (long)Math.Round(options.Refractory / _timing.Hop) * _hop;
        _settle = (long)Math.Min(Math.Round(options.Settle / _timing.Hop), long.MaxValue / 4 / _hop) * _hop;
    }

    public void Reset(long position)
    {
        Array.Clear(_smoothed);
        Clear();
        Array.Fill(_emitted, long.MinValue / 2);
        _settledAt = position + _settle;
    }

    void Clear()
    {
        _followed = false;
        Array.Clear(_peaks);
        Array.Clear(_rawPeaks);
        Array.Clear(_otherAfter);
        Array.Clear(_peakAt);
    }

    /// <param name="scores">[Labels] of the frame.</param>
    /// <param name="now">First sample of the frame, which the tracker has taken.</param>
    /// <param name="begins">A burst begins with it.</param>
    /// <param name="detection">What is due.</param>
    public bool TryAdvance(ReadOnlySpan<float> scores, long now, bool begins, out Detection detection)
    {
        ScoreSmoothing.Step(_keep, scores, _smoothed);
        detection = default;
        if (_bursts.Begin < 0) return false;
        if (begins) Clear();
        Follow(scores, now);
        if (Trace is not null && _bursts.IsTooLong(_bursts.Begin)) FollowEndless(now);
        return _bursts.IsCalm && TryJudge(now, out detection);
    }

    /// <summary>Peaks of the labels that can be detected, and what the background came to after them: four labels at a time, as most of them do not rise.</summary>
    void Follow(ReadOnlySpan<float> scores, long now)
    {
        ref float score = ref MemoryMarshal.GetReference(scores), smoothed = ref Of(_smoothed), peak = ref Of(_peaks), rawPeak = ref Of(_rawPeaks), otherAfter = ref Of(_otherAfter);
        ref var counts = ref MemoryMarshal.GetArrayDataReference(_counts);
        var (i, other) = (0, Vector128.Create(_bursts.Other));
        for (; i <= scores.Length - 4; i += 4)
        {
            var at = (nuint)i;
            var four = Vector128.LoadUnsafe(ref counts, at).AsSingle();
            Vector128<float> level = Vector128.LoadUnsafe(ref smoothed, at), highest = Vector128.LoadUnsafe(ref peak, at);
            var rises = Vector128.GreaterThan(level, highest) & four;
            for (var some = rises.ExtractMostSignificantBits(); some != 0; some &= some - 1) _peakAt[i + BitOperations.TrailingZeroCount(some)] = now;
            Vector128.ConditionalSelect(rises, level, highest).StoreUnsafe(ref peak, at);
            Vector128<float> raw = Vector128.LoadUnsafe(ref score, at), highestRaw = Vector128.LoadUnsafe(ref rawPeak, at), after = Vector128.LoadUnsafe(ref otherAfter, at);
            rises = Vector128.GreaterThan(raw, highestRaw) & four;
            Vector128.ConditionalSelect(rises, raw, highestRaw).StoreUnsafe(ref rawPeak, at);
            Vector128.ConditionalSelect(four, Vector128.AndNot(Vector128.Max(after, other), rises), after).StoreUnsafe(ref otherAfter, at);
        }
        for (; i < scores.Length; i++)
        {
            if (_counts[i] == 0) continue;
            if (_smoothed[i] > _peaks[i]) (_peaks[i], _peakAt[i]) = (_smoothed[i], now);
            if (scores[i] > _rawPeaks[i]) (_rawPeaks[i], _otherAfter[i]) = (scores[i], 0);
            else _otherAfter[i] = MathF.Max(_otherAfter[i], _bursts.Other);
        }
    }

    static ref float Of(float[] numbers) => ref MemoryMarshal.GetArrayDataReference(numbers);

    /// <summary>The burst is over: what it comes to.</summary>
    /// <param name="now">First sample of the frame at which that is known.</param>
    /// <param name="detection">What is due.</param>
    public bool TryJudge(long now, out Detection detection)
    {
        detection = default;
        var (begin, last, settled, counts) = (_bursts.Begin, _bursts.Last, _bursts.Begin >= _settledAt, _bursts.IsCandidate);
        var tooLong = _bursts.IsTooLong(begin);
        _bursts.End();
        if (!(counts && settled))
        {
            if (Trace is null) return false;
            if (settled && tooLong)
            {
                Trace.FallAll(_threshold, now); // the rest was told while it went on
                return false;
            }
            Score();
            TellAll(begin, last, now, !settled ? CandidateOutcome.Settling : tooLong ? CandidateOutcome.NoCalm : CandidateOutcome.NoCandidate);
            return false;
        }
        Score();
        var best = 0;
        for (var i = 1; i < _scores.Length; i++) if (_scores[i] > _scores[best]) best = i;
        var fires = _scores[best] >= _threshold[best] && now - _emitted[best] >= _refractory;
        TellAll(begin, last, now, best, fires);
        if (!fires) return false;
        _emitted[best] = now;
        EndOfBest = _peakAt[best] + _timing.WindowLength;
        detection = new Detection(_config.Labels[best], MathF.Min(1, _scores[best]), EndOfFrame(begin), EndOfFrame(last), EndOfFrame(now));
        return true;
    }

    /// <summary>In a noisy room a burst may go on for hours: what rises in it is told as it falls, not at the end of the burst.</summary>
    void FollowEndless(long now)
    {
        var first = !_followed;
        _followed = true;
        for (var i = 0; i < _peaks.Length; i++)
        {
            if (first && _peaks[i] >= _release[i] && !(_smoothed[i] >= _release[i])) Trace!.Tell(i, _peaks[i], _threshold[i], _bursts.Begin, _peakAt[i], now, CandidateOutcome.NoCalm);
            Trace!.Follow(i, _smoothed[i], _release[i], _threshold[i], now);
            Trace.Hold(i, CandidateOutcome.NoCalm);
        }
    }

    /// <summary>Every label whose peak reached its release level has this outcome.</summary>
    void TellAll(long begin, long last, long now, CandidateOutcome outcome)
    {
        for (var i = 0; i < _peaks.Length; i++) if (_peaks[i] >= _release[i]) Trace!.Tell(i, _scores[i], _threshold[i], begin, last, now, outcome);
    }

    void TellAll(long begin, long last, long now, int best, bool fires)
    {
        for (var i = 0; Trace is not null && i < _peaks.Length; i++)
            if (_peaks[i] >= _release[i]) Trace.Tell(i, _scores[i], _threshold[i], begin, last, now, fires ? i == best ? CandidateOutcome.Detected : CandidateOutcome.OtherLabel : OutcomeOf(i, best));
    }

    /// <summary>Why a label of a burst that counts is not detected.</summary>
    CandidateOutcome OutcomeOf(int label, int best)
    {
        if (_peaks[label] < _threshold[label]) return CandidateOutcome.BelowThreshold;
        if (label != best) return CandidateOutcome.OtherLabel;
        if (_scores[label] >= _threshold[label]) return CandidateOutcome.Refractory;
        // The peak would do: either the background alone takes too much of it, or the second label's nearness does.
        var alone = _peaks[label] * Math.Pow(1 - (double)_bursts.OtherBefore, _before) * Math.Pow(1 - (double)_otherAfter[label], _after);
        return alone < _threshold[label] ? CandidateOutcome.Vetoed : CandidateOutcome.OtherLabel;
    }

    /// <summary>The formula of <see cref="BurstOptions"/>, in double precision: a float is then the same on every machine.</summary>
    void Score()
    {
        var before = Math.Pow(1 - (double)_bursts.OtherBefore, _before);
        for (var i = 0; i < _scores.Length; i++)
        {
            var second = 0f;
            for (var j = 0; j < _peaks.Length; j++) if (j != i) second = MathF.Max(second, _peaks[j]);
            _scores[i] = _peaks[i] <= 0 || (second >= _peaks[i] && _second > 0) ? 0
                : (float)(_peaks[i] * before * Math.Pow(1 - (double)_otherAfter[i], _after) * Math.Pow(1 - (double)second / _peaks[i], _second));
        }
    }

    TimeSpan EndOfFrame(long frame) => _timing.StreamTime(frame + _timing.WindowLength);

    public void Save(BinaryWriter to)
    {
        to.Write(_settledAt);
        for (var i = 0; i < _smoothed.Length; i++)
        {
            to.Write(_smoothed[i]);
            to.Write(_peaks[i]);
            to.Write(_rawPeaks[i]);
            to.Write(_otherAfter[i]);
            to.Write(_peakAt[i]);
            to.Write(_emitted[i]);
        }
    }

    public void Restore(BinaryReader from, long position)
    {
        _settledAt = from.ReadInt64();
        var sane = _settledAt >= 0 && _settledAt <= position + _settle;
        for (var i = 0; i < _smoothed.Length; i++)
        {
            (_smoothed[i], _peaks[i], _rawPeaks[i], _otherAfter[i]) = (from.ReadSingle(), from.ReadSingle(), from.ReadSingle(), from.ReadSingle());
            (_peakAt[i], _emitted[i]) = (from.ReadInt64(), from.ReadInt64());
            sane &= SavedScore.IsPossible(_smoothed[i]) && SavedScore.IsPossible(_peaks[i]) && SavedScore.IsPossible(_rawPeaks[i]) && SavedScore.IsPossible(_otherAfter[i]) && _peakAt[i] >= 0 && _peakAt[i] <= position
                && (_emitted[i] == long.MinValue / 2 || (_emitted[i] >= 0 && _emitted[i] <= position));
        }
        if (!sane) throw new InvalidDataException("A saved gate holds a score or a time that there cannot be.");
    }
}
