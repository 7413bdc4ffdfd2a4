using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuRnnStream.Server;

/// <summary>A model as it is described to clients.</summary>
/// <param name="Name">What a hello calls it.</param>
/// <param name="Labels">One a score, in order.</param>
/// <param name="Background">Labels that are never detected.</param>
/// <param name="Rate">Samples per second that the model takes, of each channel.</param>
/// <param name="Hop">Seconds from one frame to the next.</param>
/// <param name="Window">Seconds of stream that a frame sees.</param>
/// <param name="Bands">Mel bands of a frame; of sensors, its numbers.</param>
/// <param name="Neurons">Neurons of each layer.</param>
/// <param name="MacsDense">Multiply-adds of a frame with every switch open.</param>
/// <param name="AlwaysOpen">There are no switches: every neuron works in every frame.</param>
/// <param name="Rule">What makes an event of the scores: scores, bursts or talk.</param>
/// <param name="Settings">The rule in force in one line: thresholds, smoothing, refractory time.</param>
/// <param name="Thresholds">Score from which each label counts, in (0, 1); null of background.</param>
/// <param name="Card">How the model was made, for people.</param>
/// <param name="Channels">Of a model of sensors, in the order of their samples; null: the model takes sound.</param>
/// <param name="SecondLook">The model's second look decides what is detected: each candidate and each detection is one of its answers.</param>
/// <param name="KeepsNearMisses">The server keeps the sound around what a session with this model nearly detected.</param>
sealed record ModelInfo(
    string Name, IReadOnlyList<string> Labels, IReadOnlyList<string> Background, double Rate, double Hop, double Window, int Bands,
    IReadOnlyList<int> Neurons, long MacsDense, bool AlwaysOpen, string Rule, string Settings, IReadOnlyList<float?> Thresholds, IReadOnlyDictionary<string, string> Card,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChannelInfo>? Channels = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool SecondLook = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool KeepsNearMisses = false)
{
    public static ModelInfo Of(string name, SuRnnModel model, bool keepsNearMisses)
    {
        var (config, timing) = (model.Config, model.Config.RequireTiming());
        return new ModelInfo(
            name, config.Labels, config.Background, timing.SamplesPerSecond / timing.Channels, timing.Hop.TotalSeconds, timing.WindowLength / timing.SamplesPerSecond, config.FrameLength,
            [.. config.Layers.Select(layer => layer.Hidden)], model.MultiplyAddsPerFrame, config.Layers.All(layer => layer.Switch == SwitchKind.None), model.Defaults.Rule.ToString().ToLowerInvariant(), model.Defaults.Describe(config),
            [.. config.Labels.Select(label => config.Background.Contains(label) ? (float?)null : model.Defaults.Thresholds.GetValueOrDefault(label, model.Defaults.Threshold))], model.Card,
            config.Sensor?.Channels.Select(channel => new ChannelInfo(channel.Name, channel.Unit)).ToList(), config.Verifier is not null || config.Words is not null, keepsNearMisses);
    }
}

/// <summary>A channel of sensors; its unit is "" where it is unknown.</summary>
sealed record ChannelInfo(string Name, string Unit);

/// <summary>What <c>/models</c> says.</summary>
/// <param name="Default">The model of a hello that names none.</param>
/// <param name="Models">All of them.</param>
/// <param name="Teach">There is a socket at <c>/teach</c>.</param>
sealed record ModelList(string Default, IReadOnlyList<ModelInfo> Models, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Teach = false);

/// <summary>The answer to a hello.</summary>
sealed record Welcome(string Type, int Version, string Session, ModelInfo Model, int MaxMessageBytes, double IdleSeconds);

/// <summary>A detection, as soon as it is made; times in seconds of stream. Landmark: the event's own time, where the model tells it.</summary>
sealed record DetectionMessage(
    string Type, string Label, float Score, double Start, double End, double Time,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Landmark)
{
    public static DetectionMessage Of(Detection detection) => new(
        "detection", detection.Label, detection.Score, detection.Start.TotalSeconds, detection.End.TotalSeconds, detection.Time.TotalSeconds,
        detection.Landmark?.TotalSeconds);
}

/// <summary>What nearly was a detection, when its outcome is known; times in seconds of stream.</summary>
sealed record CandidateMessage(string Type, string Label, float Score, float Threshold, double Start, double End, double Time, string Outcome)
{
    public static CandidateMessage Of(Candidate candidate) => new(
        "candidate", candidate.Label, candidate.Score, candidate.Threshold, candidate.Start.TotalSeconds, candidate.End.TotalSeconds, candidate.Time.TotalSeconds, candidate.Outcome.Text());
}

/// <summary>A note for the sender: one sentence without a full stop.</summary>
sealed record NoteMessage(string Type, string Text);

/// <summary>The last message of a session that its client has ended.</summary>
/// <param name="Type">"end".</param>
/// <param name="Seconds">Sound that was processed.</param>
/// <param name="Frames">Frames that it made.</param>
/// <param name="FramesSkipped">Frames in which every switch was shut.</param>
/// <param name="FramesNotShown">Frames that were dropped from the display because the client read slowly.</param>
/// <param name="Detections">Detections that were sent.</param>
/// <param name="Macs">Multiply-adds of the network.</param>
/// <param name="MacsDense">Those with every switch open in every frame.</param>
/// <param name="ComputeSeconds">Time of front end and network.</param>
/// <param name="SamplesLost">Samples at the client's rate that its counters jumped over.</param>
/// <param name="Gaps">Places where it did.</param>
sealed record EndMessage(
    string Type, double Seconds, long Frames, long FramesSkipped, long FramesNotShown, long Detections, long Macs, long MacsDense,
    double ComputeSeconds, long SamplesLost, long Gaps);

/// <summary>They are only written, never read: half the code.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(DetectionMessage))]
[JsonSerializable(typeof(CandidateMessage))]
[JsonSerializable(typeof(NoteMessage))]
[JsonSerializable(typeof(EndMessage))]
sealed partial class ProtocolJson : JsonSerializerContext;
