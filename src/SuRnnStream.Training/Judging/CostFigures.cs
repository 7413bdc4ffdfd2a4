using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>What a model costs in words, speech, noise and digital silence, and which of its neurons live.</summary>
static class CostFigures
{
    const int SilenceSeconds = 60;
    static readonly float[] Tolerances = [0.01f, 0.2f];

    /// <param name="model">The model.</param>
    /// <param name="sounds">Where noise comes from.</param>
    /// <param name="said">Scenes with words in them.</param>
    /// <param name="spoken">Running speech.</param>
    /// <param name="parallel">How many threads, and when to stop.</param>
    public static IReadOnlyList<Figure> Of(JudgedModel model, SceneSounds sounds, IReadOnlyList<Func<Scene>> said, IReadOnlyList<Func<Scene>> spoken, ParallelOptions parallel)
    {
        var (words, opened, updates) = InWords(model, said, parallel);
        var speech = new ComputeStats[spoken.Count];
        Parallel.For(0, speech.Length, parallel, i => speech[i] = model.NewDetector().Process(spoken[i]().Stream.Samples, _ => { }));
        var rate = sounds.Rate;
        var warm = Tolerances.Select(_ => new IReadOnlyList<double>[spoken.Count]).ToArray();
        Parallel.For(0, spoken.Count, parallel, i =>
        {
            var samples = spoken[i]().Stream.Samples;
            foreach (var (t, tolerance) in Tolerances.Index()) warm[t][i] = WarmUp.Frames(model.Model, samples, tolerance);
        });
        var noise = sounds.Noise.Aggregate(new ComputeStats(), (sum, recording) => sum + model.NewDetector().Process(recording, _ => { }));
        var silent = model.NewDetector();
        silent.Process(sounds.Background(5 * rate, "noise", SceneSounds.Level - 20), _ => { });
        silent.Process(new float[rate], _ => { }); // the last frames with noise in them
        var silence = silent.Process(new float[SilenceSeconds * rate], _ => { });
        return
        [
            .. Cost("cost in words, the audible part", words),
            .. Cost("cost in running speech", speech.Aggregate(new ComputeStats(), (sum, one) => sum + one)),
            .. Cost("cost in noise, as recorded", noise),
            .. Cost("cost in digital silence", silence),
            .. Tolerances.Zip(warm).SelectMany(one => AfterReset(one.First, [.. one.Second.SelectMany(frames => frames).Order()])),
            Figure.OfNumber("neurons", "open in the audible part of some word", opened.Count(count => count > 0), note: $"of {opened.Length}"),
            Figure.OfNumber("neurons", "open in 0.5 % of these frames or more", opened.Count(count => count >= 0.005 * updates), note: $"of {opened.Length}"),
        ];
    }

    /// <summary>How long a stream that begins in running speech differs from one that has had it from its start; "never": not within the 10 s that are watched.</summary>
    static IEnumerable<Figure> AfterReset(float tolerance, double[] frames)
    {
        if (frames.Length == 0) yield break;
        var (group, note) = (FormattableString.Invariant($"after a reset, until scores are within {tolerance} of a long stream's"), FormattableString.Invariant($"of {frames.Length:N0} starts in running speech, watched for 10 s"));
        yield return Figure.OfNumber(group, "frames, median", frames[frames.Length / 2], note: note);
        yield return Figure.OfNumber(group, "frames, largest", frames[^1]);
        yield return Figure.OfNumber(group, "starts that come there within 10 s", frames.Count(double.IsFinite), note: FormattableString.Invariant($"of {frames.Length:N0}"));
    }

    public static IEnumerable<Figure> Cost(string group, ComputeStats stats)
    {
        var frames = Math.Max(1, stats.Frames);
        yield return Figure.OfNumber(group, "multiply-adds a frame", (double)stats.MultiplyAdds / frames, note: FormattableString.Invariant($"of {(double)stats.MultiplyAddsDense / frames:N0}, {stats.Frames:N0} frames"));
        yield return Figure.OfNumber(group, "frames wholly skipped", stats.SkippedRatio, FigureUnit.Part);
        yield return Figure.OfNumber(group, "switches open", stats.OpenRatio, FigureUnit.Part);
    }

    /// <summary>Cost in frames whose end lies in a word, for each neuron of all layers in how many of them it was open, and how many there were.</summary>
    static (ComputeStats Cost, long[] Opened, long Frames) InWords(JudgedModel model, IReadOnlyList<Func<Scene>> scenes, ParallelOptions parallel)
    {
        var (sum, gate) = (new ComputeStats(), new Lock());
        var opened = new long[model.Model.Config.Layers.Sum(layer => layer.Hidden)];
        Parallel.For(0, scenes.Count, parallel, i =>
        {
            var scene = scenes[i]();
            var (cost, open, events, next) = (new ComputeStats(), new long[opened.Length], scene.Stream.Events, 0);
            model.NewDetector((in FrameView frame) =>
            {
                while (next < events.Count && events[next].End < frame.End) next++;
                if (next == events.Count || frame.End < events[next].Start) return;
                cost += frame.Stats;
                for (var (layer, at) = (0, 0); layer < model.Model.Config.Layers.Count; layer++)
                    foreach (var isOpen in frame.Open(layer)) open[at++] += isOpen ? 1 : 0;
            }).Process(scene.Stream.Samples, _ => { });
            lock (gate)
            {
                sum += cost;
                for (var n = 0; n < open.Length; n++) opened[n] += open[n];
            }
        });
        return (sum, opened, sum.Frames);
    }
}
