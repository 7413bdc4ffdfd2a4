namespace SuRnnStream;

/// <summary>A recording of sensors in lines of text, a moment each, read as it is needed. What its clock leaves out is lost.</summary>
public abstract class LineSource : ILossySource, IDisposable
{
    readonly TextReader _text;
    readonly MomentClock _clock;
    readonly float[] _waiting;   // a moment behind a gap, which the next read gives
    bool _waits, _ended;
    long _lost;                  // moments in front of it

    private protected LineSource(TextReader text, string name, SensorFrontEndConfig sensor)
    {
        (_text, Name, Sensor) = (text, name, sensor.Validate());
        (_clock, _waiting) = (new MomentClock(sensor.SampleRate), new float[sensor.Channels.Count]);
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
            _waits = true;
            if (_lost > 0 && count > 0) break;
        }
        return count;
    }

    string? NextLine()
    {
        string? line;
        do line = ReadLine();
        while (line is not null && string.IsNullOrWhiteSpace(line));
        return line;
    }

    long Lost(double seconds)
    {
        if (double.IsNaN(seconds))
        {
            _clock.Pass();
            return 0;
        }
        var lost = _clock.Advance(seconds);
        if (lost < 0) throw Wrong(FormattableString.Invariant($"time stands still or goes back, to {seconds} s"), "sort the lines by time, or leave the time out");
        if (_clock.WrongStep is { } step)
            throw Wrong(FormattableString.Invariant($"lines come every {step:0.######} s, which is {1 / step:0.###} Hz, but the model hears {Rate} Hz"), FormattableString.Invariant($"resample the recording to {Rate} Hz"));
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
