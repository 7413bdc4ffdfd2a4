namespace SuRnnStream.Evaluation;

/// <summary>What a <see cref="JudgedEvent"/> is.</summary>
public enum EventKind
{
    /// <summary>An event that was found.</summary>
    Hit,

    /// <summary>An event that was not found.</summary>
    Miss,

    /// <summary>A detection of what was not there.</summary>
    FalseAlarm,
}
