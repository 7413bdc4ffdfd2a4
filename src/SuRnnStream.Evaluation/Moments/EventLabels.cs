namespace SuRnnStream.Evaluation.Moments;

/// <summary>
/// What the codes of a recording's annotations mean: <c>beat=N L R;ventricular=V E;beat|ventricular=F</c>. The first label of an entry is the one to
/// be learnt, the second will do as well. Codes that are not named are no events.
/// </summary>
sealed class EventLabels
{
    /// <summary>
    /// Beats by ANSI/AAMI EC57: V and E are ventricular; F, a fusion of a ventricular and a normal beat, is a beat that may be called either; all others
    /// are beats, paced (/), fusions of paced ones (f) and unclassified ones (Q) among them. ! and x, waves of flutter and P waves without a beat, are none.
    /// </summary>
    public const string HeartBeats = "beat=N L R B e j n A a J S r / f Q;ventricular=V E;beat|ventricular=F";

    public const string Background = "background";

    readonly Dictionary<string, (int Label, int OrLabel)> _codes = [];

    /// <exception cref="ArgumentException">The text is no such list.</exception>
    public EventLabels(string map)
    {
        var labels = new List<string> { Background };
        int Place(string label)
        {
            if (!labels.Contains(label)) labels.Add(label);
            return labels.IndexOf(label);
        }
        foreach (var entry in map.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } names, { Length: > 0 } codes] || names.Split('|') is not { Length: 1 or 2 } either)
                throw new ArgumentException($"'{entry}' does not say which codes a label has: write LABEL=CODE CODE;LABEL|OTHER=CODE.");
            foreach (var code in codes.Split(' ', StringSplitOptions.RemoveEmptyEntries)) _codes.Add(code, (Place(either[0]), Place(either[^1])));
        }
        if (labels.Count < 2) throw new ArgumentException("There is no label: write LABEL=CODE CODE.");
        Labels = labels;
    }

    /// <summary>What codes mean to a model where nobody says: each label's own name, and to a model of heartbeats those of ANSI/AAMI EC57 too.</summary>
    /// <param name="labels">The model's, the background first.</param>
    public static string ByDefault(IReadOnlyList<string> labels) =>
        string.Join(';', labels.Skip(1).Select(label => $"{label}={label}")) + (labels.SequenceEqual(new EventLabels(HeartBeats).Labels) ? ";" + HeartBeats : "");

    /// <summary>The model's labels, the first for moments in which nothing happens.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>False: no event.</summary>
    public bool TryGet(string code, long moment, out StreamEvent happened)
    {
        var known = _codes.TryGetValue(code, out var labels);
        happened = new StreamEvent(moment, labels.Label, labels.OrLabel);
        return known;
    }
}
