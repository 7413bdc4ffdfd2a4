namespace SuRnnStream;

/// <summary>
/// Where every sample went, at one moment: SamplesRead = SamplesProcessed + SamplesDropped + SamplesInFlight, always.
/// Samples are counted at the model's rate, those of all channels.
/// </summary>
public sealed record PipelineCounters
{
    /// <summary>Samples that came from the source.</summary>
    public long SamplesRead { get; init; }

    /// <summary>Samples that the detector has taken.</summary>
    public long SamplesProcessed { get; init; }

    /// <summary>Samples that were thrown away: the queue was full, or the pipeline had been stopped while they were read.</summary>
    public long SamplesDropped { get; init; }

    /// <summary>Samples that wait in the queue or are with the detector now.</summary>
    public long SamplesInFlight { get; init; }

    /// <summary>
    /// Samples that the source has lost, by its own count. They are in the stream's times but in no other count: not
    /// read, so neither processed, dropped nor in flight.
    /// </summary>
    public long SamplesLost { get; init; }

    /// <summary>Processed samples of sensors that were missing (NaN) and held from before.</summary>
    public long SamplesHeld { get; init; }

    /// <summary>Those of them that were there, but so far from the rest that no sensor gives them.</summary>
    public long SamplesWild { get; init; }

    /// <summary>Places where the detector found samples missing, lost or dropped.</summary>
    public long Gaps { get; init; }

    /// <summary>Detections that were made.</summary>
    public long Detections { get; init; }

    /// <summary>What the rules made of the detections: Seen = Passed + Merged + HeldBack + Waiting. All zero where there are no rules.</summary>
    public DecisionCounts Decisions { get; init; }

    /// <summary>Detections that did not fit into a consumer's queue, summed over consumers.</summary>
    public long DetectionsDropped { get; init; }

    /// <summary>Exceptions that observers threw.</summary>
    public long ObserverErrors { get; init; }

    /// <summary>What the processed samples cost.</summary>
    public ComputeStats Compute { get; init; }
}

/// <summary>Keeps the counters: any thread writes, any thread reads, and every snapshot adds up.</summary>
sealed class Ledger
{
    readonly Lock _lock = new(); // taken a few times a block, never held while anything else happens
    long _read, _processed, _dropped, _inFlight, _lost, _held, _wild, _gaps, _detections, _detectionsDropped, _observerErrors;
    ComputeStats _compute;
    DecisionCounts _decisions;

    public void Read(int samples)
    {
        lock (_lock) (_read, _inFlight) = (_read + samples, _inFlight + samples);
    }

    public void Dropped(int samples)
    {
        lock (_lock) (_dropped, _inFlight) = (_dropped + samples, _inFlight - samples);
    }

    public void Lost(long samples)
    {
        lock (_lock) _lost += samples;
    }

    /// <summary>The sum, of this ledger's one detector.</summary>
    public void Held(long samples, long wild)
    {
        lock (_lock) (_held, _wild) = (samples, wild);
    }

    public void Processed(int samples, in ComputeStats stats, int detections)
    {
        lock (_lock)
        {
            (_processed, _inFlight) = (_processed + samples, _inFlight - samples);
            _detections += detections;
            _compute += stats;
        }
    }

    /// <summary>The counts since the start, of this ledger's one stream.</summary>
    public void Decided(DecisionCounts counts)
    {
        lock (_lock) _decisions = counts;
    }

    public void Gap()
    {
        lock (_lock) _gaps++;
    }

    public void DetectionDropped()
    {
        lock (_lock) _detectionsDropped++;
    }

    public void ObserverError()
    {
        lock (_lock) _observerErrors++;
    }

    /// <summary>Counts everything that is counted here there too.</summary>
    public void AddTo(Ledger total)
    {
        lock (_lock)
        {
            lock (total._lock)
            {
                total._read += _read;
                total._processed += _processed;
                total._dropped += _dropped;
                total._inFlight += _inFlight;
                total._lost += _lost;
                total._held += _held;
                total._wild += _wild;
                total._gaps += _gaps;
                total._detections += _detections;
                total._decisions += _decisions;
                total._detectionsDropped += _detectionsDropped;
                total._observerErrors += _observerErrors;
                total._compute += _compute;
            }
        }
    }

    /// <summary>Samples read and dropped, without a whole snapshot.</summary>
    public (long Read, long Dropped) Flow
    {
        get
        {
            lock (_lock) return (_read, _dropped);
        }
    }

    public PipelineCounters Snapshot()
    {
        lock (_lock)
        {
            return new PipelineCounters
            {
                SamplesRead = _read,
                SamplesProcessed = _processed,
                SamplesDropped = _dropped,
                SamplesInFlight = _inFlight,
                SamplesLost = _lost,
                SamplesHeld = _held,
                SamplesWild = _wild,
                Gaps = _gaps,
                Detections = _detections,
                Decisions = _decisions,
                DetectionsDropped = _detectionsDropped,
                ObserverErrors = _observerErrors,
                Compute = _compute,
            };
        }
    }
}
