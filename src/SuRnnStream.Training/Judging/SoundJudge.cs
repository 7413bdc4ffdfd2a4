using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Judging;

/// <summary>A sound of a label in a stream, from its first audible part to its last, in seconds.</summary>
readonly record struct SoundTruth(string Label, double From, double To);

/// <summary>An event that a model reported, from its begin to its end, in seconds.</summary>
readonly record struct SoundEpisode(string Label, double From, double To);

/// <summary>
/// Judges sounds that last: what is detected is put together to events with a begin and an end, over pauses of <see cref="Hold"/>, as a host with Edges does. A
/// sound is found if an event of its label lies over it, up to a second after its end; every event that lies over no sound of its label is one false alarm,
/// however long it is.
/// </summary>
sealed class SoundJudge(SuRnnModel model)
{
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(3), Longest = TimeSpan.FromMinutes(1);
    const int Thresholds = 60;
    const double Lead = 3, Tail = 4, Grace = 1; // seconds before and after a sound in its stream, and for a late detection

    readonly int _rate = model.Config.RequireFrontEnd().SampleRate;

    /// <summary>Compute of all that was heard.</summary>
    public ComputeStats Cost { get; private set; }

    /// <summary>The events of a stream.</summary>
    public List<SoundEpisode> Hear(ReadOnlySpan<float> samples)
    {
        var (episodes, open) = (new List<SoundEpisode>(), new Dictionary<string, double>());
        void Take(Detection one)
        {
            if (one.Phase == EventPhase.Begin) open[one.Label] = one.Start.TotalSeconds;
            else if (open.Remove(one.Label, out var from)) episodes.Add(new SoundEpisode(one.Label, from, Math.Max(from, one.Time.TotalSeconds)));
        }
        var rules = new StreamDecisions(new DecisionOptions { Edges = true, Hold = Hold, MaximumDuration = Longest }, model, model.Defaults, Take);
        var detector = new StreamingDetector(model) { OnReleased = rules.Release };
        Cost += detector.Process(samples, one => rules.Take(one));
        Cost += detector.Finish(one => rules.Take(one));
        rules.Advance(TimeSpan.FromSeconds((double)samples.Length / _rate));
        rules.End(EventEnd.StreamEnded);
        return episodes;
    }

    /// <summary>A sound with what goes on meanwhile, this many decibels below it.</summary>
    public (float[] Samples, SoundTruth Truth) Scene(string label, float[] sound, float[] meanwhile, double below, Random random)
    {
        var labels = new LastingLabels(new LastingOptions { Bridge = 1e6 }, model.Config.Labels, model.Config.RequireFrontEnd());
        var bouts = labels.Bouts(labels.Active(sound));
        var hop = model.Config.RequireFrontEnd().HopLength;
        var (from, to) = bouts.Count == 0 ? (0, sound.Length) : (bouts[0].From * hop, bouts[0].To * hop);
        var samples = new float[(int)((Lead + Tail) * _rate) + sound.Length];
        for (int at = 0, begin = random.Next(Math.Max(1, meanwhile.Length)); at < samples.Length; at++) samples[at] = meanwhile.Length == 0 ? 0 : meanwhile[(begin + at) % meanwhile.Length];
        const float Level = 0.06f; // RMS: -24 dB
        Waveform.Scale(samples, (float)(Level * Waveform.Gain(-below) / Math.Max(1e-6, Waveform.Rms(samples))));
        Waveform.Add(samples.AsSpan((int)(Lead * _rate)), sound, Level / Math.Max(1e-6f, Waveform.Rms(sound.AsSpan(from, to - from))));
        foreach (ref var x in samples.AsSpan()) x = Math.Clamp(x, -1, 1);
        return (samples, new SoundTruth(label, Lead + (double)from / _rate, Lead + (double)to / _rate));
    }

    /// <summary>True: one of the events finds the sound.</summary>
    public static bool Finds(IEnumerable<SoundEpisode> episodes, SoundTruth truth) => episodes.Any(one => one.Label == truth.Label && one.From <= truth.To + Grace && one.To >= truth.From);

    /// <summary>How many events of the label lie over the sound: one is right.</summary>
    public static int Count(IEnumerable<SoundEpisode> episodes, SoundTruth truth) => episodes.Count(one => one.Label == truth.Label && one.From <= truth.To + Grace && one.To >= truth.From);

    /// <summary>
    /// The least threshold of each label at which what it would report in these sounds, none of which is of it, stays within the budget. Scores are smoothed as the
    /// model says; segments above a threshold that are less than <see cref="Hold"/> apart are one false alarm.
    /// </summary>
    /// <param name="sounds">Negatives.</param>
    /// <param name="perHour">False alarms an hour of each label.</param>
    /// <param name="least">The lowest threshold that is considered.</param>
    /// <param name="likely">Sounds that are nearly of a label, as a beep is nearly an alarm: far more of them than an hour brings, so they have a budget of their own.</param>
    /// <param name="ofLikely">Part of these in which each label may be reported.</param>
    public Dictionary<string, float> Choose(IEnumerable<float[]> sounds, double perHour, float least, IEnumerable<float[]> likely, double ofLikely)
    {
        var thresholds = Enumerable.Range(0, Thresholds).Select(n => least + (0.99f - least) * n / (Thresholds - 1)).ToArray();
        var (labels, config) = (model.Config.Labels, model.Config);
        int[,] alarms = new int[labels.Count, Thresholds], fooled = new int[labels.Count, Thresholds];
        var (hours, likelies) = (0.0, 0);
        foreach (var sound in sounds)
        {
            hours += (double)sound.Length / _rate / 3_600;
            Count(sound, thresholds, alarms, Hold.TotalSeconds);
        }
        foreach (var sound in likely)
        {
            likelies++;
            Count(sound, thresholds, fooled, double.PositiveInfinity);
        }
        return Enumerable.Range(0, labels.Count).Where(i => !config.Background.Contains(labels[i])).ToDictionary(i => labels[i], i =>
        {
            for (var t = 0; t < Thresholds; t++) if (alarms[i, t] <= perHour * hours && fooled[i, t] <= ofLikely * likelies) return thresholds[t];
            return thresholds[^1];
        });
    }

    /// <summary>Adds a sound's segments above each threshold, [labels, thresholds]; those less than some seconds apart are one.</summary>
    void Count(float[] sound, float[] thresholds, int[,] counts, double apart)
    {
        var (smoothed, last, frame, hop) = (new float[counts.GetLength(0)], new double[counts.GetLength(0), thresholds.Length], 0, (double)model.Config.RequireFrontEnd().HopLength / _rate);
        foreach (ref var place in System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref last[0, 0], last.Length)) place = double.NaN;
        var detector = new StreamingDetector(model)
        {
            OnFrame = (in FrameView view) =>
            {
                var now = frame++ * hop;
                for (var i = 0; i < smoothed.Length; i++)
                {
                    smoothed[i] = model.Defaults.Smoothing * smoothed[i] + (1 - model.Defaults.Smoothing) * view.Scores[i];
                    for (var t = 0; t < thresholds.Length && smoothed[i] >= thresholds[t]; t++)
                    {
                        if (!(now - last[i, t] <= apart)) counts[i, t]++; // none before: not a number
                        last[i, t] = now;
                    }
                }
            },
        };
        detector.Process(sound, _ => { });
    }
}
