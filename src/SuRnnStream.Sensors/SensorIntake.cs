using System.Runtime.InteropServices;
using static System.FormattableString;

namespace SuRnnStream;

/// <summary>
/// From a sensor's texts to the queue of its moments, with what was lost between them. Moments that say their time are placed by it, others
/// by when they come. For one thread at a time.
/// </summary>
sealed class SensorIntake(string name, SensorFrontEndConfig sensor, LiveSensorOptions options, PushSource queue, Action<string> tell)
{
    const double Late = 2;                          // seconds: a time that goes back by more was set back
    const double MostAhead = 60;                    // seconds that a sensor's clock may gain on this machine's by a jump
    const double Told = 5;                          // seconds for which a complaint covers those after it
    const double ToldDrift = 0.002;                 // of the rate
    const double LeastRateTime = 10, LeastMoments = 50, RateTolerance = 0.2;

    readonly TimeProvider _time = options.Time;
    readonly SensorText _text = new(name, sensor);
    readonly double _rate = sensor.SampleRate;
    readonly TimeSpan _silence = SilenceOf(sensor, options);
    readonly StuckWatch _stuck = new(sensor.Channels.Count, options.StuckAfter == TimeSpan.Zero ? long.MaxValue : Math.Max(50, (long)sensor.MomentsIn(options.StuckAfter)));
    readonly UnitCheck _units = new(sensor);
    readonly List<float> _waiting = [];             // moments after a gap that is not measured yet
    long? _came;                                    // when moments came last
    long _cameBefore, _settlingSince;               // before the gap; since the first moment after it
    bool _settling, _broken;

    MomentClock _clock = new(sensor.SampleRate);    // of moments that say their time
    double? _seconds;                               // the last one's
    (double Seconds, long Came) _anchor;            // two clocks at one moment

    long? _pacedSince;                              // when it began to come without a gap
    long _paced;                                    // moments since
    bool _rateTold, _driftTold;
    long? _complained;

    /// <summary>Texts and moments that could not be used.</summary>
    public long Malformed { get; private set; }

    /// <summary>Samples lost on the way.</summary>
    public long SamplesLost { get; private set; }

    /// <summary>Nothing has come for long enough to be a gap.</summary>
    public bool IsSilent => _came is { } came && _time.GetElapsedTime(came) > _silence;

    /// <summary>The time without a moment that makes a gap.</summary>
    public static TimeSpan SilenceOf(SensorFrontEndConfig sensor, LiveSensorOptions options) =>
        TimeSpan.FromSeconds(Math.Max(options.Silence.TotalSeconds, 5 / sensor.SampleRate));

    /// <exception cref="UnusableSensorException">This is none for the model, and nothing after it will be.</exception>
    public void Take(string text, bool whole)
    {
        var now = _time.GetTimestamp();
        if (!whole)
        {
            _text.ReadCut(text);
            return;
        }
        _text.Read(text, (moment, seconds) => Take(moment, seconds, now), (wrong, moments) => Miss(wrong, moments, now));
        if (_settling && _time.GetElapsedTime(_settlingSince, now) >= options.Settle) EndSettling();
        WatchRate(now);
    }

    /// <summary>The link is broken: the next moment comes after a gap.</summary>
    public void Break() => _broken = true;

    /// <summary>There will be no more.</summary>
    public void End()
    {
        if (_settling) EndSettling();
    }

    /// <summary>These were to be moments: without times they have to be missing ones, so that the others keep their places.</summary>
    void Miss(InvalidSensorDataException wrong, int moments, long now)
    {
        for (var i = 0; i < moments && _seconds is null && _came is not null; i++) Take(Missing(), double.NaN, now);
        Complain(wrong.Message[(name.Length + 2)..]);
    }

    void Take(ReadOnlySpan<float> moment, double seconds, long now)
    {
        if (_stuck.Look(moment) is >= 0 and var channel)
            tell(Invariant($"{sensor.Channels[channel].Name} has stood at {moment[channel]} {sensor.Channels[channel].Unit}").TrimEnd() + ": is the sensor connected?");
        if (_units.Look(moment) is { } told) tell(told);
        if (double.IsNaN(seconds) && _seconds is null) TakeUntimed(moment, now);
        else
        {
            if (_settling) EndSettling();
            var lost = double.IsNaN(seconds) ? Pass() : LostByTime(seconds, now);
            if (lost < 0) return;
            Lose(lost, "by its clock");
            queue.Push(moment);
        }
        (_came, _broken) = (now, false);
    }

    void TakeUntimed(ReadOnlySpan<float> moment, long now)
    {
        if (!_settling && _came is { } came && (_broken || _time.GetElapsedTime(came, now) > _silence))
            (_settling, _settlingSince, _cameBefore) = (true, now, came);
        if (!_settling)
        {
            queue.Push(moment);
            _paced++;
            return;
        }
        _waiting.AddRange(moment);
        if (_waiting.Count / moment.Length >= sensor.MomentsIn(options.Capacity)) EndSettling();
    }

    /// <summary>Those that wait have shown how many came late, and so how many did not come.</summary>
    void EndSettling()
    {
        var waiting = _waiting.Count / sensor.Channels.Count;
        Lose((long)Math.Round(_time.GetElapsedTime(_cameBefore, _came!.Value).TotalSeconds * _rate) - waiting, "by this machine's clock");
        queue.Push(CollectionsMarshal.AsSpan(_waiting));
        _waiting.Clear();
        (_settling, _pacedSince, _paced) = (false, null, 0);
    }

    long Pass()
    {
        _clock.Pass();
        return 0;
    }

    /// <summary>Moments lost before the one at this time, by the sensor; -1: it is late, or came before.</summary>
    long LostByTime(double seconds, long now)
    {
        if (_seconds is not { } last)
        {
            _anchor = (seconds, now);
            return Advance(seconds);
        }
        var step = seconds - last;
        if (step is <= 0 and > -Late)
        {
            Complain(Invariant($"time stands still or goes back, from {last} to {seconds} s; send moments in their order, each once."));
            return -1;
        }
        var ahead = seconds - _anchor.Seconds - _time.GetElapsedTime(_anchor.Came, now).TotalSeconds;
        if (step > 0 && (step <= MostAhead || ahead <= MostAhead)) return Advance(seconds);

        tell(Invariant($"its clock was set {(step < 0 ? "back" : "ahead")} by {Math.Abs(step):0.###} s: times go on by this machine's"));
        (_clock, _anchor) = (new MomentClock(_rate), (seconds, now));
        var passed = _time.GetElapsedTime(_came ?? now, now);
        return Advance(seconds) + (passed > _silence ? (long)Math.Round(passed.TotalSeconds * _rate) - 1 : 0);
    }

    long Advance(double seconds)
    {
        var lost = _clock.Advance(seconds);
        _seconds = seconds;
        if (!_driftTold && _clock.Rate is { } own && Math.Abs(own / _rate - 1) >= ToldDrift)
        {
            _driftTold = true;
            tell(Invariant($"its clock gives {own:0.##} moments a second where the model takes {_rate:0.##}, {Math.Abs(own / _rate - 1):0.0 %} {(own > _rate ? "fast" : "slow")}: times are by the model's"));
        }
        if (_clock.WrongStep is not { } step) return lost;
        throw new UnusableSensorException(new InvalidSensorDataException(name, "times",
            Invariant($"moments come every {step:0.######} s, which is {1 / step:0.###} Hz, but the model takes {_rate} Hz"), _clock.WrongStepHint ?? Invariant($"send {_rate} moments a second, and their times in seconds")));
    }

    void Lose(long moments, string how)
    {
        if (moments <= 0) return;
        var samples = moments * sensor.Channels.Count;
        queue.Lose(samples);
        SamplesLost += samples;
        tell(Invariant($"{samples} samples lost, {moments / _rate:0.###} s {how}"));
    }

    /// <summary>A sensor that does not say its times may come at another rate than the model's: then all that is heard is wrong.</summary>
    void WatchRate(long now)
    {
        if (_rateTold || _settling || _seconds is not null) return;
        var passed = _time.GetElapsedTime(_pacedSince ??= now, now).TotalSeconds;
        if (passed < LeastRateTime || passed * _rate < LeastMoments) return;
        var rate = _paced / passed;
        (_pacedSince, _paced) = (now, 0);
        if (Math.Abs(rate / _rate - 1) <= RateTolerance) return;
        _rateTold = true;
        tell(Invariant($"moments come at {rate:0.###} Hz, but the model takes {_rate} Hz: send that many a second"));
    }

    void Complain(string what)
    {
        Malformed++;
        if (_complained is { } then && _time.GetElapsedTime(then).TotalSeconds < Told) return;
        _complained = _time.GetTimestamp();
        tell(what.TrimEnd('.'));
    }

    ReadOnlySpan<float> Missing()
    {
        var moment = new float[sensor.Channels.Count];
        Array.Fill(moment, float.NaN);
        return moment;
    }
}
