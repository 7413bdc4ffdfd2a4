namespace SuRnnStream.Training.SecondLook;

/// <summary>Runs the first stage over a sound and lists what a second look over frames would be asked about, with the frames that it would see.</summary>
sealed class FrameScan(SuRnnModel model, ModelVerifier verifier)
{
    readonly FrontEndConfig _front = model.Config.RequireFrontEnd();

    /// <param name="Burst">The burst.</param>
    /// <param name="Frames">[Frames, Bands] around its end.</param>
    public readonly record struct Proposal(Burst Burst, float[] Frames);

    /// <summary>In the order of time; a burst that the sound's end cuts is none.</summary>
    public List<Proposal> Run(ReadOnlySpan<float> samples)
    {
        var (rule, labels, bands) = (verifier.Rule, model.Config.Labels.Count, model.Config.FrameLength);
        var (found, seen, tracker, number) = (new List<Proposal>(), new List<float>(), new BurstTracker(rule, model.Config), 0);
        var detector = new StreamingDetector(model, model.FirstStage)
        {
            OnFrame = (in FrameView frame) =>
            {
                seen.AddRange(frame.Features);
                long now = (long)number++ * _front.HopLength;
                if (!tracker.TryAdvance(now, frame.Stats.OpenForBursts, frame.Scores, frame.Features)) return;
                var last = (int)(Math.Min(tracker.Last, now - (long)verifier.FramesAfter * _front.HopLength) / _front.HopLength);
                var burst = new Burst(tracker.Start, tracker.Last + _front.WindowLength, now + _front.WindowLength, tracker.Before, [.. Enumerable.Range(0, labels).Select(tracker.Own)], [.. Enumerable.Range(0, labels).Select(tracker.After)]);
                found.Add(new Proposal(burst, Window(seen, last + verifier.FramesAfter, bands)));
            },
        };
        detector.Process(samples, _ => { });
        return found;
    }

    /// <summary>The frames up to and with one; zeros before the first.</summary>
    float[] Window(List<float> seen, int newest, int bands)
    {
        var window = new float[verifier.Frames * bands];
        for (var row = 0; row < verifier.Frames; row++)
        {
            var frame = newest - verifier.Frames + 1 + row;
            for (var i = 0; frame >= 0 && i < bands; i++) window[row * bands + i] = seen[frame * bands + i];
        }
        return window;
    }
}
