namespace SuRnnStream.Evaluation;

/// <summary>
/// Truths against answers. Every event has one answer: its own label if it was found, else the first wrong label that it covers, else none.
/// Every false alarm that answers no event is one answer to what is no event, in positive streams as in negative ones.
/// </summary>
sealed class ConfusionCounts
{
    readonly Dictionary<string, int> _place;
    readonly int[][] _counts; // [labels, no event][labels, no detection]

    public ConfusionCounts(IReadOnlyList<string> labels)
    {
        _place = labels.Index().ToDictionary(label => label.Item, label => label.Index);
        _counts = [.. Enumerable.Range(0, labels.Count + 1).Select(_ => new int[labels.Count + 1])];
    }

    public IReadOnlyList<IReadOnlyList<int>> Rows => _counts;

    public void Add(EventMatch match)
    {
        foreach (var hit in match.Hits) _counts[_place[hit.Event.Label]][_place[hit.Event.Label]]++;
        var left = match.FalseAlarms.Select(alarm => alarm.Detection).ToList();
        foreach (var missed in match.Missed)
        {
            var answer = left.FindIndex(detection => detection.Label != missed.Label && EventMatch.Covers(missed, detection.Time));
            _counts[_place[missed.Label]][answer < 0 ? _place.Count : _place[left[answer].Label]]++;
            if (answer >= 0) left.RemoveAt(answer);
        }
        foreach (var detection in left) _counts[_place.Count][_place[detection.Label]]++;
    }
}
