using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace SuRnnStream;

/// <summary>
/// Operators on detections, in stream time: what they give depends on the times in the detections, not on when those arrive. A window that ends with no
/// other detection after it is closed by the scheduler, whose clock runs at the stream's rate: the system's for live sound, a
/// <see cref="StreamTimeScheduler"/> or a HistoricalScheduler for recordings and tests. Every subscription has a state of its own. When the detections end,
/// everything that waits is decided; an error is passed on unchanged.
/// </summary>
public static class DetectionOperators
{
    /// <summary>Applies any rule and gives all of its verdicts, also those on detections that were merged or held back, with the reason.</summary>
    /// <param name="detections">In the order of their times, by the rule's clock.</param>
    /// <param name="rule">Makes a rule for each subscription.</param>
    /// <param name="scheduler">Closes windows; by default the system's clock.</param>
    public static IObservable<DetectionVerdict> Decide(this IObservable<Detection> detections, Func<Decision> rule, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(rule);
        return Observable.Create<DetectionVerdict>(observer =>
        {
            var decider = new DecidingObserver(rule(), observer, scheduler ?? DefaultScheduler.Instance);
            return new PairedDisposable(detections.Subscribe(decider), decider);
        });
    }

    /// <summary>The detections that passed.</summary>
    public static IObservable<Detection> Passed(this IObservable<DetectionVerdict> verdicts) =>
        from verdict in verdicts
        where verdict.Outcome == DecisionOutcome.Passed
        select verdict.Detection;

    /// <summary>The detections that were held back.</summary>
    /// <param name="verdicts">Of <see cref="Decide"/> or another operator.</param>
    /// <param name="reason">Only for this reason; by default for any.</param>
    public static IObservable<DetectionVerdict> HeldBack(this IObservable<DetectionVerdict> verdicts, HoldReason? reason = null) =>
        verdicts.Where(verdict => verdict.Outcome == DecisionOutcome.HeldBack && (reason is null || verdict.Reason == reason));

    /// <summary>
    /// The begin and the end of events, by label and source: <see cref="Detection.Phase"/>. An event lasts while detections of its label go on coming within
    /// <paramref name="hold"/>, at most <paramref name="maximum"/>, and ends for certain, with the stream at the latest.
    /// </summary>
    /// <param name="detections">Whole events. A pipeline whose options ask for edges gives begin and end already, to the frame.</param>
    /// <param name="hold">Time without another detection after which an event ends; above zero.</param>
    /// <param name="maximum">The longest that an event lasts, from <paramref name="hold"/>.</param>
    /// <param name="scheduler">Closes windows; by default the system's clock.</param>
    public static IObservable<Detection> EventEdges(this IObservable<Detection> detections, TimeSpan hold, TimeSpan maximum, IScheduler? scheduler = null)
    {
        _ = new EventEdges(maximum, hold); // complains now
        return detections.Decide(() => new EventEdges(maximum, hold), scheduler).Passed();
    }

    /// <summary>Only detections that come within a time after a wake word.</summary>
    /// <param name="detections">Commands.</param>
    /// <param name="wakeWords">Detections that arm. If both come from one thread, pass a wake word before commands of the same time.</param>
    /// <param name="armedFor">Time after a wake word's detection; above zero.</param>
    /// <param name="once">True: a command that passes disarms.</param>
    /// <param name="clock">Which times count.</param>
    public static IObservable<Detection> ArmedBy(this IObservable<Detection> detections, IObservable<Detection> wakeWords, TimeSpan armedFor, bool once = false, DecisionClock clock = DecisionClock.Stream)
    {
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(wakeWords);
        _ = new ArmedWindow(armedFor, clock); // complains now
        return Observable.Create<Detection>(observer =>
        {
            var (armed, gate) = (new ArmedWindow(armedFor, clock), new Lock());
            var arming = wakeWords.Subscribe(wake => { lock (gate) armed.Arm(wake); }, observer.OnError);
            var passing = detections.Subscribe(
                detection =>
                {
                    var passed = false;
                    lock (gate)
                    {
                        armed.Take(detection, verdict => passed = verdict.Outcome == DecisionOutcome.Passed);
                        if (passed && once) armed.Disarm();
                    }
                    if (passed) observer.OnNext(detection);
                },
                observer.OnError, observer.OnCompleted);
            return new PairedDisposable(arming, passing);
        });
    }

    /// <summary>Which of several devices that detected the same word answers: one verdict passes, those of the others say which one (<see cref="DetectionVerdict.Winner"/>).</summary>
    /// <param name="detections">Of all devices, merged; <see cref="Detection.Source"/> tells them apart.</param>
    /// <param name="window">Time from the first detection of a word in which others are of the same word; above zero, at most a minute.</param>
    /// <param name="rule">By what to choose. The first costs no time; the others answer at the end of the window.</param>
    /// <param name="clock">Which times count: streams that began at different times, or on different machines, need <see cref="DecisionClock.Wall"/>.</param>
    /// <param name="scheduler">Closes windows; by default the system's clock.</param>
    public static IObservable<DetectionVerdict> Arbitrate(this IObservable<Detection> detections, TimeSpan window, ArbitrationRule rule = ArbitrationRule.First, DecisionClock clock = DecisionClock.Stream, IScheduler? scheduler = null)
    {
        _ = new Arbitration(window, rule, clock); // complains now
        return detections.Decide(() => new Arbitration(window, rule, clock), scheduler);
    }

    /// <summary>Detections on which two or more sources agree within a window; the one that completes the number passes.</summary>
    /// <param name="detections">Of all sources, merged; <see cref="Detection.Source"/> tells them apart.</param>
    /// <param name="sources">Sources that have to agree, 2 or more.</param>
    /// <param name="window">Time from the first of them to the last; above zero.</param>
    /// <param name="clock">Which times count.</param>
    public static IObservable<Detection> Agreement(this IObservable<Detection> detections, int sources, TimeSpan window, DecisionClock clock = DecisionClock.Stream)
    {
        _ = new SourceAgreement(sources, window, clock); // complains now
        return detections.Decide(() => new SourceAgreement(sources, window, clock), Never).Passed();
    }

    /// <summary>The last detection of each sequence: *computer*, then *stop* within 4 s. Other labels are left out.</summary>
    /// <param name="detections">Of one stream.</param>
    /// <param name="within">Time from each label to the next; above zero.</param>
    /// <param name="labels">Two or more, in their order.</param>
    public static IObservable<Detection> Sequence(this IObservable<Detection> detections, TimeSpan within, params string[] labels)
    {
        _ = new LabelSequence(labels, within); // complains now
        return detections.Where(detection => labels.Contains(detection.Label)).Decide(() => new LabelSequence(labels, within), Never).Passed();
    }

    /// <summary>Every detection that completes a number of its label within a time: three barks in a minute. Then the count begins again. Other labels are left out.</summary>
    /// <param name="detections">Of one stream.</param>
    /// <param name="label">What is counted.</param>
    /// <param name="count">2 to 1,000.</param>
    /// <param name="within">Time from the first to the last; above zero.</param>
    public static IObservable<Detection> CountWithin(this IObservable<Detection> detections, string label, int count, TimeSpan within)
    {
        _ = LabelRules.Counting(label, count, within); // complains now
        return detections.Where(detection => detection.Label == label).Decide(() => LabelRules.Counting(label, count, within), Never).Passed();
    }

    /// <summary>Leaves out events any part of which lies in a time.</summary>
    /// <param name="detections">Of one stream.</param>
    /// <param name="from">First stream time that is ignored.</param>
    /// <param name="to">First stream time that counts again.</param>
    public static IObservable<Detection> Ignore(this IObservable<Detection> detections, TimeSpan from, TimeSpan to)
    {
        new IgnoredTimes().Ignore(from, to); // complains now
        return detections.Decide(() =>
        {
            var times = new IgnoredTimes();
            times.Ignore(from, to);
            return times;
        }, Never).Passed();
    }

    /// <summary>Holds detections to rules by label: threshold, confirmations within a window, refractory time, hours of the day.</summary>
    /// <param name="detections">Of one stream; for hours of the day with <see cref="Detection.At"/>.</param>
    /// <param name="rules">By label; other labels pass.</param>
    /// <param name="scheduler">Closes windows of confirmations, so that what was not confirmed is told in time; by default the system's clock.</param>
    public static IObservable<DetectionVerdict> Rules(this IObservable<Detection> detections, IReadOnlyDictionary<string, LabelRule> rules, IScheduler? scheduler = null)
    {
        _ = new LabelRules(rules); // complains now
        return detections.Decide(() => new LabelRules(rules), scheduler);
    }

    /// <summary>Where only what passes is told, and passes at once, no timer is needed.</summary>
    static IScheduler Never => NeverScheduler.Instance;
}
