namespace SuRnnStream.Evaluation.Moments;

/// <summary>
/// The counting rule of events that are moments, as heartbeats and the ends of gestures; <see cref="EventMatch"/> has that of events that last. A detection
/// finds an event if they are no further apart than the tolerance, before or after, and each is in one pair at most: the nearest ones are paired first, as
/// ANSI/AAMI EC57 does. Every detection without an event is false; repeats are not merged.
/// </summary>
public sealed class MomentMatch
{
    readonly int[] _eventOf;
    readonly int _events;

    /// <param name="events">Times in seconds, in order.</param>
    /// <param name="detections">Likewise.</param>
    /// <param name="tolerance">Seconds.</param>
    public MomentMatch(IReadOnlyList<double> events, IReadOnlyList<double> detections, double tolerance)
    {
        var pairs = new List<(double Apart, int Event, int Detection)>();
        for (int d = 0, first = 0; d < detections.Count; d++)
        {
            while (first < events.Count && events[first] < detections[d] - tolerance) first++;
            for (var e = first; e < events.Count && events[e] <= detections[d] + tolerance; e++) pairs.Add((Math.Abs(events[e] - detections[d]), e, d));
        }
        (_eventOf, _events) = ([.. Enumerable.Repeat(-1, detections.Count)], events.Count);
        var taken = new bool[events.Count];
        foreach (var (_, happened, detection) in pairs.Order())
        {
            if (taken[happened] || _eventOf[detection] >= 0) continue;
            taken[happened] = true;
            _eventOf[detection] = happened;
        }
    }

    /// <summary>[detections] the place of the event that it finds; -1: none.</summary>
    public IReadOnlyList<int> EventOf => _eventOf;

    /// <summary>Its counts: every detection without an event is false.</summary>
    public MomentScores Scores
    {
        get
        {
            var found = _eventOf.Count(place => place >= 0);
            return new MomentScores(found, _events - found, _eventOf.Length - found);
        }
    }
}
