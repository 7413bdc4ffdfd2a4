namespace SuRnnStream;

/// <summary>A source that can lose samples and counts them: a device that was not read in time, or was away for a while.</summary>
public interface ILossySource : ISampleSource
{
    /// <summary>
    /// Samples, at this source's rate, that are known to have been lost since the start, all of them before those that the last Read
    /// returned; what one Read returns has no gap in it. Never falls.
    /// </summary>
    long SamplesLost { get; }
}
