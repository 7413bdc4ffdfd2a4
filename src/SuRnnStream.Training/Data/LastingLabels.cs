using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Training.Data;

/// <summary>
/// Frame by frame, when the label of a sound that lasts may and must hold: from a while after it begins until it ends, over its pauses. A sound's
/// parts are found by their energy. This project's own rule.
/// </summary>
sealed class LastingLabels(LastingOptions options, IReadOnlyList<string> labels, FrontEndConfig frontEnd)
{
    const double LowestBelowPeak = 25; // dB
    const double Steady = 10;          // dB: a sound that varies by less has no background of its own
    const double PauseMay = 0.3;       // seconds: in a longer pause the label may fall

    /// <summary>Hops of the sound that are louder than its background.</summary>
    public bool[] Active(ReadOnlySpan<float> samples)
    {
        var hop = frontEnd.HopLength;
        var level = new double[samples.Length / hop];
        for (var i = 0; i < level.Length; i++) level[i] = 20 * Math.Log10(Math.Max(1e-6, Waveform.Rms(samples.Slice(i * hop, hop))));
        if (level.Length == 0) return [];
        var sorted = level.Where(x => x > -119).Order().ToArray(); // digital zeros round a sound say nothing of its background
        if (sorted.Length == 0) return new bool[level.Length];
        var (floor, peak) = (sorted[sorted.Length / 10], sorted[(int)(0.98 * (sorted.Length - 1))]);
        var least = Math.Max(peak - LowestBelowPeak, Math.Min(peak - Steady, floor + 0.25 * (peak - floor)));
        return [.. level.Select(x => x >= least)];
    }

    /// <summary>The sound's parts as hops from the first active one to after the last, pauses bridged.</summary>
    public List<(int From, int To)> Bouts(bool[] active)
    {
        var bouts = new List<(int From, int To)>();
        var bridge = (int)(options.Bridge * frontEnd.SampleRate / frontEnd.HopLength);
        for (var i = 0; i < active.Length; i++)
        {
            if (!active[i]) continue;
            if (bouts.Count > 0 && i - bouts[^1].To <= bridge) bouts[^1] = (bouts[^1].From, i + 1);
            else bouts.Add((i, i + 1));
        }
        return bouts;
    }

    /// <summary>Marks the frames of a sound that was added to a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="label">The sound's; 1: none that is detected, so silence or unknown will do.</param>
    /// <param name="sound">What was added.</param>
    /// <param name="at">Where its first sample lies.</param>
    /// <param name="kind">Its kind, see <see cref="Segment.Kind"/>.</param>
    public void Mark(Segment segment, int label, ReadOnlySpan<float> sound, int at, int kind)
    {
        var hop = frontEnd.HopLength;
        double perSecond = (double)frontEnd.SampleRate / hop;
        var active = Active(sound);
        int FrameOf(double hops) => (int)Math.Ceiling((at + hops * hop - frontEnd.WindowLength) / hop);
        foreach (var (from, to) in Bouts(active))
        {
            var after = options.SureAfterOf.TryGetValue(labels[label], out var own) ? own * perSecond : Math.Min(options.SureAfter * perSecond, 0.6 * (to - from));
            var (first, must, end, gone) = (FrameOf(from), FrameOf(from + after), FrameOf(to + 0.08 * perSecond), FrameOf(to + options.Gone * perSecond));
            var quiet = 0;
            for (var t = Math.Max(0, first); t < Math.Min(segment.Frames, gone); t++)
            {
                var i = from + t - first;
                quiet = i < active.Length && i < to && !active[i] ? quiet + 1 : 0;
                segment.InEvent[t] = true;
                var sure = label > 1 && t >= must && t < end && quiet <= PauseMay * perSecond;
                segment.Answer[t] = (byte)(sure ? label : 0);
                segment.OrAnswer[t] = (byte)label;
                segment.Kind[t] = sure ? kind : -1;
            }
        }
    }
}
