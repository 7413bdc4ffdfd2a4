using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;

namespace SuRnnStream.Tests.Evaluation;

/// <summary>
/// Streams whose scores are set by hand: 0 but for single frames. The gate neither smooths nor waits, so a detection comes at exactly the
/// time of each frame that reaches the threshold; frames end at multiples of 10 ms.
/// </summary>
static class HandMadeStream
{
    public static readonly DetectorOptions Plain = new() { Threshold = 0.5f, Smoothing = 0, Refractory = TimeSpan.Zero, DecisionWindow = TimeSpan.Zero };

    public static readonly SuRnnConfig Config = TinyModels.Config() with
    {
        FrontEnd = new() { SampleRate = 25_600, WindowLength = 256, HopLength = 256, Bands = 12, LowHz = 100 },
        Labels = ["noise", "low", "high"],
        Background = ["noise"],
    };

    public static readonly SuRnnModel Model = TinyModels.Build(Config, defaults: Plain);

    public static LabelledEvent Event(string label, double start, double end) => new(label, TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end));

    /// <param name="length">Seconds of sound; scores are there to the last one that is not 0, and a second more.</param>
    /// <param name="events">Null: a negative stream.</param>
    /// <param name="scores">Time in seconds, label, score.</param>
    public static JudgedStream Heard(double length, LabelledEvent[]? events, params (double Time, string Label, float Score)[] scores)
    {
        var rate = Config.RequireFrontEnd().SampleRate;
        var stream = (events is null ? EvaluationStream.FromNegative("negative", [], rate) : EvaluationStream.FromRecording("positive", events, [], rate)) with { Length = TimeSpan.FromSeconds(length) };
        var frames = new float[(int)Math.Round(100 * (scores[^1].Time + 1))][];
        for (var i = 0; i < frames.Length; i++) frames[i] = new float[Config.Labels.Count];
        foreach (var (time, label, score) in scores) frames[(int)Math.Round(100 * time) - 1][Config.Labels.ToList().IndexOf(label)] = score;
        var track = new ScoreTrack(Config);
        foreach (var frame in frames) track.Add(frame, 0);
        return new JudgedStream(stream, events ?? [], track, null, track.Replay(Plain), new ComputeStats { Frames = frames.Length });
    }
}
