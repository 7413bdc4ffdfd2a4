namespace SuRnnStream;

/// <summary>
/// Tells from the times of moments how many were lost between them. Jitter of half a period is none. The sensor's own period is learnt as an
/// alpha-beta filter of expanding memory learns it, so that a sensor that is fast or slow by up to a fifth loses nothing and gains nothing;
/// table.js tells alike.
/// </summary>
/// <param name="rate">The model's moments per second.</param>
public sealed class MomentClock(double rate)
{
    const int Looked = 16;         // steps from which the rate is told
    const double Tolerance = 0.2;  // by which it may differ
    const double Gap = 0.75;       // periods: less is jitter
    const int Before = 6;          // moments at which the model's own rate counts for the first ones
    const double LeastGain = 0.05, LeastDrift = LeastGain * LeastGain / (2 - LeastGain); // Benedict and Bordner 1962

    readonly double[] _steps = new double[Looked]; // nominal periods
    int _count, _passed;
    long _seen = Before;
    double _period = 1;
    double? _last, _due;           // nominal periods

    /// <summary>The median of the first steps, in seconds, if it does not fit the rate; looked at once, when there are enough of them.</summary>
    public double? WrongStep { get; private set; }

    /// <summary>What to do about a <see cref="WrongStep"/> that another unit of time would explain, without a full stop; null: there is none, or the rate is another one.</summary>
    public string? WrongStepHint => WrongStep is { } step ? MomentTime.HintOf(step, rate) : null;

    /// <summary>The sensor's moments per second as it has been learnt, when there were enough of them. Null: not yet.</summary>
    public double? Rate => _seen > 500 ? rate / _period : null;

    /// <summary>When the moment that came last was, in seconds, by the sensor's clock without its jitter. Null: there was none with a time.</summary>
    public double? Smooth { get; private set; }

    /// <summary>Moments lost before the one at this time. -1: it is not after the one before.</summary>
    public long Advance(double seconds)
    {
        var time = seconds * rate;
        if (_last is not { } last || _due is not { } due)
        {
            (_last, _due, _passed, Smooth) = (time, time + _period, 0, seconds);
            return 0;
        }
        if (!(time > last)) return -1;
        if (_count < Looked) Look((time - last) / (_passed + 1));
        _seen++;
        var gain = Math.Max(LeastGain, 2.0 * (2 * _seen - 1) / (_seen * (_seen + 1.0)));
        var drift = Math.Max(LeastDrift, 6.0 / (_seen * (_seen + 1.0)));
        due += _passed * _period;
        var late = time - due;
        var lost = late < Gap ? 0 : (long)Math.Min(Math.Round(late / _period), 1e15);
        var off = late - lost * _period;
        due += lost * _period + gain * off;
        Smooth = due / rate;
        _period = Math.Clamp(_period + drift * Math.Clamp(off, -Gap, Gap), 1 - Tolerance, 1 + Tolerance);
        (_last, _due, _passed) = (time, due + _period, 0);
        return lost;
    }

    /// <summary>A moment that does not say its time: a period after the one before.</summary>
    public void Pass()
    {
        _passed++;
        Smooth += _period / rate;
    }

    void Look(double step)
    {
        _steps[_count++] = step;
        if (_count < Looked) return;
        Array.Sort(_steps);
        var median = (_steps[Looked / 2 - 1] + _steps[Looked / 2]) / 2;
        if (Math.Abs(median - 1) > Tolerance) WrongStep = median / rate;
    }
}
