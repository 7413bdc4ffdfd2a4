namespace SuRnnStream.Training;

/// <summary>A word that was said: label, first and last moment in the stream.</summary>
sealed record SpokenWord(string Label, TimeSpan Start, TimeSpan End);

/// <summary>Detections against what was said.</summary>
/// <param name="Words">Words said.</param>
/// <param name="Hits">Words found: a detection of the right label from the word's start to one second after its end (MLPerf Tiny's rule).</param>
/// <param name="WrongWords">False alarms that fell into a word's span with another label.</param>
/// <param name="FalseAlarms">All detections that are neither hits nor repeats of one within a second; wrong words among them.</param>
sealed record StreamScores(int Words, int Hits, int WrongWords, int FalseAlarms)
{
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    public static StreamScores Count(IReadOnlyList<SpokenWord> said, IEnumerable<Detection> detections)
    {
        var found = new bool[said.Count];
        var (wrong, alarms) = (0, 0);
        var counted = new Dictionary<string, TimeSpan>(); // label: time of its last hit
        bool Covers(SpokenWord word, Detection detection) => detection.Time >= word.Start && detection.Time <= word.End + Grace;
        foreach (var detection in detections.OrderBy(detection => detection.Time))
        {
            var hit = Enumerable.Range(0, said.Count).FirstOrDefault(i => !found[i] && said[i].Label == detection.Label && Covers(said[i], detection), -1);
            if (hit >= 0)
            {
                found[hit] = true;
                counted[detection.Label] = detection.Time;
            }
            else if (!counted.TryGetValue(detection.Label, out var before) || detection.Time - before > Grace)
            {
                alarms++;
                if (said.Any(word => Covers(word, detection))) wrong++;
            }
        }
        return new StreamScores(said.Count, found.Count(hit => hit), wrong, alarms);
    }
}
