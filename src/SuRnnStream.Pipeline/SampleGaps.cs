namespace SuRnnStream;

/// <summary>Where a queue of samples has gaps: how many samples were lost before which of them. Places count up in the order of the pushes. For one thread at a time.</summary>
sealed class SampleGaps
{
    readonly Queue<(long At, long Lost)> _gaps = []; // the oldest first
    long _next;                                      // lost after the newest sample

    public bool Any => _gaps.Count > 0;

    /// <summary>Samples were lost after the newest one.</summary>
    public void Lose(long samples) => _next += samples;

    /// <summary>The next sample does not follow the newest one, if something was lost between them.</summary>
    /// <param name="at">The next sample's place.</param>
    public void Mark(long at)
    {
        if (_next > 0) _gaps.Enqueue((at, _next));
        _next = 0;
    }

    /// <summary>Samples that were lost before a place, each of which is told once.</summary>
    /// <param name="at">Place of the sample that is read next.</param>
    public long Cross(long at)
    {
        long lost = 0;
        while (_gaps.TryPeek(out var gap) && gap.At <= at) lost += _gaps.Dequeue().Lost;
        return lost;
    }

    /// <summary>Of samples, as many as there are before the next gap.</summary>
    /// <param name="at">Place of the first one.</param>
    /// <param name="count">Samples.</param>
    public int Until(long at, int count) => _gaps.TryPeek(out var gap) ? (int)Math.Min(count, gap.At - at) : count;
}
