namespace SuRnnStream.Training.Events;

/// <summary>Detections against what happened. Adds up with +.</summary>
/// <param name="Found">Events with a detection within the tolerance.</param>
/// <param name="Missed">Events without.</param>
/// <param name="False">Detections without an event.</param>
readonly record struct EventScores(int Found, int Missed, int False)
{
    /// <summary>Part of the events that was found.</summary>
    public double Sensitivity => Found + Missed == 0 ? 1 : (double)Found / (Found + Missed);

    /// <summary>Part of the detections that are events: +P.</summary>
    public double Precision => Found + False == 0 ? 1 : (double)Found / (Found + False);

    public double F1 => Found + Missed + False == 0 ? 1 : 2.0 * Found / (2 * Found + Missed + False);

    public static EventScores operator +(EventScores a, EventScores b) => new(a.Found + b.Found, a.Missed + b.Missed, a.False + b.False);

    /// <summary>
    /// Pairs of events and detections no further apart than the tolerance, each in one pair at most: the nearest ones first.
    /// </summary>
    /// <param name="events">Times in seconds, in order.</param>
    /// <param name="detections">Likewise.</param>
    /// <param name="tolerance">Seconds.</param>
    /// <returns>[detections] the place of the event; -1: none.</returns>
    public static int[] Match(IReadOnlyList<double> events, IReadOnlyList<double> detections, double tolerance)
    {
        var pairs = new List<(double Apart, int Event, int Detection)>();
        for (int d = 0, first = 0; d < detections.Count; d++)
        {
            while (first < events.Count && events[first] < detections[d] - tolerance) first++;
            for (var e = first; e < events.Count && events[e] <= detections[d] + tolerance; e++) pairs.Add((Math.Abs(events[e] - detections[d]), e, d));
        }
        int[] match = [.. Enumerable.Repeat(-1, detections.Count)];
        var taken = new bool[events.Count];
        foreach (var (_, happened, detection) in pairs.Order())
        {
            if (taken[happened] || match[detection] >= 0) continue;
            taken[happened] = true;
            match[detection] = happened;
        }
        return match;
    }

    /// <param name="events">Times in seconds of what is to be found, in order.</param>
    /// <param name="detections">Times in seconds, in order.</param>
    /// <param name="neither">Times in seconds of what may be found or not: a detection there is not false.</param>
    /// <param name="tolerance">Seconds.</param>
    public static EventScores Count(IReadOnlyList<double> events, IReadOnlyList<double> detections, IReadOnlyList<double> neither, double tolerance)
    {
        var match = Match(events, detections, tolerance);
        double[] left = [.. detections.Where((_, d) => match[d] < 0)];
        var excused = Match(neither, left, tolerance).Count(e => e >= 0);
        var found = detections.Count - left.Length;
        return new EventScores(found, events.Count - found, left.Length - excused);
    }
}
