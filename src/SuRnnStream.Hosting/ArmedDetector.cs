namespace SuRnnStream;

/// <summary>
/// A detector whose detections count only for a while after another one's. Both run on threads of their own, so a command waits until the other has told
/// everything up to the command's stream time: what counts does not depend on which thread was faster.
/// </summary>
/// <param name="by">Name of the detector that arms it; of the same source.</param>
/// <param name="armedFor">Stream time after its detection; above zero.</param>
sealed class ArmedDetector(string by, TimeSpan armedFor)
{
    readonly ArmedWindow _window = new(armedFor);
    readonly Queue<HeardDetection> _waiting = [];
    readonly HashSet<string> _open = [];            // labels whose begin has passed
    TimeSpan _told;                                 // the other's stream time

    public string By => by;

    public DecisionCounts Counts => _window.Counts with { Seen = _window.Counts.Seen + _waiting.Count, Waiting = _waiting.Count };

    public void Arm(in Detection wake) => _window.Arm(wake);

    public void Take(in HeardDetection heard, Action<HeardDetection> pass)
    {
        if (heard.Detection.Time > _told) _waiting.Enqueue(heard);
        else Decide(heard, pass);
    }

    /// <summary>The other has told everything up to a stream time.</summary>
    public void Advance(TimeSpan told, Action<HeardDetection> pass)
    {
        _told = told;
        while (_waiting.TryPeek(out var heard) && heard.Detection.Time <= _told) Decide(_waiting.Dequeue(), pass);
    }

    void Decide(in HeardDetection heard, Action<HeardDetection> pass)
    {
        if (heard.Detection.Phase == EventPhase.End)
        {
            if (_open.Remove(heard.Detection.Label)) pass(heard);
            return;
        }
        var passed = false;
        _window.Take(heard.Detection, verdict => passed = verdict.Outcome == DecisionOutcome.Passed);
        if (!passed) return;
        if (heard.Detection.Phase == EventPhase.Begin) _open.Add(heard.Detection.Label);
        pass(heard);
    }
}
