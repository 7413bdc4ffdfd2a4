namespace SuRnnStream.Evaluation.Moments;

/// <summary>
/// What a model of sensors misses and detects falsely at other thresholds, and thresholds within a budget. The whole detector runs again at each threshold, since
/// landmarks are found by the front end. Every recording counts for both: its events can be missed, and detections without an event are false alarms in its time.
/// </summary>
sealed class MomentSweep
{
    readonly SuRnnModel _model;
    readonly IReadOnlyList<EventStream> _streams;
    readonly MomentTimes _times;
    readonly DetectorOptions _options;
    readonly CancellationToken _cancellation;
    readonly string[] _labels;
    readonly double _hours;

    /// <param name="model">Takes sensors.</param>
    /// <param name="streams">Recordings of its channels.</param>
    /// <param name="times">What counts as found.</param>
    /// <param name="options">How it detects; each label's own threshold is what it keeps where it has no events.</param>
    /// <param name="cancellation">Asked before each recording at each threshold.</param>
    public MomentSweep(SuRnnModel model, IReadOnlyList<EventStream> streams, MomentTimes times, DetectorOptions options, CancellationToken cancellation)
    {
        (_model, _streams, _times, _options, _cancellation) = (model, streams, times, options, cancellation);
        _labels = [.. model.Config.Labels.Skip(1)];
        _hours = streams.Sum(stream => stream.Moments / model.Config.Sensor!.SampleRate) / 3600;
        var sweep = Count([.. Thresholds.Select(threshold => options.At(threshold))]);
        Sweep = [.. Thresholds.Zip(sweep, (threshold, scores) => Together(threshold, scores))];
        ByLabel = _labels.Index().ToDictionary(label => label.Item, label => (IReadOnlyList<OperatingPoint>)[.. Thresholds.Zip(sweep, (threshold, scores) => Point(threshold, scores[label.Index + 1]))]);
        var shipped = Count([options])[0];
        AsShippedByLabel = _labels.Index().ToDictionary(label => label.Item, label => Point(options.Thresholds.GetValueOrDefault(label.Item, options.Threshold), shipped[label.Index + 1]));
    }

    /// <summary>Every twentieth; the detector runs once at each.</summary>
    public static IReadOnlyList<float> Thresholds { get; } = [.. Enumerable.Range(1, 19).Select(i => i / 20f)];

    /// <summary>Labels that are detected, in the model's order.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>All labels at the same threshold, one point for each of <see cref="Thresholds"/>: an event that another label's detection is at is missed, and that detection is false.</summary>
    public IReadOnlyList<OperatingPoint> Sweep { get; }

    /// <summary>The same label by label.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<OperatingPoint>> ByLabel { get; }

    /// <summary>Each label at the threshold that the options give it.</summary>
    public IReadOnlyDictionary<string, OperatingPoint> AsShippedByLabel { get; }

    /// <summary>Length of the recordings.</summary>
    public TimeSpan Length => TimeSpan.FromHours(_hours);

    /// <summary>The threshold of each label that has events, with the fewest misses in all while the false alarms of all labels together stay within a budget; counted once more with all of them.</summary>
    /// <param name="budget">False alarms an hour, from 0.</param>
    public (IReadOnlyDictionary<string, OperatingPoint?> Choice, OperatingPoint Together) Choose(double budget)
    {
        var curves = ByLabel.Where(curve => curve.Value[0].Events > 0).ToDictionary(curve => curve.Key, curve => (IReadOnlyList<OperatingPoint>)[.. DetCurve.Usable(curve.Value)]);
        var untouched = AsShippedByLabel.Where(label => !curves.ContainsKey(label.Key)).Sum(label => label.Value.FalseAlarms);
        return ThresholdChoice.Seek(curves, ThresholdChoice.Allowed(budget, Length), untouched, choice => Together(_options.Threshold, Count([With(choice)])[0]));
    }

    /// <summary>The options with the thresholds of a choice.</summary>
    public DetectorOptions With(IReadOnlyDictionary<string, OperatingPoint?> choice) => ThresholdChoice.Apply(_options, choice, ByLabel);

    /// <summary>[options][labels]</summary>
    MomentScores[][] Count(DetectorOptions[] options)
    {
        var scores = options.Select(_ => new MomentScores[_labels.Length + 1]).ToArray();
        var gate = new Lock();
        Parallel.For(0, options.Length * _streams.Count, new ParallelOptions { CancellationToken = _cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var (of, found) = (scores[i / _streams.Count], MomentJudge.Count(_model, _streams[i % _streams.Count], _times, options[i / _streams.Count]));
            lock (gate)
                for (var label = 0; label < of.Length; label++) of[label] += found[label];
        });
        return scores;
    }

    OperatingPoint Together(float threshold, MomentScores[] scores) => Point(threshold, scores.Aggregate((sum, one) => sum + one));

    OperatingPoint Point(float threshold, MomentScores scores) => new(threshold, scores.Found + scores.Missed, scores.Found, 0, scores.False, scores.False, _hours);
}
