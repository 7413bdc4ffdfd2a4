namespace SuRnnStream.Training.Events;

/// <summary>
/// Recordings of gestures and of ordinary movements, cut into single takes and split into three parts: trained on, for the threshold, for the report. By
/// persons where the files name three or more (PERSON_NAME.csv), else by takes; a recording without gestures by time.
/// </summary>
sealed class GestureCorpus
{
    const double Before = 3, After = 0.7; // seconds of a take before its gesture's end and after it
    const int Persons = 3, OfTakes = 5;                 // fewer persons are not held back; of five takes one is reported, one for the threshold

    readonly List<EventStream>[] _parts = [[], [], []];

    public IReadOnlyList<EventStream> Training => _parts[0];
    public IReadOnlyList<EventStream> Choosing => _parts[1];
    public IReadOnlyList<EventStream> Reporting => _parts[2];

    /// <summary>Persons whose takes are held back to report by. Empty: the takes are held back.</summary>
    public IReadOnlyList<string> HeldBackPersons { get; }

    /// <param name="streams">Whole recordings.</param>
    /// <param name="rate">Moments a second.</param>
    /// <param name="labels">The model's, the background first.</param>
    /// <exception cref="ArgumentException">There are too few takes of a label, or no ordinary movements; the message says which and what to do.</exception>
    public GestureCorpus(IReadOnlyList<EventStream> streams, double rate, IReadOnlyList<string> labels)
    {
        EventStream[] takes = [.. streams.SelectMany(stream => Takes(stream, rate))];
        string[] persons = [.. takes.Select(take => PersonOf(take.Name)).Distinct().Order(StringComparer.Ordinal)];
        HeldBackPersons = persons.Length >= Persons && persons.All(person => person.Length > 0) ? [.. persons.TakeLast(persons.Length / OfTakes + 1)] : [];
        string[] chosenBy = HeldBackPersons.Count == 0 ? [] : [.. persons.SkipLast(HeldBackPersons.Count).TakeLast(1)];
        for (var label = 1; label < labels.Count; label++)
        {
            EventStream[] some = [.. takes.Where(take => take.Events[0].Label == label)];
            if (some.Length < OfTakes) throw new ArgumentException($"There are {some.Length} takes of '{labels[label]}': record {OfTakes} or more, better 20 (surnn record --label {labels[label]}), and label them (surnn label).");
            foreach (var (n, take) in some.Index())
            {
                var part = HeldBackPersons.Count == 0 ? (n % OfTakes) switch { OfTakes - 1 => 2, 2 => 1, _ => 0 }
                    : HeldBackPersons.Contains(PersonOf(take.Name)) ? 2 : chosenBy.Contains(PersonOf(take.Name)) ? 1 : 0;
                _parts[part].Add(take);
            }
        }
        EventStream[] without = [.. streams.Where(stream => stream.Events.Count == 0)];
        if (without.Length == 0) throw new ArgumentException("There is no recording without gestures to learn what is none: record some minutes of ordinary movements with surnn record --label none.");
        foreach (var stream in without)
        {
            int Place(double part) => (int)(stream.Moments * part);
            _parts[0].Add(Cut(stream, 0, Place(0.6), []));
            _parts[1].Add(Cut(stream, Place(0.6), Place(0.8), []));
            _parts[2].Add(Cut(stream, Place(0.8), stream.Moments, []));
        }
        for (var part = 0; part < 3; part++)
            if (_parts[part].Where(stream => stream.Events.Count > 0).Select(stream => stream.Events[0].Label).Distinct().Count() < labels.Count - 1)
                throw new ArgumentException("One of the persons who are held back has no take of some gesture: record every gesture by everybody, or leave the persons out of the files' names.");
    }

    /// <summary>PERSON of PERSON_NAME; without an underscore "".</summary>
    static string PersonOf(string name) => name.IndexOf('_') is > 0 and var end ? name[..end] : "";

    static IEnumerable<EventStream> Takes(EventStream stream, double rate)
    {
        for (var n = 0; n < stream.Events.Count; n++)
        {
            var end = stream.Events[n].Moment;
            // No moment is of two takes: they may come to different parts.
            long To(int n) => Math.Min(n + 1 == stream.Events.Count ? stream.Moments : (stream.Events[n + 1].Moment + stream.Events[n].Moment) / 2, stream.Events[n].Moment + (long)(After * rate));
            var (from, to) = (Math.Max(n == 0 ? 0 : To(n - 1), end - (long)(Before * rate)), To(n));
            if (from < end && end <= to) yield return Cut(stream, (int)from, (int)to, [stream.Events[n] with { Moment = end - from }]);
        }
    }

    static EventStream Cut(EventStream stream, int from, int to, IReadOnlyList<StreamEvent> events) => new(stream.Name, [.. stream.Channels.Select(channel => channel[from..to])], [], events, []);
}
