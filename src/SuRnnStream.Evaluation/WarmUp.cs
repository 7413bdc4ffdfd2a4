namespace SuRnnStream.Evaluation;

/// <summary>
/// How long a network's memory lasts, as its output shows it: a stream that begins in the middle of a sound against one that has heard it from its start.
/// </summary>
static class WarmUp
{
    /// <summary>Scores that differ by less count as equal.</summary>
    public const float Equal = 0.01f;

    static readonly TimeSpan Every = TimeSpan.FromSeconds(5), AtMost = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For a start every 5 s: frames until every score stays within 0.01 of the long stream's, 0 where it is so from the first frame on; watched for 10 s.
    /// </summary>
    /// <param name="model">A model of sound.</param>
    /// <param name="samples">At its rate; too short a sound gives nothing.</param>
    public static IReadOnlyList<int> Frames(SuRnnModel model, ReadOnlySpan<float> samples)
    {
        var (frontEnd, labels) = (model.Config.RequireFrontEnd(), model.Config.Labels.Count);
        var whole = Scores(model, samples);
        var (hop, found) = (frontEnd.HopLength, new List<int>());
        var (every, most) = ((int)Math.Round(Every * frontEnd.SampleRate / TimeSpan.FromSeconds(hop)), (int)Math.Round(AtMost * frontEnd.SampleRate / TimeSpan.FromSeconds(hop)));
        for (var start = every; (long)(start + most) * hop + frontEnd.WindowLength <= samples.Length; start += every)
        {
            var begun = Scores(model, samples.Slice(start * hop, most * hop));
            var last = -1;
            for (var i = 0; i < begun.Length; i++) if (Math.Abs(begun[i] - whole[start * labels + i]) >= Equal) last = i / labels;
            found.Add(last + 1);
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
