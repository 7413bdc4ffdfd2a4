namespace SuRnnStream;

/// <summary>What a hosted source is doing.</summary>
public enum SourceState
{
    /// <summary>It has not been opened yet; tries go on.</summary>
    Opening,

    /// <summary>It gives samples, or is about to.</summary>
    Running,

    /// <summary>It is gone, and will be opened again.</summary>
    Lost,

    /// <summary>It was a file and has been read to its end, or the host has stopped.</summary>
    Ended,

    /// <summary>It was a file and could not be read to its end.</summary>
    Failed,
}
