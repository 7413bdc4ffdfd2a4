namespace SuRnnStream.Evaluation;

/// <summary>Adds up the matches of many streams at one setting of the thresholds, label by label.</summary>
sealed class Tally(IReadOnlyList<string> labels, double negativeHours)
{
    readonly Dictionary<string, Counts> _counts = labels.ToDictionary(label => label, _ => new Counts());

    public void Add(JudgedStream stream, EventMatch match)
    {
        foreach (var one in stream.Events) _counts[one.Label].Events++;
        foreach (var hit in match.Hits) _counts[hit.Event.Label].Hits++;
        foreach (var alarm in match.FalseAlarms)
        {
            var counts = _counts[alarm.Detection.Label];
            if (stream.IsNegative) counts.InNegatives++;
            else counts.InPositives++;
            if (alarm.WrongLabel) counts.WrongLabels++;
        }
    }

    public void AddEvents(IReadOnlyList<LabelledEvent> events)
    {
        foreach (var one in events) _counts[one.Label].Events++;
    }

    public void Add(string label, int hits, int alarms, int wrong, bool isNegative)
    {
        var counts = _counts[label];
        counts.Hits += hits;
        counts.WrongLabels += wrong;
        if (isNegative) counts.InNegatives += alarms;
        else counts.InPositives += alarms;
    }

    public OperatingPoint Overall(float threshold) => _counts.Values.Aggregate(new Counts(), (sum, label) => sum.Plus(label)).At(threshold, negativeHours);

    public OperatingPoint Of(string label, float threshold) => _counts[label].At(threshold, negativeHours);

    sealed class Counts
    {
        public int Events, Hits, WrongLabels, InPositives, InNegatives;

        public Counts Plus(Counts other) => new()
        {
            Events = Events + other.Events,
            Hits = Hits + other.Hits,
            WrongLabels = WrongLabels + other.WrongLabels,
            InPositives = InPositives + other.InPositives,
            InNegatives = InNegatives + other.InNegatives,
        };

        public OperatingPoint At(float threshold, double hours) => new(threshold, Events, Hits, WrongLabels, InPositives, InNegatives, hours);
    }
}
