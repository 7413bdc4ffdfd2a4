namespace SuRnnStream;

/// <summary>
/// Tells from the times of moments how many were lost between them. Jitter of half a period is none; the clock of a sensor may drift, it
/// is followed slowly.
/// </summary>
sealed class MomentClock(double rate)
{
    const int Looked = 16;         // steps from which the rate is told
    const double Tolerance = 0.2;  // by which it may differ
    const double Following = 0.05; // of a moment's lateness is taken for drift

    readonly double[] _steps = new double[Looked]; // periods
    int _count, _passed;
    double? _last, _due; // periods

    /// <summary>The median of the first steps, in seconds, if it does not fit the rate; looked at once, when there are enough of them.</summary>
    public double? WrongStep { get; private set; }

    /// <summary>Moments lost in front of the one at this time. -1: time has gone back or stood still.</summary>
    public long Advance(double seconds)
    {
        var time = seconds * rate;
        if (_last is not { } last || _due is not { } due)
        {
            (_last, _due, _passed) = (time, time + 1, 0);
            return 0;
        }
        if (!(time > last)) return -1;
        if (_count < Looked) Look((time - last) / (_passed + 1));
        var late = time - due - _passed;
        var lost = late < 0.75 ? 0 : (long)Math.Min(Math.Round(late), 1e15);
        _last = time;
        _due = due + _passed + lost + 1 + Following * (late - lost);
        _passed = 0;
        return lost;
    }

    /// <summary>A moment that does not say its time: a period behind the one before.</summary>
    public void Pass() => _passed++;

    void Look(double step)
    {
        _steps[_count++] = step;
        if (_count < Looked) return;
        Array.Sort(_steps);
        var median = (_steps[Looked / 2 - 1] + _steps[Looked / 2]) / 2;
        if (Math.Abs(median - 1) > Tolerance) WrongStep = median / rate;
    }
}
