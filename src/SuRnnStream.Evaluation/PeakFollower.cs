namespace SuRnnStream.Evaluation;

/// <summary>Finds the <see cref="StreamPeaks"/> as a stream's frames come.</summary>
sealed class PeakFollower
{
    readonly FrontEndConfig _frontEnd;
    readonly float _keep;
    readonly bool _isNegative;
    readonly int[] _places;                  // [labels] of each among the model's
    readonly (LabelledEvent Event, int Place)[] _events;
    readonly float[] _smoothed, _peaks, _highest; // [model's labels]; [events]; [labels] in this second
    readonly int[,] _counts;                 // [labels][bins]
    long _frame, _second = -1;
    int _after;                              // frames after the end

    /// <param name="config">Of the model.</param>
    /// <param name="labels">That are detected.</param>
    /// <param name="keep">Part of the smoothed score before that is kept.</param>
    /// <param name="events">Of the stream, with these labels only.</param>
    /// <param name="isNegative">True: seconds are counted, else events are looked at.</param>
    public PeakFollower(SuRnnConfig config, IReadOnlyList<string> labels, float keep, IReadOnlyList<LabelledEvent> events, bool isNegative)
    {
        (_frontEnd, _keep, _isNegative) = (config.RequireFrontEnd(), keep, isNegative);
        var all = config.Labels.ToList();
        _places = [.. labels.Select(label => all.IndexOf(label))];
        _events = [.. events.Select(one => (one, all.IndexOf(one.Label)))];
        (_smoothed, _peaks, _highest) = (new float[all.Count], new float[_events.Length], new float[_places.Length]);
        _counts = new int[isNegative ? _places.Length : 0, StreamPeaks.Bins];
    }

    /// <param name="scores">[model's labels] of the next frame.</param>
    /// <param name="ended">True: it is after the stream's end.</param>
    public void Add(ReadOnlySpan<float> scores, bool ended)
    {
        if (ended && (_isNegative || _after++ >= EventGate.FramesToRunOut(_frontEnd))) return;
        for (var i = 0; i < _smoothed.Length; i++) _smoothed[i] = _keep * _smoothed[i] + (1 - _keep) * scores[i];
        var time = _frontEnd.StreamTime(_frame++ * _frontEnd.HopLength + _frontEnd.WindowLength);
        if (_isNegative) AddToSecond(time);
        else
            for (var i = 0; i < _events.Length; i++)
                if (EventMatch.Covers(_events[i].Event, time)) _peaks[i] = MathF.Max(_peaks[i], _smoothed[_events[i].Place]);
    }

    /// <summary>The stream has ended, and these scores are held as far as a detection can come of what is pending.</summary>
    /// <param name="last">[model's labels] of the last frame; empty: there was none.</param>
    public StreamPeaks Finish(ReadOnlySpan<float> last)
    {
        if (!_isNegative && !last.IsEmpty) while (_after < EventGate.FramesToRunOut(_frontEnd)) Add(last, ended: true);
        CloseSecond();
        var seconds = new List<(int, int, int)>();
        for (var i = 0; i < _counts.GetLength(0); i++)
            for (var bin = 0; bin < StreamPeaks.Bins; bin++)
                if (_counts[i, bin] > 0) seconds.Add((i, bin, _counts[i, bin]));
        return new StreamPeaks(_peaks, [.. seconds]);
    }

    void AddToSecond(TimeSpan time)
    {
        if (time.Ticks / TimeSpan.TicksPerSecond != _second) CloseSecond();
        _second = time.Ticks / TimeSpan.TicksPerSecond;
        for (var i = 0; i < _places.Length; i++) _highest[i] = MathF.Max(_highest[i], _smoothed[_places[i]]);
    }

    void CloseSecond()
    {
        for (var i = 0; _second >= 0 && i < _highest.Length; i++) _counts[i, Math.Clamp((int)(_highest[i] * StreamPeaks.Bins), 0, StreamPeaks.Bins - 1)]++;
        Array.Clear(_highest);
    }
}
