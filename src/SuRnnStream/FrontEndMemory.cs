namespace SuRnnStream;

/// <summary>
/// Tables and working memory of a model's front end: most of a detector's memory, and nothing of what it remembers. For whoever runs many streams: the detectors of one thread can share one, and a detector that
/// another thread takes over works with that thread's (<see cref="StreamingDetector.Borrow"/>). Used by one thread at a time. Models of sensors have nothing to share.
/// </summary>
public sealed class FrontEndMemory
{
    /// <param name="config">Of a detector's model.</param>
    /// <exception cref="ArgumentException">The model is none for a <see cref="StreamingDetector"/>.</exception>
    public FrontEndMemory(SuRnnConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.RequireDetector();
        Transform = config.FrontEnd is { } sound ? new MelTransform(sound) : null;
    }

    /// <summary>Null: of sensors.</summary>
    internal MelTransform? Transform { get; }

    /// <summary>This memory, which is of the model's front end.</summary>
    /// <exception cref="ArgumentException">It is of another one.</exception>
    internal FrontEndMemory Require(FrontEndConfig? sound) =>
        Transform?.Config == sound ? this : throw new ArgumentException("The memory is of another model's front end: make it of this one's configuration.");
}
