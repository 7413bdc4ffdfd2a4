namespace SuRnnStream.Evaluation;

/// <summary>The verdicts of a second look on a stream. It is asked once; other thresholds then decide on the same verdicts.</summary>
sealed class VerdictTrack
{
    readonly List<Detection> _verdicts = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<Detection> All => _verdicts;

    /// <summary>The best label of a candidate with its score, in the order of time.</summary>
    public void Add(Detection verdict) => _verdicts.Add(verdict);

    /// <summary>What a <see cref="StreamingDetector"/> would have detected with these thresholds of its verifier.</summary>
    /// <param name="options">Thresholds of the second look here, and the refractory time.</param>
    /// <param name="hop">Of the model's frames: the refractory time is whole ones.</param>
    public List<Detection> Replay(DetectorOptions options, TimeSpan hop)
    {
        var (detections, emitted) = (new List<Detection>(), new Dictionary<string, TimeSpan>());
        var refractory = Math.Round(options.Refractory / hop) * hop;
        foreach (var verdict in _verdicts)
        {
            if (verdict.Score < options.Thresholds.GetValueOrDefault(verdict.Label, options.Threshold)) continue;
            if (emitted.TryGetValue(verdict.Label, out var before) && verdict.Time - before < refractory) continue;
            emitted[verdict.Label] = verdict.Time;
            detections.Add(verdict);
        }
        return detections;
    }
}
