namespace SuRnnStream.Evaluation;

/// <summary>
/// How long a network's memory lasts, as its output shows it: a stream that begins in the middle of a sound against one that has heard it from its start.
/// </summary>
static class WarmUp
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(5), AtMost = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For a start every 5 s: frames until every score stays nearer to the long stream's than this, 0 where it is so from the first frame on, and infinite where it is
    /// not so within 10 s: a network that holds what it has heard may keep a difference for minutes.
    /// </summary>
    /// <param name="model">A model of sound.</param>
    /// <param name="samples">At its rate; too short a sound gives nothing.</param>
    /// <param name="nearer">Scores that differ by less count as equal.</param>
    public static IReadOnlyList<double> Frames(SuRnnModel model, ReadOnlySpan<float> samples, float nearer)
    {
        var (frontEnd, labels) = (model.Config.RequireFrontEnd(), model.Config.Labels.Count);
        var whole = Scores(model, samples);
        var (hop, found) = (frontEnd.HopLength, new List<double>());
        var (every, most) = ((int)Math.Round(Every * frontEnd.SampleRate / TimeSpan.FromSeconds(hop)), (int)Math.Round(AtMost * frontEnd.SampleRate / TimeSpan.FromSeconds(hop)));
        for (var start = every; (long)(start + most) * hop + frontEnd.WindowLength <= samples.Length; start += every)
        {
            var begun = Scores(model, samples.Slice(start * hop, most * hop));
            var last = -1;
            for (var i = 0; i < begun.Length; i++) if (Math.Abs(begun[i] - whole[start * labels + i]) >= nearer) last = i / labels;
            found.Add(last + 1 == begun.Length / labels ? double.PositiveInfinity : last + 1);
        }
        return found;
    }

    /// <summary>[frames][Labels]</summary>
    static float[] Scores(SuRnnModel model, ReadOnlySpan<float> samples)
    {
        var scores = new List<float>();
        var detector = new StreamingDetector(model) { OnFrame = (in FrameView frame) => scores.AddRange(frame.Scores) };
        detector.Process(samples, static _ => { });
        return [.. scores];
    }
}
