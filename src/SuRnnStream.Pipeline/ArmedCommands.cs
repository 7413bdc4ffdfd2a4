namespace SuRnnStream;

/// <summary>
/// Commands that a stream listens for only after its own detections, those of wake words. Until then their network does not run; where both models
/// have the same front end, its frames are made once. Sound only. This project's extension.
/// </summary>
public sealed record ArmedCommands
{
    /// <summary>Detects the commands; takes samples at the rate of the wake words' model.</summary>
    public required SuRnnModel Model { get; init; }

    /// <summary>When a score counts as a command. Null: what the model was tuned with.</summary>
    public DetectorOptions? Detector { get; init; }

    /// <summary>Stream time after a wake word's detection in which commands are listened for; above zero. See <see cref="DormantDetector.Arm"/>.</summary>
    public TimeSpan For { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Complains of what does not fit a model of wake words.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or a model is none for a detector of sound at the same rate; the message says which.</exception>
    internal ArmedCommands Validate(SuRnnConfig wake)
    {
        if (For <= TimeSpan.Zero) throw new ArgumentException($"For of the armed commands is {For}, but must be above zero: nothing could be detected.");
        if (wake.FrontEnd is not { } calls || Model.Config.FrontEnd is not { } commands) throw new ArgumentException("Commands are armed by sound, but one of the models detects events of sensors: leave them out.");
        if (calls.SampleRate != commands.SampleRate) throw new ArgumentException($"The wake words are detected at {calls.SampleRate} Hz, the commands at {commands.SampleRate} Hz: use models of one rate.");
        Model.Config.RequireSoundDetector();
        (Detector ?? Model.Defaults).Validate(Model.Config);
        return this;
    }
}
