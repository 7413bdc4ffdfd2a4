namespace SuRnnStream.Evaluation;

/// <summary>
/// Misses against false alarms an hour, over all thresholds of a sweep (detection error tradeoff). Between the points it is a step function:
/// at x false alarms an hour it is the lowest miss rate of the points with x or fewer, and 1 where there are none, as a detector that never
/// fires misses all. Only <see cref="Usable"/> points count. A sweep is that of a report (<see cref="EvaluationReport.Sweep"/>) or of one label, its points in any order.
/// </summary>
public static class DetCurve
{
    /// <summary>False alarms an hour up to which <see cref="Area"/> looks.</summary>
    public const double MostFalseAlarmsPerHour = 2;

    /// <summary>
    /// The points from the one with the most false alarms on, in the order of their thresholds. Below it a label begins to fire once and
    /// never falls to its release level again: it looks quiet, and is deaf.
    /// </summary>
    /// <param name="sweep">One point a threshold; may be empty.</param>
    public static IEnumerable<OperatingPoint> Usable(IReadOnlyList<OperatingPoint> sweep)
    {
        var most = sweep.Select(point => point.FalseAlarms).DefaultIfEmpty().Max();
        return sweep.OrderBy(point => point.Threshold).SkipWhile(point => point.FalseAlarms < most);
    }

    /// <summary>The area under the curve from 0 to 2 false alarms an hour, divided by 2: the mean miss rate there, 0 at best and 1 at worst. NaN without events or negatives.</summary>
    /// <param name="sweep">One point a threshold; may be empty.</param>
    public static double Area(IReadOnlyList<OperatingPoint> sweep)
    {
        if (sweep.Count == 0 || double.IsNaN(sweep[0].MissRate) || double.IsNaN(sweep[0].FalseAlarmsPerHour)) return double.NaN;
        var (area, at, height) = (0.0, 0.0, 1.0);
        foreach (var point in Usable(sweep).Where(point => point.FalseAlarmsPerHour < MostFalseAlarmsPerHour).OrderBy(point => point.FalseAlarms))
        {
            area += height * (point.FalseAlarmsPerHour - at);
            (at, height) = (point.FalseAlarmsPerHour, Math.Min(height, point.MissRate));
        }
        return (area + height * (MostFalseAlarmsPerHour - at)) / MostFalseAlarmsPerHour;
    }

    /// <summary>
    /// The point with the fewest misses among those with at most this many false alarms an hour; of equals the one with fewer false alarms, then
    /// the middle threshold. Null: no threshold is that quiet, or there are no negatives.
    /// </summary>
    /// <param name="sweep">One point a threshold; may be empty.</param>
    /// <param name="falseAlarmsPerHour">The budget, from 0.</param>
    public static OperatingPoint? BestWithin(IReadOnlyList<OperatingPoint> sweep, double falseAlarmsPerHour) =>
        Usable(sweep).Where(point => point.FalseAlarmsPerHour <= falseAlarmsPerHour).OrderBy(point => point.Misses).ThenBy(point => point.FalseAlarms).FirstOrDefault() is { } best
            ? Middle(Usable(sweep), best) : null;

    /// <summary>Of the points that are as good as this one the middle one: the farthest from where either rate begins to rise.</summary>
    internal static OperatingPoint Middle(IEnumerable<OperatingPoint> sweep, OperatingPoint point)
    {
        OperatingPoint[] equals = [.. sweep.Where(other => (other.Misses, other.FalseAlarms) == (point.Misses, point.FalseAlarms)).OrderBy(other => other.Threshold)];
        return equals[equals.Length / 2];
    }

    /// <summary>The point with the fewest false alarms; of equals the one with fewer misses, then the higher threshold.</summary>
    /// <param name="sweep">One point a threshold, at least one.</param>
    /// <exception cref="ArgumentException">There is no point.</exception>
    public static OperatingPoint Quietest(IReadOnlyList<OperatingPoint> sweep) => sweep.Count == 0 ? throw new ArgumentException("A sweep without points has no quietest one.")
        : Usable(sweep).OrderBy(point => point.FalseAlarms).ThenBy(point => point.Misses).ThenByDescending(point => point.Threshold).First();
}
