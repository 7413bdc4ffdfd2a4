namespace SuRnnStream.Evaluation;

/// <summary>
/// Chooses a threshold for each label so that all labels together have the fewest misses while the sum of their false alarms stays within
/// what is allowed: a label that costs few misses to quieten gives its share to the others. Exact for the curves given, by dynamic programming
/// over the labels and the false alarms spent; of equal choices the one with fewer false alarms, then the middle one of a label's thresholds: the
/// highest would be where the next recordings begin to be missed.
/// </summary>
static class ThresholdChoice
{
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
