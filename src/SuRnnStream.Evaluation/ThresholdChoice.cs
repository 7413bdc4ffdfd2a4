namespace SuRnnStream.Evaluation;

/// <summary>
/// Chooses a threshold for each label so that all labels together have the fewest misses while the sum of their false alarms stays within
/// what is allowed: a label that costs few misses to quieten gives its share to the others. Exact for the curves given, by dynamic programming
/// over the labels and the false alarms spent; of equal choices the one with fewer false alarms, then the middle one of a label's thresholds: the
/// highest would be where the next recordings begin to be missed.
/// </summary>
static class ThresholdChoice
{
    /// <summary>False alarms that a budget allows.</summary>
    /// <param name="budget">An hour, from 0.</param>
    /// <param name="length">Time in which they are counted.</param>
    public static int Allowed(double budget, TimeSpan length) => (int)Math.Min(int.MaxValue, Math.Floor(budget * length.TotalHours + 1e-9));

    /// <summary>
    /// The choice within a budget, counted once more with all its thresholds. Each label's own curve has every label at the same threshold; where the chosen ones
    /// together are louder than the curves say, less is allowed until they are not.
    /// </summary>
    /// <param name="curves">Label by label the points to choose from; labels that are not here keep their threshold.</param>
    /// <param name="most">False alarms of all labels together.</param>
    /// <param name="untouched">Those of labels that keep their threshold.</param>
    /// <param name="count">Counts all labels together with the thresholds of a choice.</param>
    public static (IReadOnlyDictionary<string, OperatingPoint?> Choice, OperatingPoint Together) Seek(
        IReadOnlyDictionary<string, IReadOnlyList<OperatingPoint>> curves, int most, int untouched, Func<IReadOnlyDictionary<string, OperatingPoint?>, OperatingPoint> count)
    {
        (IReadOnlyDictionary<string, OperatingPoint?>, OperatingPoint)? best = null;
        for (var allowed = Math.Max(0, most - untouched); ;)
        {
            var choice = Within(curves, allowed);
            if (best is { } known && choice.ContainsValue(null)) return known;
            var together = count(choice);
            if (together.FalseAlarms <= most || allowed == 0 || choice.ContainsValue(null)) return (choice, together);
            best = (choice, together);
            allowed = Math.Max(0, allowed - (together.FalseAlarms - most));
        }
    }

    /// <summary>The options with the thresholds of a choice; where a label has none that meets the budget, its quietest.</summary>
    /// <param name="options">What the other settings are.</param>
    /// <param name="choice">Label by label.</param>
    /// <param name="curves">The whole sweep of each label.</param>
    public static DetectorOptions Apply(DetectorOptions options, IReadOnlyDictionary<string, OperatingPoint?> choice, IReadOnlyDictionary<string, IReadOnlyList<OperatingPoint>> curves)
    {
        var thresholds = new Dictionary<string, float>(options.Thresholds);
        foreach (var (label, point) in choice) thresholds[label] = (point ?? DetCurve.Quietest(curves[label])).Threshold;
        return options with { Thresholds = thresholds };
    }

    /// <param name="curves">Label by label the points to choose from.</param>
    /// <param name="allowed">False alarms of all labels together.</param>
    /// <returns>
    /// Label by label the point; null for a label that cannot be had: while even the quietest points of all labels are too loud together, the
    /// loudest of them is left out.
    /// </returns>
    public static Dictionary<string, OperatingPoint?> Within(IReadOnlyDictionary<string, IReadOnlyList<OperatingPoint>> curves, int allowed)
    {
        var choice = curves.Keys.ToDictionary(label => label, _ => (OperatingPoint?)null);
        int Least(string label) => curves[label].Min(point => point.FalseAlarms);
        var labels = curves.Keys.OrderBy(Least).ToList();
        while (labels.Sum(Least) > allowed) labels.RemoveAt(labels.Count - 1);
        var most = Math.Min(allowed, labels.Sum(label => curves[label].Max(point => point.FalseAlarms)));
        var misses = new int?[most + 1]; // [false alarms spent] fewest, null: cannot be
        misses[0] = 0;
        var chosen = new OperatingPoint?[labels.Count, most + 1];
        for (var i = 0; i < labels.Count; i++)
        {
            var next = new int?[most + 1];
            foreach (var point in curves[labels[i]].OrderByDescending(point => point.Threshold))
            {
                for (var spent = point.FalseAlarms; spent <= most; spent++)
                {
                    if (misses[spent - point.FalseAlarms] + point.Misses is not { } sum || sum >= next[spent]) continue;
                    (next[spent], chosen[i, spent]) = (sum, point);
                }
            }
            misses = next;
        }
        var left = Enumerable.Range(0, most + 1).MinBy(spent => misses[spent] ?? int.MaxValue);
        for (var i = labels.Count - 1; i >= 0; i--)
        {
            var point = chosen[i, left]!;
            choice[labels[i]] = DetCurve.Middle(curves[labels[i]], point);
            left -= point.FalseAlarms;
        }
        return choice;
    }
}
