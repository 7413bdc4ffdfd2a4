using System.Runtime.CompilerServices;

namespace SuRnnStream;

public sealed partial class DetectorPipeline
{
    /// <summary>
    /// Runs the stream, once, and gives its detections as they are made: <see cref="ReadAllAsync"/> and <see cref="RunAsync"/> in one. Who stops reading stops the stream; this returns when the source is
    /// no longer in use.
    /// </summary>
    /// <param name="cancellation">Stops the stream; what was read before is still processed and given, then an <see cref="OperationCanceledException"/> is thrown.</param>
    /// <exception cref="InvalidOperationException">The pipeline has run before.</exception>
    /// <exception cref="Exception">Whatever the source throws, after the detections before it.</exception>
    public async IAsyncEnumerable<Detection> DetectAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var detections = ReadAllAsync(CancellationToken.None);
        var run = RunAsync(stop.Token);
        if (run.IsFaulted) await run.ConfigureAwait(false); // it has run before
        try
        {
            await foreach (var detection in detections.ConfigureAwait(false)) yield return detection;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what the source threw came with the detections
        }
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Detections of a file, as they are made: sound of any kind that <see cref="AudioFile"/> opens, at any rate, or for a model of sensors any recording that <see cref="SensorFile"/> opens. The file is
    /// closed at the end, or when the enumeration is given up.
    /// </summary>
    /// <param name="path">The file; also the <see cref="Detection.Source"/>, unless the options name another.</param>
    /// <param name="model">By name or path, as <see cref="ModelFile.Find"/> takes it.</param>
    /// <param name="detector">When a score counts as an event; by default what the model was tuned with.</param>
    /// <param name="options">Of the pipeline; by default those for a file.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or no such model.</exception>
    /// <exception cref="IOException">A file cannot be read, or not to its end.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static IAsyncEnumerable<Detection> DetectFileAsync(string path, string model, DetectorOptions? detector = null, PipelineOptions? options = null, CancellationToken cancellation = default) =>
        DetectFileAsync(path, ModelFile.Load(ModelFile.Find(model)), detector, options, cancellation);

    /// <summary>The same with a model that is in memory.</summary>
    /// <inheritdoc cref="DetectFileAsync(string, string, DetectorOptions?, PipelineOptions?, CancellationToken)"/>
    public static async IAsyncEnumerable<Detection> DetectFileAsync(string path, SuRnnModel model, DetectorOptions? detector = null, PipelineOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(model);
        ISampleSource source = model.Config.Sensor is { } sensor ? SensorFile.Open(path, sensor) : AudioFile.Open(path);
        using var file = source as IDisposable;
        options ??= new PipelineOptions();
        var pipeline = new DetectorPipeline(source, model, detector, options with { SourceName = options.SourceName ?? path });
        await foreach (var detection in pipeline.DetectAsync(cancellation).ConfigureAwait(false)) yield return detection;
    }
}
