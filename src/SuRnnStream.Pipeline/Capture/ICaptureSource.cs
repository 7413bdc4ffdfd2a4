namespace SuRnnStream;

/// <summary>A live source that says how it fares, and can be stopped while it is read.</summary>
public interface ICaptureSource : ILossySource
{
    /// <summary>What has happened so far. Any thread.</summary>
    CaptureStatus Status { get; }

    /// <summary>Ends the stream: a Read that waits comes back soon. Any thread.</summary>
    void Stop();
}
