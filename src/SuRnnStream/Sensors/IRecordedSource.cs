namespace SuRnnStream;

/// <summary>A source that can tell when its moments were recorded, where that differs from their position in the stream: a table with gaps in its times. Detections then have the recording's times.</summary>
public interface IRecordedSource
{
    /// <summary>A time of the stream by the recording's own clock, from its first moment. Any thread.</summary>
    TimeSpan Recorded(TimeSpan stream);
}
