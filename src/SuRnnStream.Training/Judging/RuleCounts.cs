namespace SuRnnStream.Training.Judging;

/// <summary>What a rule of events comes to on the choosing sounds, at one threshold. Parts lie in [0, 1].</summary>
sealed record RuleCounts
{
    /// <summary>Part of the words over noise 20 dB below that are missed, and detected as another word.</summary>
    public required double Missed { get; init; }

    /// <inheritdoc cref="Missed"/>
    public required double Wrong { get; init; }

    /// <summary>Part of the other words spoken alone that fire, and of the synthesised ones that begin like a command (NaN: no voice could say them).</summary>
    public required double Others { get; init; }

    /// <inheritdoc cref="Others"/>
    public required double Like { get; init; }

    /// <summary>False alarms an hour of read and of other speech, by the choosing speakers.</summary>
    public required double Read { get; init; }

    /// <inheritdoc cref="Read"/>
    public required double Other { get; init; }

    /// <summary>False alarms an hour of the speech that trainings may learn from: more hours; zero where it was not asked for.</summary>
    public required double TrainingRead { get; init; }

    /// <inheritdoc cref="TrainingRead"/>
    public required double TrainingOther { get; init; }

    /// <summary>Part of the words that are missed soon after a wake word or somebody's sentence, by scene.</summary>
    public required IReadOnlyList<double> MissedAfter { get; init; }

    /// <summary>True: it keeps what the project asks of a model of commands, in all of these at once, for each alone can be bought with another.</summary>
    public bool IsAllowed => Wrong <= 0.065 && Others <= 0.1 && Read <= 3 && Other <= 10 && TrainingRead <= 3 && TrainingOther <= 10;

    /// <summary>Lower is better: words missed, and a fifth of those missed soon after speech.</summary>
    public double Cost => Missed + (0.2 * MissedAfter.Average());
}
