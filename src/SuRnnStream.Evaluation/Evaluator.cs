using System.Collections.Concurrent;

namespace SuRnnStream.Evaluation;

/// <summary>
/// Judges a model on streams: <see cref="Hear"/> each, then <see cref="Report"/> over all. The network runs once a stream; every threshold
/// replays the real event gate over the scores, so decision window, refractory time and the competition of labels count.
/// </summary>
public sealed class Evaluator
{
    readonly SuRnnModel _model;
    readonly DetectorOptions _options;
    readonly IReadOnlyList<string> _labels;
    readonly ConcurrentBag<GateSweep> _sweeps = []; // made once a thread: 101 gates

    /// <param name="model">The model.</param>
    /// <param name="options">What counts as shipped; by default the model's own.</param>
    /// <exception cref="ArgumentException">An option is outside its range, or the model is none for a <see cref="StreamingDetector"/>.</exception>
    public Evaluator(SuRnnModel model, DetectorOptions? options = null)
    {
        (_model, _options) = (model, (options ?? model.Defaults).Validate(model.Config));
        _ = model.Config.RequireSoundDetector();
        _labels = [.. model.Config.Labels.Except(model.Config.Background)];
    }

    /// <summary>101 thresholds: hundredths from 0 to 1, the ends moved into (0, 1) by a thousandth.</summary>
    public static IReadOnlyList<float> Thresholds { get; } = [.. Enumerable.Range(0, 101).Select(i => Math.Clamp(i / 100f, 0.001f, 0.999f))];

    /// <summary>Runs the network over a stream, on the caller's thread; several threads may.</summary>
    public JudgedStream Hear(EvaluationStream stream)
    {
        var judge = Judge(stream, keepTrack: true, keepSweep: false);
        judge.Process(stream.Samples);
        return judge.Finish();
    }

    /// <summary>Judges a stream whose samples are handed over one after the other, so that hours of sound need not be in memory.</summary>
    /// <param name="stream">Its name, events, kind, speaker and condition; its samples are not looked at and may be left out.</param>
    /// <param name="keepTrack">True: the scores are kept, for a report and for <see cref="Recommend"/>.</param>
    /// <param name="keepSweep">True: all thresholds' detections are counted as the samples come, so that a report needs no scores: for long streams, of which <see cref="Recommend"/> is not asked.</param>
    /// <exception cref="ArgumentException">Neither is kept, of which no report can be made.</exception>
    public StreamJudge Judge(EvaluationStream stream, bool keepTrack = true, bool keepSweep = false) =>
        keepTrack || keepSweep ? new StreamJudge(this, stream, keepTrack, keepSweep) : throw new ArgumentException($"Of a stream of which neither scores nor counts are kept no report can be made: set {nameof(keepTrack)} or {nameof(keepSweep)}.");

    /// <summary>The model that is judged.</summary>
    public SuRnnModel Model => _model;

    /// <summary>What counts as shipped.</summary>
    internal DetectorOptions Options => _options;

    /// <summary>Labels that are detected, in the model's order.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>How long before a clip its network begins, so that the scores over the clip are those of a stream: see <see cref="WithClip"/>.</summary>
    public static TimeSpan ClipLead => ScoreStrip.Lead;

    /// <summary>A row that has a clip, over which a page draws the score of the row's label, frame by frame.</summary>
    /// <param name="row">An event or a false alarm of this model.</param>
    /// <param name="clip">Where the clip is, as a page that stands beside the report's files names it.</param>
    /// <param name="samples">The clip at the model's rate, and before it up to <see cref="ClipLead"/> of what was before.</param>
    /// <param name="before">Samples before the clip, 0 to all.</param>
    /// <exception cref="ArgumentException">The model has no such label, or there are fewer samples than come before the clip.</exception>
    public JudgedEvent WithClip(JudgedEvent row, string clip, ReadOnlySpan<float> samples, int before)
    {
        if (!_labels.Contains(row.Label)) throw new ArgumentException($"The row is of '{row.Label}', but the model detects {string.Join(", ", _labels)}.");
        if (before < 0 || before > samples.Length) throw new ArgumentException($"{before} samples come before the clip, but there are {samples.Length}: 0 to all can.");
        return row with { Clip = clip, Strip = ScoreStrip.Of(this, row.Label, samples, before) };
    }

    internal GateSweep RentSweep() => _sweeps.TryTake(out var sweep) ? sweep : new GateSweep(_model.Config, _options);

    internal void Return(GateSweep sweep) => _sweeps.Add(sweep);

    /// <summary>Counts.</summary>
    /// <param name="model">The model's file, for the report.</param>
    /// <param name="streams">What was processed; the report does not depend on the order.</param>
    /// <param name="conditions">What was done to the sounds, in words.</param>
    /// <param name="parallel">How many threads, and when to stop.</param>
    public EvaluationReport Report(string model, IReadOnlyList<JudgedStream> streams, string conditions = "", ParallelOptions? parallel = null)
    {
        TimeSpan Length(bool negative) => streams.Where(stream => stream.IsNegative == negative).Aggregate(TimeSpan.Zero, (sum, stream) => sum + stream.Length);
        var (shipped, latencies) = (new Tally(_labels, Length(true).TotalHours), new List<TimeSpan>());
        var confusion = new ConfusionCounts(_labels);
        var (eventScores, seconds) = (_labels.ToDictionary(label => label, _ => new List<float>()), _labels.ToDictionary(label => label, _ => new long[StreamPeaks.Bins]));
        var sweep = Thresholds.Select(_ => new Tally(_labels, Length(true).TotalHours)).ToArray();
        var digests = new (SweepCounts Sweep, StreamPeaks Peaks)[streams.Count];
        Parallel.For(0, digests.Length, parallel ?? new ParallelOptions(), i => digests[i] = (SweepOf(streams[i]), PeaksOf(streams[i])));
        foreach (var (stream, digest) in streams.Zip(digests))
        {
            var match = stream.Match();
            shipped.Add(stream, match);
            confusion.Add(match);
            digest.Sweep.AddTo(sweep, _labels, stream.IsNegative);
            foreach (var tally in sweep) tally.AddEvents(stream.Events);
            for (var i = 0; !stream.IsNegative && i < digest.Peaks.Events.Length; i++) eventScores[stream.Events[i].Label].Add(digest.Peaks.Events[i]);
            foreach (var (label, bin, count) in digest.Peaks.Seconds) seconds[_labels[label]][bin] += count;
            latencies.AddRange(match.Hits.Select(hit => hit.Latency));
        }
        var units = new UnitCounts();
        foreach (var stream in streams)
        {
            if (stream.IsNegative) units.Add(UnitOf(stream), 0, 0, stream.Match().FalseAlarms.Count, stream.Length.TotalHours);
            else if (stream.Judged.Count == 0) units.Add(UnitOf(stream), stream.Events.Count, stream.Match().Missed.Count, 0, 0);
            else foreach (var row in stream.Judged.Where(row => row.Kind != EventKind.FalseAlarm)) units.Add(row.Speaker.Length > 0 ? row.Speaker : UnitOf(stream), 1, row.Kind == EventKind.Miss ? 1 : 0, 0, 0);
        }
        return new EvaluationReport
        {
            Model = model,
            Labels = _labels,
            Conditions = conditions,
            Positives = Length(false),
            Negatives = Length(true),
            AsShipped = shipped.Overall(_labels.Select(ThresholdOf).Distinct().ToArray() is [var common] ? common : Threshold),
            AsShippedByLabel = _labels.ToDictionary(label => label, label => shipped.Of(label, ThresholdOf(label))),
            Sweep = [.. sweep.Zip(Thresholds, (tally, threshold) => tally.Overall(threshold))],
            SweepByLabel = _labels.ToDictionary(label => label, label => (IReadOnlyList<OperatingPoint>)[.. sweep.Zip(Thresholds, (tally, threshold) => tally.Of(label, threshold))]),
            Latencies = [.. latencies.Order()],
            Confusion = confusion.Rows,
            EventScores = eventScores.ToDictionary(label => label.Key, label => (IReadOnlyList<float>)[.. label.Value.Order()]),
            NegativeScoreCounts = seconds.ToDictionary(label => label.Key, label => (IReadOnlyList<long>)label.Value),
            Set = JudgedSet.Of(streams),
            Groups = Breakdown.Of(streams),
            Units = units,
            MissRateRange = units.MissRange(EvaluationReport.DrawSeed),
            FalseAlarmRange = units.AlarmRange(EvaluationReport.DrawSeed),
            Events = [.. streams.SelectMany(stream => stream.Judged)],
            Compute = streams.Aggregate(new ComputeStats(), (sum, stream) => sum + stream.Stats),
        };
    }

    /// <summary>
    /// Chooses a threshold for each label that has events, with the fewest misses in all while the false alarms of all labels together stay
    /// within a budget, and counts once more with all of them. Each label's own curve has every label at the same threshold; where the chosen
    /// ones together are louder than the curves say, less is allowed until they are not. Labels without events keep their threshold.
    /// </summary>
    /// <param name="report">What <see cref="Report"/> made of the streams.</param>
    /// <param name="streams">The same streams.</param>
    /// <param name="budget">False alarms an hour, from 0.</param>
    /// <returns>The report with the budget, and what was found.</returns>
    public EvaluationReport Recommend(EvaluationReport report, IReadOnlyList<JudgedStream> streams, double budget)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(budget);
        var curves = report.SweepByLabel.Where(curve => curve.Value[0].Events > 0).ToDictionary(curve => curve.Key, curve => (IReadOnlyList<OperatingPoint>)[.. DetCurve.Usable(curve.Value)]);
        var untouched = report.AsShippedByLabel.Where(label => !curves.ContainsKey(label.Key)).Sum(label => label.Value.FalseAlarms);
        OperatingPoint Together(IReadOnlyDictionary<string, OperatingPoint?> choice) => Count(streams, ThresholdChoice.Apply(_options, choice, report.SweepByLabel)).Overall(Threshold);
        var (choice, together) = ThresholdChoice.Seek(curves, ThresholdChoice.Allowed(budget, report.Negatives), untouched, Together);
        return report with { Budget = budget, Recommended = choice, AsRecommended = together };
    }

    /// <summary>The options with a report's recommended thresholds; where a label has none that meets the budget, its quietest.</summary>
    public DetectorOptions RecommendedOptions(EvaluationReport report) => ThresholdChoice.Apply(_options, report.Recommended, report.SweepByLabel);

    static string UnitOf(JudgedStream stream) => stream.Speaker.Length > 0 ? stream.Speaker : stream.Name;

    /// <summary>The second look's own, where there is one.</summary>
    float Threshold => _options.Verifier?.Rule.Threshold ?? _options.Threshold;

    internal float ThresholdOf(string label) => _options.Verifier is { } verifier ? verifier.Rule.Threshold : _options.Thresholds.GetValueOrDefault(label, _options.Threshold);

    SweepCounts SweepOf(JudgedStream stream) => stream.Sweep ?? SweepCounts.Of(_labels, [.. Thresholds.Select(threshold => stream.Match(_options.At(threshold)))]);

    StreamPeaks PeaksOf(JudgedStream stream)
    {
        if (stream.Peaks is { } known) return known;
        var peaks = new PeakFollower(_model.Config, _labels, _options.Smoothing, stream.Events, stream.IsNegative);
        return peaks.Finish(stream.Track.Walk((scores, ended) => peaks.Add(scores, ended)));
    }

    Tally Count(IReadOnlyList<JudgedStream> streams, DetectorOptions options)
    {
        var tally = new Tally(_labels, streams.Where(stream => stream.IsNegative).Sum(stream => stream.Length.TotalHours));
        foreach (var stream in streams) tally.Add(stream, stream.Match(options));
        return tally;
    }
}
