namespace SuRnnStream;

/// <summary>When the health check of the detectors worries.</summary>
public sealed class DetectorHealthOptions
{
    /// <summary>Without a frame for this long a detector is degraded; above zero, to a day. A model with slow frames has three of them at least.</summary>
    public TimeSpan DegradedAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Without a frame for this long it is unhealthy; from <see cref="DegradedAfter"/> to seven days.</summary>
    public TimeSpan UnhealthyAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Samples dropped in the last minute, as a part of those that came, from which a detector is degraded; in (0, 1].</summary>
    public double DegradedDropRate { get; set; } = 0.001;

    /// <summary>The same for unhealthy; from <see cref="DegradedDropRate"/> to 1.</summary>
    public double UnhealthyDropRate { get; set; } = 0.1;

    /// <summary>
    /// True: a detector is degraded by what is wrong with its microphone's level, too (<see cref="LevelAdvice"/>), as the last minute of its sound, or the first
    /// ten seconds, shows. Off by default: a quiet room looks like a quiet microphone. Read once, at the start.
    /// </summary>
    public bool Level { get; set; }
}
