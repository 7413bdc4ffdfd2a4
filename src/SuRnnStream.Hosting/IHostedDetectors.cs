namespace SuRnnStream;

/// <summary>A host's detectors while they run. A service; any thread.</summary>
public interface IHostedDetectors
{
    /// <summary>
    /// What the host's sinks get: detections of every detector that passed its rules and those of the host. Each observer is called on a task of its own, one detection after the other; no detector
    /// waits for it. When <see cref="SuRnnStreamOptions.SinkQueue"/> detections wait for one the oldest is dropped and counted (<c>surnn.observer.dropped</c>). What it throws ends its subscription and is
    /// logged. Subscribe at any time, also before the host has started; completes when the host stops.
    /// </summary>
    IObservable<HeardDetection> Detections { get; }

    /// <summary>The same as an enumeration, from this call on; each has a queue of its own as an observer has. Ends when the host stops.</summary>
    /// <param name="detector">Only the detections of this one. Null: those of all.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="KeyNotFoundException">The host has started and has no such detector.</exception>
    IAsyncEnumerable<HeardDetection> ReadAllAsync(string? detector = null, CancellationToken cancellation = default);

    /// <summary>How they fare, in the order of their names; none before the host has started.</summary>
    IReadOnlyList<DetectorStatus> Status { get; }

    /// <summary>
    /// The detector's network does not run until <see cref="Resume"/>. Samples that come meanwhile are counted (<see cref="DetectorStatus.SamplesMissed"/>) and are a gap in its stream; times go on. Of a
    /// detector that another one arms, which is a part of that one's pipeline, only the detections are kept back; those that this one arms pause with it.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such detector.</exception>
    void Pause(string name);

    /// <summary>The detector goes on after <see cref="Pause"/>, or where its options said <see cref="HostedDetectorOptions.Enabled"/> false.</summary>
    /// <exception cref="KeyNotFoundException">There is no such detector.</exception>
    void Resume(string name);

    /// <summary>
    /// Detections of this one, and of those that it arms, reach neither sinks nor observers for a time, by the host's clock; they are counted as held back with the reason <c>Muted</c>. The network goes on,
    /// and the end of an event whose begin was told is still told. Another call sets another time; zero ends it.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such detector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    void Mute(string name, TimeSpan time);

    /// <summary>
    /// Detections of this one, and of those that it arms, that overlap a time of the stream reach neither sinks nor observers: a chime, the tail of a reply. They are counted as held back with the reason
    /// <c>Ignored</c>. The network goes on. A time can be given before the stream gets there, and again for another time; it is dropped a minute after it has passed.
    /// </summary>
    /// <param name="name">The detector.</param>
    /// <param name="from">First stream time that is ignored, as <see cref="Detection.Start"/> counts.</param>
    /// <param name="to">First stream time that counts again.</param>
    /// <exception cref="KeyNotFoundException">There is no such detector.</exception>
    /// <exception cref="ArgumentException">It ends before it begins.</exception>
    void Ignore(string name, TimeSpan from, TimeSpan to);

    /// <summary>Other thresholds from the next block on; the network forgets nothing. It holds until the next call, also for another model or other options.</summary>
    /// <exception cref="KeyNotFoundException">There is no such detector.</exception>
    /// <exception cref="ArgumentException">The detector has a second look, which decides by its own rule.</exception>
    void SetSensitivity(string name, DetectorSensitivity sensitivity);

    /// <summary>Adds a source while the host runs. It is opened when the first detector listens to it.</summary>
    /// <param name="name">By which detectors name it.</param>
    /// <param name="options">Its address, and whatever else.</param>
    /// <param name="cancellation">Gives up before anything is changed.</param>
    /// <exception cref="ArgumentException">There is one of this name, or its options cannot be used; the message has a line for each fault.</exception>
    Task AddSourceAsync(string name, Action<HostedSourceOptions> options, CancellationToken cancellation = default);

    /// <summary>The same of a source that code makes.</summary>
    /// <param name="name">By which detectors name it.</param>
    /// <param name="make">Called when the first detector listens to it, and again after every loss. What it returns is closed by the host, if it can be.</param>
    /// <param name="options">Live or a file, and pauses between tries.</param>
    /// <param name="cancellation">Gives up before anything is changed.</param>
    /// <exception cref="ArgumentException">There is one of this name, or its options cannot be used.</exception>
    Task AddSourceAsync(string name, Func<ISampleSource> make, Action<HostedSourceOptions>? options = null, CancellationToken cancellation = default);

    /// <summary>Removes a source to which no detector listens.</summary>
    /// <exception cref="KeyNotFoundException">There is no such source.</exception>
    /// <exception cref="ArgumentException">A detector listens to it.</exception>
    Task RemoveSourceAsync(string name, CancellationToken cancellation = default);

    /// <summary>
    /// Adds a detector while the host runs. It listens from the next samples of its source on, at their place in the source's stream; those before count as <see cref="DetectorStatus.SamplesMissed"/>. It stays
    /// when the configuration is reloaded.
    /// </summary>
    /// <param name="name">Its name in logs, metrics and sinks.</param>
    /// <param name="options">Source, model and settings.</param>
    /// <param name="cancellation">Gives up before anything is changed.</param>
    /// <exception cref="ArgumentException">There is one of this name, or its options cannot be used; the message has a line for each fault.</exception>
    Task AddDetectorAsync(string name, Action<HostedDetectorOptions> options, CancellationToken cancellation = default);

    /// <summary>
    /// Removes a detector, and completes when it has processed what its source had given it before. Without a detector a source is closed. It stays away when the configuration is reloaded. Not to be waited for
    /// in a sink's or an observer's method.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such detector.</exception>
    /// <exception cref="ArgumentException">Another one is armed by it.</exception>
    Task RemoveDetectorAsync(string name, CancellationToken cancellation = default);

    /// <summary>Has a detector listen with the model that is in a file now, also where it is the file that it had. No sample is lost, times go on.</summary>
    /// <param name="name">The detector.</param>
    /// <param name="path">The model's name or file; a relative path begins at the host's content root, then at the program's folder.</param>
    /// <param name="cancellation">Gives up before the model is exchanged.</param>
    /// <exception cref="KeyNotFoundException">There is no such detector.</exception>
    /// <exception cref="IOException">The file is missing, cannot be read or is no model. The present model stays, as with every exception.</exception>
    /// <exception cref="ArgumentException">The model takes something else, or lacks a label that there is a threshold for.</exception>
    Task SwapModelAsync(string name, string path, CancellationToken cancellation = default);

    /// <summary>The same with a model that is in memory.</summary>
    /// <inheritdoc cref="SwapModelAsync(string, string, CancellationToken)"/>
    Task SwapModelAsync(string name, SuRnnModel model, CancellationToken cancellation = default);
}

/// <summary>How a detector fares, at one moment.</summary>
public sealed record DetectorStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its source's name.</summary>
    public required string Source { get; init; }

    /// <summary>What the source is doing.</summary>
    public SourceState SourceState { get; init; }

    /// <summary>Times that the source came back.</summary>
    public long Reconnects { get; init; }

    /// <summary>Where the samples went.</summary>
    public required PipelineCounters Counters { get; init; }

    /// <summary>What became of everything that it detected or nearly detected, label by label: why it did not fire. Empty in a cluster.</summary>
    public IReadOnlyList<LabelCandidates> Candidates { get; init; } = [];

    /// <summary>Labels that it can detect.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>How readily it detects (<see cref="IHostedDetectors.SetSensitivity"/>); null: a second look decides.</summary>
    public DetectorSensitivity? Sensitivity { get; init; }

    /// <summary>True: its network does not run (<see cref="IHostedDetectors.Pause"/>).</summary>
    public bool Paused { get; init; }

    /// <summary>Samples of its source, at the source's rate, that came while it was paused or before it was added; <see cref="PipelineCounters.SamplesLost"/> has them, too, once it went on.</summary>
    public long SamplesMissed { get; init; }

    /// <summary>Time until its detections count again (<see cref="IHostedDetectors.Mute"/>); zero: they do.</summary>
    public TimeSpan MutedFor { get; init; }

    /// <summary>Detections that were made while it was muted.</summary>
    public long DetectionsMuted { get; init; }

    /// <summary>Detections that overlapped a time of the stream that is ignored (<see cref="IHostedDetectors.Ignore"/>).</summary>
    public long DetectionsIgnored { get; init; }

    /// <summary>Time since the last samples were processed, or since the start.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Samples dropped in the last minute, as a part of those that came, 0 to 1.</summary>
    public double DropRate { get; init; }

    /// <summary>Time from one frame to the next.</summary>
    public TimeSpan Hop { get; init; }

    /// <summary>What is wrong with its microphone's level; empty where nothing is, or <see cref="DetectorHealthOptions.Level"/> is off.</summary>
    public IReadOnlyList<LevelAdvice> Advice { get; init; } = [];

    /// <summary>Why the detector has given up; null: it has not.</summary>
    public string? Failure { get; init; }
}
