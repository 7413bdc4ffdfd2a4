namespace SuRnnStream.Training.SecondLook;

/// <summary>Runs the first stage over a sound and lists what a detector with the rule asks its verifier about.</summary>
sealed class BurstScan(SuRnnModel model, VerifierRule rule)
{
    readonly int _hop = model.Config.RequireFrontEnd().HopLength, _window = model.Config.RequireFrontEnd().WindowLength;

    /// <summary>In the order of time, long bursts in pieces if the rule cuts them; a burst that the sound's end cuts is none.</summary>
    /// <param name="samples">The sound.</param>
    /// <param name="samplesAfter">Samples after a burst's end that the verifier takes.</param>
    public List<Burst> Proposals(ReadOnlySpan<float> samples, int samplesAfter)
    {
        var (bursts, tracker) = (new List<Burst>(), new BurstTracker(rule, model.Config));
        var (now, labels) = (0L, model.Config.Labels.Count);
        var detector = new StreamingDetector(model)
        {
            OnFrame = (in FrameView frame) =>
            {
                if (tracker.TryAdvance(now, frame.Stats.OpenForBursts, frame.Scores, frame.Features))
                {
                    var end = Math.Min(tracker.Last + _window, now + _window - Math.Max(0, samplesAfter));
                    bursts.Add(new Burst(tracker.Start, end, now + _window, tracker.Before, [.. Enumerable.Range(0, labels).Select(tracker.Own)], [.. Enumerable.Range(0, labels).Select(tracker.After)]));
                }
                now += _hop;
            },
        };
        detector.Process(samples, _ => { });
        return bursts;
    }
}
