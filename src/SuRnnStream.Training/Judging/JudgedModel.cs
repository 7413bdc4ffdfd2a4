using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>A model as it is judged. The only place of the judge where detectors are made: what comes after the network comes in here.</summary>
sealed class JudgedModel
{
    readonly Evaluator? _evaluator;

    /// <param name="name">What tables call it.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">How it detects; null: as shipped.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public JudgedModel(string name, SuRnnModel model, DetectorOptions? options = null)
    {
        (Name, Model, Options) = (name, model, options ?? model.Defaults);
        _evaluator = model.Config.FrontEnd is null ? null : new Evaluator(model, Options);
    }

    public string Name { get; }
    public SuRnnModel Model { get; }
    public DetectorOptions Options { get; }

    /// <summary>Labels that can be detected.</summary>
    public IReadOnlyList<string> Labels => [.. Model.Config.Labels.Except(Model.Config.Background)];

    /// <summary>Runs the detector over a stream; several threads may.</summary>
    public JudgedStream Hear(EvaluationStream stream) => _evaluator!.Hear(stream);

    /// <summary>A detector of a stream of its own.</summary>
    public StreamingDetector NewDetector(FrameObserver? onFrame = null) => new(Model, Options) { OnFrame = onFrame };

    /// <summary>One that reads a label out of a whole clip. Not thread-safe.</summary>
    public ClipClassifier NewClassifier() => new(Model);

    /// <summary>The options with one threshold for all labels.</summary>
    public DetectorOptions At(float threshold) => Options with { Threshold = threshold, Thresholds = new Dictionary<string, float>() };
}
