namespace SuRnnStream;

/// <summary>
/// A further model that runs on every frame of a stream, beside the stream's own: words and household sounds of one microphone. Where both have the same front end, each frame
/// is made once. Its detections are those of a <see cref="StreamingDetector"/> of its own, bit for bit, and come with the stream's. Sound only. This project's extension.
/// </summary>
public sealed record CompanionModel
{
    /// <summary>Takes samples at the rate of the stream's own model.</summary>
    public required SuRnnModel Model { get; init; }

    /// <summary>When a score counts as an event. Null: what the model was tuned with.</summary>
    public DetectorOptions? Detector { get; init; }

    /// <summary>Rules about this model's detections, such as where an event ends; the stream's own rules are for its own model's. Null: none.</summary>
    public DecisionOptions? Decisions { get; init; }

    /// <summary>Complains of what does not fit the stream's own model.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or a model is none for a detector of sound at the same rate; the message says which.</exception>
    internal CompanionModel Validate(SuRnnConfig first)
    {
        if (first.FrontEnd is not { } main || Model.Config.FrontEnd is not { } own) throw new ArgumentException("A companion shares a stream of sound, but one of the models detects events of sensors: give that one a stream of its own.");
        if (main.SampleRate != own.SampleRate) throw new ArgumentException($"The stream's model takes {main.SampleRate} Hz, its companion {own.SampleRate} Hz: use models of one rate.");
        Model.Config.RequireSoundDetector();
        (Detector ?? Model.Defaults).Validate(Model.Config);
        return this;
    }
}
