namespace SuRnnStream.Cluster;

/// <summary>The last frames of a stream in which a label was ahead with a score from a threshold on. Frames come on a worker's thread, other calls on any.</summary>
/// <param name="from">The score.</param>
/// <param name="labels">Of the model, in the order of its scores.</param>
sealed class CertainFrames(float from, IReadOnlyList<string> labels)
{
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(30); // of stream, so that a snapshot of some time ago still has its own

    readonly Lock _lock = new();            // guards what follows
    readonly Queue<(long End, int Label)> _frames = [];

    public void Add(in FrameView frame)
    {
        var scores = frame.Scores;
        var best = 0;
        for (var i = 1; i < scores.Length; i++) if (scores[i] > scores[best]) best = i;
        if (scores[best] < from) return;
        lock (_lock)
        {
            _frames.Enqueue((frame.End.Ticks, best));
            while (_frames.Peek().End < frame.End.Ticks - Kept.Ticks) _frames.Dequeue();
        }
    }

    /// <summary>Frames of a detection's label within it.</summary>
    public int Count(in Detection detection)
    {
        var count = 0;
        lock (_lock)
        {
            foreach (var (end, label) in _frames)
                if (end >= detection.Start.Ticks && end <= detection.End.Ticks && labels[label] == detection.Label) count++;
        }
        return count;
    }

    /// <summary>Those up to a stream time.</summary>
    public (long End, int Label)[] Until(TimeSpan time)
    {
        lock (_lock) return [.. _frames.Where(frame => frame.End <= time.Ticks)];
    }

    /// <summary>Goes on from those.</summary>
    /// <exception cref="InvalidDataException">A label is none of the model's.</exception>
    public void Restore(IReadOnlyList<(long End, int Label)> frames)
    {
        if (frames.Any(frame => frame.Label < 0 || frame.Label >= labels.Count)) throw new InvalidDataException($"A saved stream names a label that is none of {labels.Count}.");
        lock (_lock)
        {
            _frames.Clear();
            foreach (var frame in frames) _frames.Enqueue(frame);
        }
    }
}
