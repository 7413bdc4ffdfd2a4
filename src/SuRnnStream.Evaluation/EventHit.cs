namespace SuRnnStream.Evaluation;

/// <summary>An event that was found, and by what.</summary>
public readonly record struct EventHit(LabelledEvent Event, Detection Detection)
{
    /// <summary>From the event's end to the detection's time; below zero where the detection came first.</summary>
    public TimeSpan Latency => Detection.Time - Event.End;
}
