namespace SuRnnStream.Evaluation;

/// <summary>How high the smoothed scores rise where they should, and where they should not.</summary>
sealed class ScorePeaks
{
    readonly IReadOnlyList<string> _labels;
    readonly int[] _places;                 // [labels] of each among the model's
    readonly float _keep;
    readonly List<float>[] _events, _seconds; // [labels]

    public ScorePeaks(SuRnnConfig config, IReadOnlyList<string> labels, float keep)
    {
        (_labels, _keep) = (labels, keep);
        _places = [.. labels.Select(label => config.Labels.ToList().IndexOf(label))];
        (_events, _seconds) = ([.. labels.Select(_ => new List<float>())], [.. labels.Select(_ => new List<float>())]);
    }

    /// <summary>Label by label: the highest score in which a detection of each of its events could come; ascending.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<float>> OfEvents => Sorted(_events);

    /// <summary>Label by label: the highest score of each second of the negatives; ascending.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<float>> OfSeconds => Sorted(_seconds);

    public void Add(HeardStream stream)
    {
        if (stream.IsNegative) AddSeconds(stream.Track);
        else AddEvents(stream);
    }

    void AddEvents(HeardStream stream)
    {
        var events = stream.Events.Select(one => (Event: one, Label: Place(one.Label))).ToArray();
        var peaks = new float[events.Length];
        stream.Track.Smooth(_keep, runOut: true, (time, scores) =>
        {
            for (var i = 0; i < events.Length; i++)
                if (EventMatch.Covers(events[i].Event, time)) peaks[i] = MathF.Max(peaks[i], scores[_places[events[i].Label]]);
        });
        for (var i = 0; i < events.Length; i++) _events[events[i].Label].Add(peaks[i]);
    }

    void AddSeconds(ScoreTrack track)
    {
        var (second, peaks) = (-1L, new float[_places.Length]);
        void Close()
        {
            for (var i = 0; second >= 0 && i < peaks.Length; i++) _seconds[i].Add(peaks[i]);
            Array.Clear(peaks);
        }
        track.Smooth(_keep, runOut: false, (time, scores) =>
        {
            if (time.Ticks / TimeSpan.TicksPerSecond != second) Close();
            second = time.Ticks / TimeSpan.TicksPerSecond;
            for (var i = 0; i < peaks.Length; i++) peaks[i] = MathF.Max(peaks[i], scores[_places[i]]);
        });
        Close();
    }

    int Place(string label)
    {
        var place = 0;
        while (_labels[place] != label) place++;
        return place;
    }

    IReadOnlyDictionary<string, IReadOnlyList<float>> Sorted(List<float>[] peaks) =>
        _labels.Index().ToDictionary(label => label.Item, label => (IReadOnlyList<float>)[.. peaks[label.Index].Order()]);
}
