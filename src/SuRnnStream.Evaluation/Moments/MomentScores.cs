namespace SuRnnStream.Evaluation.Moments;

/// <summary>Counts of a <see cref="MomentMatch"/>. They add up with +.</summary>
/// <param name="Found">Events with a detection within the tolerance.</param>
/// <param name="Missed">Events without.</param>
/// <param name="False">Detections without an event.</param>
public readonly record struct MomentScores(int Found, int Missed, int False)
{
    /// <summary>Part of the events that was found.</summary>
    public double Sensitivity => Found + Missed == 0 ? 1 : (double)Found / (Found + Missed);

    /// <summary>Part of the detections that are events: +P.</summary>
    public double Precision => Found + False == 0 ? 1 : (double)Found / (Found + False);

    /// <summary>The harmonic mean of both.</summary>
    public double F1 => Found + Missed + False == 0 ? 1 : 2.0 * Found / (2 * Found + Missed + False);

    /// <summary>Of both together.</summary>
    public static MomentScores operator +(MomentScores a, MomentScores b) => new(a.Found + b.Found, a.Missed + b.Missed, a.False + b.False);

    /// <summary>Counts the detections of one label.</summary>
    /// <param name="events">Times in seconds of what is to be found, in order.</param>
    /// <param name="detections">Times in seconds, in order.</param>
    /// <param name="neither">Times in seconds of what may be found or not: a detection there is not false.</param>
    /// <param name="tolerance">Seconds.</param>
    public static MomentScores Count(IReadOnlyList<double> events, IReadOnlyList<double> detections, IReadOnlyList<double> neither, double tolerance)
    {
        var match = new MomentMatch(events, detections, tolerance);
        double[] left = [.. detections.Where((_, d) => match.EventOf[d] < 0)];
        var excused = new MomentMatch(neither, left, tolerance).Scores.Found;
        return match.Scores with { False = left.Length - excused };
    }
}
