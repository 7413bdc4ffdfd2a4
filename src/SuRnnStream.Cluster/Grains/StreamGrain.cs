using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;
using Orleans.Storage;

namespace SuRnnStream.Cluster;

/// <summary>
/// Owns one stream. It activates where placement puts it, takes the stream up from its record, saves it while it runs, and hands it over when it leaves. No
/// sample comes through here. Opening never waits for the store's saves; only one save is on its way.
/// </summary>
[WhereFewestAre]
sealed class StreamGrain(
    [PersistentState("stream", StreamGrain.StoreName)] IPersistentState<StreamRecord> stored, SiloStreams streams, StreamClusterOptions options,
    ClusterMetrics metrics, ILocalSiloDetails here, TimeProvider time, ILogger<StreamGrain> log)
    : Grain, IStreamGrain, IGrainMigrationParticipant
{
    public const string StoreName = "surnn";
    const string EpochsKey = "surnn.epochs", SavedKey = "surnn.saved";
    const int Tries = 3;            // of a save that a save before it overtakes, which the store had only just been given

    static readonly TimeSpan LongestSaveOfAMove = TimeSpan.FromMilliseconds(500);

    OwnedStream? _live;
    Guid _epoch = Guid.NewGuid();
    Guid[] _before = [];            // epochs of the owners that it migrated from: since the last of them that has written, the store may have any of theirs
    long _saved;                    // place up to which the store has the stream
    bool _migrated;                 // came with its state, not from the store
    bool _unsure;                   // a save failed: the store may have it, and with it another tag
    bool _fenced;
    Task? _opening;                 // the first one's
    Task _saving = Task.CompletedTask;

    string Name => this.GetPrimaryKeyString();

    string Silo => here.SiloAddress.ToParsableString();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.State is { Settings: not null, Ended: false } record && (stored.RecordExists || _migrated))
        {
            if (_migrated) _unsure = true; // its last save may have been on its way
            else await WriteAsync(record with { Epoch = _epoch }); // now: who owned it before can save no more
            TakeUp(stored.State, _migrated ? "migration" : "store");
        }
        var period = options.SavePeriod;
        this.RegisterGrainTimer(SaveAsync, new GrainTimerCreationOptions(period * Random.Shared.NextDouble(), period) { Interleave = true, KeepAlive = true });
    }

    public async Task<StreamOpening> OpenAsync(StreamSettings settings)
    {
        if (stored.State.Ended) return Opening(ended: true);
        if (_live is null)
        {
            if (streams.Problem(settings) is { } problem) return new StreamOpening { Silo = Silo, Problem = problem };
            await (_opening ??= BeginAsync(settings));
        }
        if (_live is { } live && live.Settings.Model != settings.Model)
            return new StreamOpening { Silo = Silo, Problem = $"Stream {Name} has the model '{live.Settings.Model}', but was opened with '{settings.Model}': give the new one another name, or finish the old." };
        return Opening(ended: false);
    }

    public Task<StreamStatus> StatusAsync() => Task.FromResult(Status());

    public Task<ClusterDetection[]> ReadAsync(long heard) =>
        Task.FromResult((_live is { } live ? live.Read(heard) : [.. stored.State.Outbox.Where(one => one.Cursor > heard)]) ?? []);

    public async Task<StreamEnd> FinishAsync(long heard)
    {
        if (_live is { } live)
        {
            live.Read(heard);
            _live = null; // no more saves, and
            await _saving; // the last one has left the record alone
            try
            {
                stored.State = await live.FinishAsync(_epoch, time.GetUtcNow());
            }
            finally
            {
                streams.Remove(live);
            }
            metrics.Left("ended");
            _unsure = true;
        }
        if (stored.State.Ended && _unsure) await WriteAsync(stored.State);
        return new StreamEnd(Status(), [.. stored.State.Outbox.Where(one => one.Cursor > heard)]);
    }

    public async Task ForgetAsync()
    {
        if (!stored.State.Ended) return;
        if (_unsure) await ReadTagAsync();
        if (stored.RecordExists) await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    public async Task MoveAsync(string? silo)
    {
        if (silo is not null)
        {
            try
            {
                RequestContext.Set(IPlacementDirector.PlacementHintKey, SiloAddress.FromParsableString(silo));
            }
            catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or OverflowException or IndexOutOfRangeException)
            {
                throw new ArgumentException($"'{silo}' is no silo's name: StatusAsync gives them.", nameof(silo));
            }
        }
        this.MigrateOnIdle();
        await Task.CompletedTask;
    }

    /// <summary>
    /// Whatever the reason says, the stream is saved: one that is to migrate may find no silo to go to. What the inlet has taken is processed before, so that
    /// nothing has to be sent again. A store that does not answer holds up no migration, because the state travels with the grain.
    /// </summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_live is not { } live) return;
        _live = null;
        live.Close();
        try
        {
            var record = await live.SnapshotAsync(_epoch, time.GetUtcNow(), drained: true);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (reason.ReasonCode == DeactivationReasonCode.Migrating) patience.CancelAfter(LongestSaveOfAMove);
            await WithinAsync(_saving, patience.Token);
            stored.State = record; // travels with the grain, also where the store is away
            if (_fenced) return;
            if (!_saving.IsCompleted || !await WithinAsync(TrySaveAsync(record), patience.Token)) log.NotSaved(Name, "The store did not answer in time.");
        }
        finally
        {
            streams.Remove(live);
            metrics.Left(reason.ReasonCode == DeactivationReasonCode.Migrating ? "migrating" : "deactivated");
        }
    }

    /// <summary>True: it has ended, whatever came of it.</summary>
    static async Task<bool> WithinAsync(Task task, CancellationToken patience)
    {
        await task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }

    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        dehydrationContext.TryAddValue(EpochsKey, string.Join(',', _before.Append(_epoch)));
        dehydrationContext.TryAddValue(SavedKey, _saved);
    }

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        _migrated = rehydrationContext.TryGetValue<string>(EpochsKey, out var epochs) && rehydrationContext.TryGetValue(SavedKey, out _saved);
        if (_migrated) _before = [.. epochs!.Split(',').Select(Guid.Parse)];
    }

    async Task BeginAsync(StreamSettings settings)
    {
        try
        {
            var record = new StreamRecord { Settings = settings, Epoch = _epoch, At = time.GetUtcNow() };
            await WriteAsync(record);
            TakeUp(record, "start");
        }
        finally
        {
            _opening = null;
        }
    }

    void TakeUp(StreamRecord record, string from)
    {
        try
        {
            _live = streams.Add(Name, record, _saved);
            metrics.Taken(from);
            if (!_live.Exact && record.Exact) log.Inexact(Name, record.Kernel, ClusterModel.Kernel);
        }
        catch (Exception problem)
        {
            log.NotTakenUp(problem, Name);
            throw;
        }
    }

    StreamOpening Opening(bool ended) => new()
    {
        Silo = Silo,
        Next = _live?.Pooled.Written ?? stored.State.Position,
        Saved = _live?.Saved ?? stored.State.Position,
        Heard = _live?.Heard ?? stored.State.Heard,
        LastSeen = stored.State.State.Length > 0 ? stored.State.At : null,
        SamplesPerSecond = _live?.SamplesPerSecond ?? 0,
        Ended = ended,
        Ticket = _live?.Ticket ?? 0,
    };

    StreamStatus Status() => _live?.Status(Silo, _epoch) ?? new StreamStatus
    {
        Silo = Silo,
        Model = stored.State.Settings?.Model ?? "",
        Position = stored.State.Position,
        Saved = stored.State.Position,
        Processed = stored.State.Processed,
        Lost = stored.State.Position - stored.State.Processed,
        Detections = stored.State.Detections,
        Waiting = stored.State.Outbox.Length,
        Epoch = _epoch,
        Exact = stored.State.Exact,
        Ended = stored.State.Ended,
    };

    /// <summary>By the timer.</summary>
    Task SaveAsync(CancellationToken cancellation)
    {
        if (_live is not { } live || !_saving.IsCompleted) return Task.CompletedTask;
        if (live.HasMoved) return _saving = SaveAsync(live);
        metrics.NothingToSave();
        return Task.CompletedTask;
    }

    async Task SaveAsync(OwnedStream live)
    {
        try
        {
            var record = await live.SnapshotAsync(_epoch, time.GetUtcNow());
            if (live == _live && await TrySaveAsync(record)) live.SavedAs(record);
        }
        catch (ObjectDisposedException)
        {
            // it leaves, and saves itself
        }
    }

    async Task<bool> TrySaveAsync(StreamRecord record)
    {
        try
        {
            await WriteAsync(record);
            return true;
        }
        catch (Exception problem) when (!_fenced)
        {
            metrics.NotSaved();
            log.NotSaved(Name, problem.Message);
            return false;
        }
        catch (Exception)
        {
            log.Fenced(Name);
            metrics.Fenced();
            if (_live is { } live) streams.Remove(live);
            _live = null;
            DeactivateOnIdle();
            return false;
        }
    }

    /// <summary>
    /// Never without the tag, which is the fence between two owners. A save that failed may have reached the store all the same; then the tag is out of date,
    /// and the record there says by its epoch whose it is. An owner that this one migrated from may have a save on its way still: its record is older than what
    /// came with the grain. Once this one has written, that save fails for its tag and its epoch.
    /// </summary>
    async Task WriteAsync(StreamRecord record)
    {
        var began = time.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            try
            {
                if (_unsure) await ReadTagAsync();
                (stored.State, _unsure) = (record, true);
                await stored.WriteStateAsync();
                (_unsure, _before, _saved) = (false, [], record.Position);
                metrics.Saved(record.State.Length, time.GetElapsedTime(began));
                return;
            }
            catch (InconsistentStateException) when (!_fenced && tries < Tries)
            {
                // it had only just been given the one before: look again
            }
            finally
            {
                stored.State = record;
            }
        }
    }

    async Task ReadTagAsync()
    {
        await stored.ReadStateAsync();
        _fenced = stored.RecordExists && stored.State.Epoch != _epoch && !_before.Contains(stored.State.Epoch);
        if (_fenced) throw new InvalidOperationException($"Stream {Name} belongs to another silo now.");
    }
}
