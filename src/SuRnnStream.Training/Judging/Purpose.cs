namespace SuRnnStream.Training.Judging;

/// <summary>What a sound may be used for. Each speaker has one purpose.</summary>
enum Purpose
{
    /// <summary>Anything may learn from it.</summary>
    Training,

    /// <summary>Thresholds, rules and checkpoints are chosen by it; nothing learns from it.</summary>
    Choosing,

    /// <summary>Figures are reported on it; nothing learns from it or is chosen by it.</summary>
    Reporting,
}
