namespace SuRnnStream.Cli;

/// <summary>What all inputs of one run came to.</summary>
readonly record struct DetectSummary(int Sources, double Seconds, long Detections, long Dropped, ComputeStats Stats)
{
    /// <summary>What a live stream lost; null: these were files.</summary>
    public LiveSummary? Live { get; init; }

    /// <summary>Samples of sensors that were missing, and held from before.</summary>
    public long Held { get; init; }

    /// <summary>Those of them that were there, but so far from the rest that no sensor gives them.</summary>
    public long Wild { get; init; }

    /// <summary>Samples that the sources never gave.</summary>
    public long Lost { get; init; }

    public DetectSummary Add(PipelineCounters counters, SuRnnConfig config) => new(
        Sources + 1,
        Seconds + counters.SamplesRead / config.RequireTiming().SamplesPerSecond,
        Detections + counters.Detections,
        Dropped + counters.SamplesDropped,
        Stats + counters.Compute)
    {
        Held = Held + counters.SamplesHeld,
        Wild = Wild + counters.SamplesWild,
        Lost = Lost + counters.SamplesLost,
    };
}

/// <summary>Takes one input after the other, each as a stream of its own; one that cannot be read keeps no other from its turn.</summary>
sealed class DetectRun(Terminal terminal, SuRnnModel model, DetectorOptions options, DetectionOutput output, Func<ISampleSource> openInput, int? channel = null)
{
    /// <summary>A sound file of what the loudspeaker played; null: nothing was.</summary>
    public string? Reference { get; init; }

    /// <summary>The model's sensors with the names that the inputs have for them; null: it is a model of sound.</summary>
    public SensorFrontEndConfig? Sensor { get; init; }

    /// <summary>Where the sound around detections is written; null: nowhere.</summary>
    public SoundFiles? Sounds { get; init; }

    DetectSummary _summary;
    bool _failed;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] paths, CancellationToken cancellation)
    {
        output.Sounds = Sounds;
        foreach (var path in paths)
        {
            if (path == "-") await Detect(path, openInput(), cancellation);
            else foreach (var file in Try(path, () => model.Config.Sensor is null ? AudioPaths.Expand(path, Complain) : SensorPaths.Expand(path, Complain)) ?? []) await DetectFile(file, cancellation);
        }
        output.End(_summary);
        var interrupted = cancellation.IsCancellationRequested && !paths.Contains("-"); // which is the way to end a live stream
        return interrupted ? 130 : _failed ? 1 : 0;
    }

    async Task DetectFile(string path, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return;
        ISampleSource? source = Try(path, () => Sensor is { } sensor ? SensorFile.Open(path, sensor) : AudioFile.Open(path, channel));
        using var file = source as IDisposable;
        if (source is null) return;
        await Detect(path, source, cancellation);
    }

    async Task Detect(string name, ISampleSource source, CancellationToken cancellation)
    {
        output.Begin(name);
        Sounds?.Begin(name);
        ISampleSource? reference = Reference is null ? null : Try(Reference, () => AudioFile.Open(Reference));
        using var played = reference as IDisposable;
        if (Reference is not null && reference is null) return;
        var pipeline = new DetectorPipeline(source, model, options, new PipelineOptions { SourceName = name, Sound = Sounds?.Options, OnSound = Sounds is null ? null : Sounds.Take }.With(reference, live: false, model));
        try
        {
            var detections = pipeline.ReadAllAsync(CancellationToken.None);
            var run = pipeline.RunAsync(cancellation);
            await foreach (var detection in detections) output.Write(detection);
            if (name != "-" || !cancellation.IsCancellationRequested) await run; // standard input may never give its thread back
            if (Sounds is not null) await Sounds.WrittenAsync();
        }
        catch (Exception error) when (AudioPaths.IsUnreadable(error))
        {
            Complain(name, error);
        }
        terminal.TellHeldBack(name, pipeline.Counters);
        var (damage, remark) = SourceNotes.Of(source);
        if (damage is not null) Complain(name, new IOException(damage));
        if (remark is not null) terminal.Complain($"{name}: {remark}");
        _summary = _summary.Add(pipeline.Counters, model.Config);
    }

    T? Try<T>(string path, Func<T> open) where T : class
    {
        try
        {
            return open();
        }
        catch (Exception error) when (AudioPaths.IsUnreadable(error) || (channel is not null && error is ArgumentOutOfRangeException))
        {
            Complain(path, error is ArgumentOutOfRangeException ? new IOException($"there is no channel {channel} in it") : error);
            return null;
        }
    }

    void Complain(string path, Exception error)
    {
        terminal.Complain(AudioPaths.Complaint(path, error));
        _failed = true;
    }
}
