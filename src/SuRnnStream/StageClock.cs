namespace SuRnnStream;

/// <summary>
/// How long a stream's frames take. A look at the clock costs as much as a silent frame's front end, so only the first frames are timed each;
/// of those that follow, the last of every sixteen is, and counts for all of them.
/// </summary>
struct StageClock(TimeProvider time)
{
    const int Every = 16;

    int _frame;          // 0 .. 2 Every - 1: those of the start, then over and over those of the latter half
    int _frames = 1;     // that this one counts for; 0: it is not timed
    long _last, _frontEnd, _network; // ticks of the clock
    long _took;          // by the present frame, likewise

    /// <summary>The frame's samples are at hand.</summary>
    public void Start()
    {
        if (_frames > 0) _last = time.GetTimestamp();
    }

    /// <summary>The frame is made, or there are no more samples.</summary>
    public void FrontEndDone()
    {
        if (_frames > 0) Lap(ref _frontEnd);
    }

    /// <summary>The network and the gate are through with the frame: on to the next one. Returns what it took; null: it was not timed.</summary>
    public TimeSpan? NetworkDone()
    {
        TimeSpan? took = null;
        if (_frames > 0)
        {
            Lap(ref _network);
            took = time.GetElapsedTime(0, _took);
            _took = 0;
        }
        _frame = _frame < 2 * Every - 1 ? _frame + 1 : Every;
        _frames = _frame < Every ? 1 : _frame < 2 * Every - 1 ? 0 : Every;
        return took;
    }

    /// <summary>What has come together since the last call.</summary>
    public (TimeSpan FrontEnd, TimeSpan Network) Take()
    {
        var times = (time.GetElapsedTime(0, _frontEnd), time.GetElapsedTime(0, _network));
        (_frontEnd, _network) = (0, 0);
        return times;
    }

    void Lap(ref long stage)
    {
        var (now, before) = (time.GetTimestamp(), _last);
        _last = now;
        _took += now - before;
        stage += _frames * (now - before);
    }
}
