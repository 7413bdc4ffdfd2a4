using SuRnnStream.Tests.Support;

namespace SuRnnStream.AotSmoke;

/// <summary>Small models of every kind, with float32 and with int8 weights: skipping is exact, and int8 ones give the same bits everywhere.</summary>
static class ModelCheck
{
    public static Digest Run()
    {
        var digest = new Digest();
        var frames = TinyModels.Frames(60);
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds())
        {
            var what = $"{cell} with switches {kind}, {layers} layers{(stem ? " behind a stem" : "")}";
            var model = TinyModels.Build(cell, kind, stem, layers);
            Step(model, frames, $"{what}, float32");
            foreach (var scores in Step(model.ToInt8(), frames, $"{what}, int8")) digest.Add(scores);
        }
        foreach (var config in TinyModels.Blocks())
        {
            var model = TinyModels.Build(config);
            var what = $"{config.Layers.Count} blocks of {config.Layers[0].Cell} with switches {config.Layers[0].Switch}{(config.Stem.Count > 0 ? " after a stem" : "")}";
            Step(model, frames, $"{what}, float32");
            foreach (var scores in Step(model.ToInt8(), frames, $"{what}, int8")) digest.Add(scores);
        }
        foreach (var frameSwitch in new[] { false, true })
        {
            var model = TinyModels.Build(TinyModels.HoldConfig(frameSwitch));
            Step(model, frames, $"hold, frame switch {frameSwitch}, float32");
            foreach (var scores in Step(model.ToInt8(), frames, $"hold, frame switch {frameSwitch}, int8")) digest.Add(scores);
        }
        foreach (var kind in new[] { SwitchKind.Event, SwitchKind.None })
        {
            var model = TinyModels.Build(TinyModels.HeardConfig(kind));
            Step(model, frames, $"GRU with switches {kind} after a frame switch, float32");
            foreach (var scores in Step(model.ToInt8(), frames, $"GRU with switches {kind} after a frame switch, int8")) digest.Add(scores);
        }
        return digest;
    }

    /// <summary>The scores of each frame.</summary>
    static List<float[]> Step(SuRnnModel model, float[][] frames, string what)
    {
        SuRnnState skipping = model.NewState(), dense = model.NewState();
        var scores = new List<float[]>();
        foreach (var frame in frames)
        {
            model.Step(frame, skipping);
            model.Step(frame, dense, dense: true);
            DeviationException.Require(dense.Scores.Span, skipping.Scores.Span, $"{what}: skipping is not exact, frame {scores.Count}");
            scores.Add(skipping.Scores.ToArray());
        }
        return scores;
    }
}
