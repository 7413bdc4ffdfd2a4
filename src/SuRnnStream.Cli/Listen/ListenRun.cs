namespace SuRnnStream.Cli;

/// <summary>One stream, heard to its end.</summary>
sealed class ListenRun(Terminal terminal, SuRnnModel model, DetectorOptions options, ListenInput input)
{
    static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(200), Slow = TimeSpan.FromMilliseconds(500); // a picture costs more than the detection between two of them

    const int QueueBlocks = 250; // 5 s: a machine that is busy for a moment detects late and drops nothing

    readonly LevelMeter _level = new();
    readonly FrameHistory _history = new(model.Config);

    /// <summary>Seconds after which to stop; null: never.</summary>
    public double? Duration { get; init; }

    /// <summary>No faster than it sounds.</summary>
    public bool RealTime { get; init; }

    /// <summary>A WAV file that keeps what is heard; null: none.</summary>
    public string? Record { get; init; }

    /// <summary>What counts as a near miss, and where they are kept; null: none are.</summary>
    public (NearMissOptions What, NearMissFolderOptions Quota, string Folder)? NearMisses { get; init; }

    /// <summary>Where the sound around detections is written; null: nowhere.</summary>
    public SoundFiles? Sounds { get; init; }

    /// <summary>What the loudspeaker plays; null: nobody says.</summary>
    public ListenInput? Reference { get; init; }

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(DetectionFormat format, CancellationToken cancellation)
    {
        var screen = format == DetectionFormat.Table && terminal.Screen is { Profile.Capabilities.Ansi: true } ansi ? ansi : null;
        var output = DetectionOutput.Create(format, terminal, model);
        output.Sounds = Sounds;
        Sounds?.Begin(input.Name);
        if (screen is null) output.Begin(input.Name);

        await using var near = NearMisses is { } kept ? new NearMissFolder(kept.Folder, kept.Quota) : null;
        if (near is not null) terminal.Complain(Words.Text($"near misses from {NearMisses!.Value.What.From} on are kept in {near.Path}: voices of whoever speaks here, at most {NearMisses.Value.Quota.Keep:N0} or {NearMisses.Value.Quota.Megabytes} MB, the oldest goes first"));
        using var recorder = Record is null ? null : new WavRecorder(Record, input.Source.SampleRate);
        var pipeline = new DetectorPipeline(Source(recorder, screen is not null && model.Config.Sensor is null, cancellation), model, options, new PipelineOptions
        {
            SourceName = input.Name,
            QueueBlocks = QueueBlocks,
            Overflow = input.Live ? OverflowPolicy.DropOldest : OverflowPolicy.Wait,
            OnFrame = screen is null ? null : _history.Add,
            CountCandidates = true,
            NearMisses = NearMisses?.What,
            OnNearMiss = near is null ? null : near.Take,
            Sound = Sounds?.Options,
            OnSound = Sounds is null ? null : Sounds.Take,
        }.With(Reference?.Source, Reference?.Live ?? false, model));
        var picture = screen is null ? null : new AnsiPicture(screen);
        var view = picture is null ? null : new ListenView(picture, input, model.Config, pipeline, _level, _history);
        if (view is null) input.OnStatus = status => terminal.Complain($"{input.Name}: {status.LastEvent}");

        using var stop = cancellation.Register(() => input.Stop?.Invoke());
        var detections = pipeline.ReadAllAsync(CancellationToken.None);
        var run = pipeline.RunAsync(cancellation);
        var drawing = view is null ? Task.CompletedTask : Draw(view, run, cancellation);
        try
        {
            await foreach (var detection in detections)
            {
                if (view is null) output.Write(detection);
                else view.Add(detection);
            }
            if (input.Name != "-" || !cancellation.IsCancellationRequested) await run; // standard input may never give its thread back
            if (Sounds is not null) await Sounds.WrittenAsync();
        }
        catch (Exception error) when (AudioPaths.IsUnreadable(error))
        {
            throw new IOException(AudioPaths.Complaint(input.Name, error), error);
        }
        finally
        {
            await drawing;
            picture?.Clear();
            terminal.TellHeldBack(input.Name, pipeline.Counters);
            var summary = new DetectSummary().Add(pipeline.Counters, model.Config);
            output.End(summary with { Live = new LiveSummary(pipeline.Counters, input.Status?.Invoke(), pipeline.Candidates) });
        }
        if (near is not null)
        {
            await near.DisposeAsync();
            terminal.Complain($"{near.Path}: {Words.Count(near.Written, "near miss", "near misses")} kept{(near.Deleted > 0 ? Words.Text($", {near.Deleted:N0} older ones went") : "")}{(near.Written > 0 ? $"; go on with: surnn review {near.Path}" : "")}");
            if (near.Failures > 0) terminal.Complain($"{near.Path}: {Words.Count(near.Failures, "near miss was", "near misses were")} not written: {near.LastFailure ?? "they came too fast"}");
        }
        var (damage, remark) = SourceNotes.Of(input.Source);
        foreach (var note in (string?[])[damage, remark]) if (note is not null) terminal.Complain($"{input.Name}: {note}");
        return damage is null ? 0 : 1; // Ctrl+C is the way to end it, and no error
    }

    ISampleSource Source(WavRecorder? recorder, bool measured, CancellationToken cancellation)
    {
        ILossySource source = new WatchedSource(input.Source, (samples, lost) =>
        {
            if (measured) _level.Add(samples);
            recorder?.Lose(lost);
            recorder?.Write(samples);
        });
        if (Duration is { } seconds) source = new LimitedSource(source, (long)Math.Ceiling(seconds * source.Rate) * source.Channels);
        if (RealTime) source = new PacedSource(source, stop: cancellation);
        return source;
    }

    async Task Draw(ListenView view, Task run, CancellationToken cancellation)
    {
        while (!run.IsCompleted && !cancellation.IsCancellationRequested)
        {
            view.Draw();
            await Task.WhenAny(run, Task.Delay(_history.TakeBusy() ? Fast : Slow, TimeProvider.System, CancellationToken.None));
        }
    }
}
