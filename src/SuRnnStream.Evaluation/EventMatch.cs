namespace SuRnnStream.Evaluation;

/// <summary>
/// The counting rule of events that last, as words and sounds: the detections of one stream against what happens in it.
/// <see cref="Moments.MomentMatch"/> has that of events that are moments. In the order of their times, a detection
/// <list type="number">
/// <item>is a hit if an event of its label is not found yet and covers it: its time is in [start, end + 1 s]. Of several such events it finds
/// the one that ends first, which finds the most in all. So two events of one label closer than a second are two hits if there are two
/// detections, whichever they are nearer to, and the first one's if there is one.</item>
/// <item>Otherwise it is a repeat, and not counted, if it comes within 1 s of a counted detection of its label, a hit or a false alarm.
/// Repeats are not counted ones: a label that fires on and on is a false alarm more than once a second apart.</item>
/// <item>Otherwise it is a false alarm, and a wrong label too if an event of another label covers it, found or not.</item>
/// </list>
/// An event is found once. One that ends with its stream has its second too: see <see cref="EvaluationStream"/>, which appends silence.
/// </summary>
public sealed class EventMatch
{
    /// <summary>How long after an event's end a detection of it may come, and how long repeats of a detection are merged.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    readonly List<EventHit> _hits = [];
    readonly List<FalseAlarm> _falseAlarms = [];
    readonly List<LabelledEvent> _missed = [];

    /// <param name="events">What happens in the stream.</param>
    /// <param name="detections">What was detected, in any order.</param>
    public EventMatch(IReadOnlyList<LabelledEvent> events, IEnumerable<Detection> detections)
    {
        var found = new bool[events.Count];
        var counted = new Dictionary<string, TimeSpan>(); // label: time of its last counted detection
        foreach (var detection in detections.OrderBy(detection => detection.Time))
        {
            if (Find(events, found, detection) is >= 0 and var hit)
            {
                found[hit] = true;
                _hits.Add(new EventHit(events[hit], detection));
            }
            else if (counted.TryGetValue(detection.Label, out var before) && detection.Time - before <= Grace)
            {
                Repeats++;
                continue;
            }
            else _falseAlarms.Add(new FalseAlarm(detection, IsWrongLabel(events, detection)));
            counted[detection.Label] = detection.Time;
        }
        for (var i = 0; i < found.Length; i++) if (!found[i]) _missed.Add(events[i]);
    }

    /// <summary>Events that were found, in the order of the detections.</summary>
    public IReadOnlyList<EventHit> Hits => _hits;

    /// <summary>Events that were not, in the order given.</summary>
    public IReadOnlyList<LabelledEvent> Missed => _missed;

    /// <summary>Detections of what was not there, in the order of their times.</summary>
    public IReadOnlyList<FalseAlarm> FalseAlarms => _falseAlarms;

    /// <summary>Detections that were merged with a counted one.</summary>
    public int Repeats { get; }

    /// <summary>True: a detection at this time can be of the event.</summary>
    internal static bool Covers(LabelledEvent one, TimeSpan time) => time >= one.Start && time <= one.End + Grace;

    static int Find(IReadOnlyList<LabelledEvent> events, bool[] found, Detection detection)
    {
        var first = -1;
        for (var i = 0; i < found.Length; i++)
            if (!found[i] && events[i].Label == detection.Label && Covers(events[i], detection.Time) && (first < 0 || events[i].End < events[first].End)) first = i;
        return first;
    }

    static bool IsWrongLabel(IReadOnlyList<LabelledEvent> events, Detection detection)
    {
        foreach (var one in events) if (one.Label != detection.Label && Covers(one, detection.Time)) return true;
        return false;
    }
}
