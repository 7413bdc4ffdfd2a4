namespace SuRnnStream.Evaluation;

/// <summary>What a detector does at one threshold: of all labels together, or of one of them.</summary>
/// <param name="Threshold">Score at which a detection begins, (0, 1).</param>
/// <param name="Events">Events in the positive streams.</param>
/// <param name="Hits">Events that were found.</param>
/// <param name="WrongLabels">False alarms of the positive streams that fell into an event of another label.</param>
/// <param name="FalseAlarmsInPositives">All false alarms of the positive streams.</param>
/// <param name="FalseAlarms">Detections in the negative streams, repeats merged.</param>
/// <param name="NegativeHours">Length of the negative streams.</param>
public sealed record OperatingPoint(float Threshold, int Events, int Hits, int WrongLabels, int FalseAlarmsInPositives, int FalseAlarms, double NegativeHours)
{
    /// <summary>Events that were not found.</summary>
    public int Misses => Events - Hits;

    /// <summary>Part of the events that was not found; NaN without events.</summary>
    public double MissRate => (double)Misses / Events;

    /// <summary>Wrong labels as a part of the events; NaN without events. For one label: its wrong answers to the others' events as a part of its own.</summary>
    public double WrongLabelRate => (double)WrongLabels / Events;

    /// <summary>False alarms an hour of negatives; NaN without negatives.</summary>
    public double FalseAlarmsPerHour => NegativeHours > 0 ? FalseAlarms / NegativeHours : double.NaN;

    /// <summary>95 % bounds of <see cref="MissRate"/>.</summary>
    public Bounds MissRateBounds => Bounds.OfPart(Misses, Events);

    /// <summary>95 % bounds of <see cref="FalseAlarmsPerHour"/>.</summary>
    public Bounds FalseAlarmsPerHourBounds => Bounds.OfRate(FalseAlarms, NegativeHours);
}
