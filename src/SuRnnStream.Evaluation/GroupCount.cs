namespace SuRnnStream.Evaluation;

/// <summary>Counts over a part of the events and a part of the hours without events.</summary>
/// <param name="Group">What they are parted by: condition, speaker, signal-to-noise ratio, level, length, reason, hour.</param>
/// <param name="Name">Which part.</param>
/// <param name="Events">Events in it.</param>
/// <param name="Misses">Those that were missed.</param>
/// <param name="FalseAlarms">False alarms in its streams without events.</param>
/// <param name="Hours">Length of those.</param>
public sealed record GroupCount(string Group, string Name, int Events, int Misses, int FalseAlarms, double Hours)
{
    /// <summary>Part of the events that was missed; NaN without events.</summary>
    public double MissRate => (double)Misses / Events;

    /// <summary>95 % bounds of it, for independent events.</summary>
    public Bounds MissRateBounds => Bounds.OfPart(Misses, Events);

    /// <summary>False alarms an hour; NaN without hours.</summary>
    public double FalseAlarmsPerHour => Hours > 0 ? FalseAlarms / Hours : double.NaN;

    /// <summary>95 % bounds of it.</summary>
    public Bounds FalseAlarmsPerHourBounds => Bounds.OfRate(FalseAlarms, Hours);
}
