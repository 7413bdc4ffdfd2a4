namespace SuRnnStream;

/// <summary>The scores of a stream's last seconds, for near misses. The detector's thread only.</summary>
sealed class ScoreHistory
{
    readonly IReadOnlyList<string> _labels;
    readonly float[] _scores;           // [frames, Labels], a ring
    readonly TimeSpan[] _times;         // [frames] end of each frame
    int _next, _count;

    /// <param name="config">The model's.</param>
    /// <param name="length">How far back scores are asked for.</param>
    public ScoreHistory(SuRnnConfig config, TimeSpan length)
    {
        _labels = config.Labels;
        _times = new TimeSpan[Math.Max(1, (int)(length / config.RequireTiming().Hop))];
        _scores = new float[_times.Length * _labels.Count];
    }

    public void Add(in FrameView frame)
    {
        _times[_next] = frame.End;
        frame.Scores.CopyTo(_scores.AsSpan(_next * _labels.Count));
        _next = (_next + 1) % _times.Length;
        _count = Math.Min(_count + 1, _times.Length);
    }

    /// <summary>Each label's highest score in the frames that end between two times, or since the first that is kept.</summary>
    public Dictionary<string, float> Highest(TimeSpan from, TimeSpan to)
    {
        var highest = new float[_labels.Count];
        for (var age = 1; age <= _count; age++)
        {
            var at = (_next + _times.Length - age) % _times.Length;
            if (_times[at] > to) continue;
            if (_times[at] < from) break;
            for (var i = 0; i < highest.Length; i++) highest[i] = MathF.Max(highest[i], _scores[at * highest.Length + i]);
        }
        return _labels.Index().ToDictionary(label => label.Item, label => highest[label.Index]);
    }
}
