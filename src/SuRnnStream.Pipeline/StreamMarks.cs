namespace SuRnnStream;

/// <summary>
/// Tells among a stream's detections where its labels are released and where samples are missing, for rules that are applied elsewhere. The worker's whose
/// turn it is.
/// </summary>
sealed class StreamMarks
{
    int _made;

    /// <summary>Where they go.</summary>
    public List<Detection> To { get; set; } = [];

    /// <summary>A label's event is over.</summary>
    public void Release(string label, TimeSpan time) => Add(label, time, EventEnd.Released);

    /// <summary>Samples are missing from a stream time on.</summary>
    public void Gap(TimeSpan time) => Add("", time, EventEnd.Gap);

    /// <summary>How many were made since this was asked last.</summary>
    public int Take()
    {
        var made = _made;
        _made = 0;
        return made;
    }

    void Add(string label, TimeSpan time, EventEnd why)
    {
        _made++;
        To.Add(new Detection(label, 0, time, time, time) { Phase = EventPhase.End, EndedBy = why });
    }
}
