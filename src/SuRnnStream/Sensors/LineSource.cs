namespace SuRnnStream;

/// <summary>
/// A recording of sensors in lines of text, a moment each, read as it is needed. What its clock leaves out is lost; a moment whose time stands
/// still or goes back is left out, as a live sensor's is, and reported in <see cref="Damage"/>.
/// </summary>
public abstract class LineSource : ILossySource, IRecordedSource, IDisposable
{
    const double SetBack = 2;            // seconds: a time that goes back by more was set back
    const int MostSetBack = 10;          // times: more is a table that is not sorted
    const double ToldDrift = 0.002;      // of the rate

    readonly BoundedLines _text;
    readonly RecordedTimes _times;
    readonly UnitCheck _units;
    MomentClock _clock;
    double? _first, _seconds;            // of the first moment that says its time, and the last one
    long _moments;                       // given or lost up to the last one
    long _leftOut, _firstLeftOut;
    int _setBack;
    string? _note;
    readonly float[] _waiting;   // a moment after a gap, which the next read gives
    bool _waits, _ended;
    long _lost;                  // moments before it

    private protected LineSource(TextReader text, string name, SensorFrontEndConfig sensor)
    {
        (Name, Sensor) = (name, sensor.Validate());
        (_text, _times) = (new BoundedLines(text, line => new InvalidSensorDataException(Name, $"line {line}", $"the line has more than {BoundedLines.Longest} characters", "write a moment a line")), new RecordedTimes(sensor.SampleRate));
        (_clock, _waiting, _units) = (new MomentClock(sensor.SampleRate), new float[sensor.Channels.Count], new UnitCheck(Sensor));
    }

    /// <summary>The file, as the user named it.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int SampleRate => (int)Math.Ceiling(Sensor.SampleRate);

    /// <inheritdoc/>
    public double Rate => Sensor.SampleRate;

    /// <inheritdoc/>
    public int Channels => Sensor.Channels.Count;

    /// <inheritdoc/>
    public long SamplesLost { get; private set; }

    /// <summary>
    /// What was wrong with the recording although the rest of it could be read, on one line; so far, and whole at the end. Null: nothing.
    /// </summary>
    public string? Damage => _leftOut == 0 ? null : FormattableString.Invariant(
        $"{_leftOut} {(_leftOut == 1 ? "moment" : "moments")} whose time stands still or goes back {(_leftOut == 1 ? "was" : "were")} left out, the first in line {_firstLeftOut}; write each moment once, sorted by time");

    /// <summary>What may not be as it seems: a clock that runs fast, a column that is not read. So far, and whole at the end. Null: nothing.</summary>
    public string? Remark
    {
        get
        {
            if (_clock.Rate is not { } own || Math.Abs(own / Rate - 1) < ToldDrift) return _note;
            var drift = FormattableString.Invariant(
                $"the sensor's clock gives {own:0.##} moments a second where the model takes {Rate:0.##} ({Math.Abs(own / Rate - 1):0.0 %} {(own > Rate ? "fast" : "slow")}); times are the recording's own");
            return _note is null ? drift : $"{_note}; {drift}";
        }
    }

    TimeSpan IRecordedSource.Recorded(TimeSpan stream) => _times.Of(stream);

    private protected void Note(string what) => _note ??= what;

    private protected SensorFrontEndConfig Sensor { get; }

    /// <summary>Number of the line that was read last, from 1.</summary>
    private protected long Line { get; private set; }

    private protected string? ReadLine()
    {
        var line = _text.ReadLine();
        if (line is not null) Line++;
        return line;
    }

    /// <summary>The channels of a line. Seconds: when it was; NaN: it does not say.</summary>
    private protected abstract double Parse(string line, Span<float> moment);

    /// <summary>Reads lines until as many moments are there as fit, a gap is next, or the lines end.</summary>
    /// <exception cref="InvalidSensorDataException">A line cannot be understood.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public int Read(Span<float> samples)
    {
        var count = 0;
        while (count + Channels <= samples.Length)
        {
            if (_waits)
            {
                SamplesLost += _lost * Channels;
                _waiting.CopyTo(samples[count..]);
                _waits = false;
                count += Channels;
                continue;
            }
            if (_ended || NextLine() is not { } line)
            {
                _ended = true;
                break;
            }
            _lost = Lost(Parse(line, _waiting));
            if (_lost < 0) continue; // it came before
            if (_units.Look(_waiting) is { } told) Note(told);
            _waits = true;
            if (_lost > 0 && count > 0) break;
        }
        return count;
    }

    string? NextLine()
    {
        string? line;
        do line = ReadLine();
        while (line is not null && TableCell.IsSilent(line));
        return line;
    }

    /// <summary>Moments lost before the one at this time; -1: it is left out.</summary>
    long Lost(double seconds)
    {
        if (double.IsNaN(seconds))
        {
            _clock.Pass();
            _moments++;
            return 0;
        }
        var back = _seconds is { } before ? before - seconds : -1;
        if (back >= 0 && back <= SetBack)
        {
            if (_leftOut++ == 0) _firstLeftOut = Line;
            return -1;
        }
        if (back > SetBack)
        {
            if (++_setBack > MostSetBack) throw Wrong(FormattableString.Invariant($"time goes back for the {_setBack}th time, to {seconds} s"), "sort the lines by time, or leave the time out");
            Note(FormattableString.Invariant($"its clock was set back by {back:0.###} s in line {Line}: times go on from the moment before"));
            _first -= back + 1 / Rate; // the stream goes on, a period later
            _clock = new MomentClock(Rate);
        }
        _seconds = seconds;
        var lost = _clock.Advance(seconds);
        _first ??= seconds - _moments / Rate;
        _moments += lost;
        _times.Add(_moments, (_clock.Smooth ?? seconds) - _first.Value);
        _moments++;
        if (_clock.WrongStep is { } step)
            throw Wrong(FormattableString.Invariant($"lines come every {step:0.######} s, which is {1 / step:0.###} Hz, but the model takes {Rate} Hz"), MomentTime.HintOf(step, Rate) ?? FormattableString.Invariant($"resample the recording to {Rate} Hz"));
        return lost;
    }

    private protected InvalidSensorDataException Wrong(string problem, string remedy) => new(Name, $"line {Line}", problem, remedy);

    /// <summary>Closes the text.</summary>
    public void Dispose()
    {
        _text.Dispose();
        GC.SuppressFinalize(this);
    }
}
