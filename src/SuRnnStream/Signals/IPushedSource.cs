namespace SuRnnStream;

/// <summary>A source that is filled by the thread that reads it: its Read never waits, and gives 0 also when nothing is there yet.</summary>
public interface IPushedSource : ISampleSource
{
    /// <summary>True: 0 means the end.</summary>
    bool Ended { get; }
}
