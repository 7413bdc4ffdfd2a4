using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>What a host runs: sources, and the detectors that listen to them.</summary>
sealed class HostedDetectors(HostPlanner planner, ModelCache models, HostMetrics metrics, SinkPumps sinks, HostDecisions decisions, HostSounds sounds, HeardHub observers, AcceptedOptions accepted, TimeProvider time, HostLogger logger,
    IDetectorPlace? place = null) : IDetectors
{
    readonly ILogger _log = logger.Log;
    SourceRunner[] _sources = [];
    SortedDictionary<string, (HostedDetector Detector, SourceRunner Source)> _detectors = [];

    public IReadOnlyList<SourceRunner> Sources => _sources;

    public IReadOnlyList<DetectorStatus> Status => [.. _detectors.Values.Select(StatusOf)];

    public IObservable<HeardDetection> Detections => observers;

    public IAsyncEnumerable<HeardDetection> ReadAllAsync(string? detector = null, CancellationToken cancellation = default)
    {
        if (detector is not null && _detectors.Count > 0) Find(detector);
        return observers.ReadAllAsync(detector, cancellation);
    }

    /// <summary>Makes all that the plan says; nothing runs yet.</summary>
    /// <param name="plan">Checked.</param>
    /// <param name="stop">The host stops.</param>
    /// <param name="arbiter">Decides with other machines which one answers; null: nobody does.</param>
    public void Make(HostPlan plan, CancellationToken stop, IDetectionArbiter? arbiter = null)
    {
        decisions.Make(plan, place is null, arbiter);
        var detectors = new SortedDictionary<string, (HostedDetector, SourceRunner)>(StringComparer.OrdinalIgnoreCase);
        var sources = new List<SourceRunner>();
        foreach (var source in plan.Sources)
        {
            HostedDetector[] listeners = [.. source.Detectors.Select(detector => new HostedDetector(detector, metrics, decisions, sounds, time, _log, place, stop))];
            if (place is null)
                foreach (var (listener, planned) in listeners.Zip(source.Detectors))
                    if (plan.Follows(planned, out var leader)) listener.Follow(listeners.First(one => one.Name == leader.Name));
            if (source.PlaysTooFast) _log.PlaysTooFast(source.Name, source.Options.Address ?? "");
            sources.Add(new SourceRunner(source, listeners, time, _log, stop, plan.ChecksLevel));
            foreach (var listener in listeners) detectors[listener.Name] = (listener, sources[^1]);
        }
        (_sources, _detectors) = ([.. sources], detectors);
        metrics.Observe([.. detectors.Values.Select(one => one.Item1)], _sources, sinks.All, observers);
    }

    /// <summary>Nobody observes any longer.</summary>
    public void EndObservers() => observers.Complete();

    /// <summary>No detector runs any longer: what still waits for another one is decided.</summary>
    public void EndDecisions() => decisions.End();

    /// <summary>Takes over changed options; invalid ones are logged, and all old ones stay.</summary>
    /// <returns>True: they were valid.</returns>
    public bool Change(SuRnnStreamOptions options)
    {
        if (planner.TryMake(options, out var faults) is not { } plan)
        {
            foreach (var fault in faults) _log.OptionsRefused(fault);
            return false;
        }
        accepted.Current = options;
        foreach (var planned in plan.Detectors)
        {
            if (_detectors.TryGetValue(planned.Name, out var running)) running.Detector.Change(planned);
            else _log.NeedsRestart($"Detector {planned.Name} is new: the list of detectors");
        }
        foreach (var gone in _detectors.Keys.Except(plan.Detectors.Select(planned => planned.Name), StringComparer.OrdinalIgnoreCase))
            _log.NeedsRestart($"Detector {gone} is gone: the list of detectors");
        return true;
    }

    public async Task SwapModelAsync(string name, string path, CancellationToken cancellation = default)
    {
        var detector = Find(name);
        try
        {
            var model = await Task.Run(() => models.Reload(planner.FindModel(path)), cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            detector.Swap(model, path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _log.ModelRefused(name, path, problem.Message);
            throw;
        }
    }

    public Task SwapModelAsync(string name, SuRnnModel model, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        cancellation.ThrowIfCancellationRequested();
        try
        {
            Find(name).Swap(model, "given by code");
            return Task.CompletedTask;
        }
        catch (ArgumentException unfit)
        {
            _log.ModelRefused(name, "given by code", unfit.Message);
            throw;
        }
    }

    HostedDetector Find(string name) => _detectors.TryGetValue(name, out var found) ? found.Detector
        : throw new KeyNotFoundException($"There is no detector '{name}' here, only {string.Join(", ", _detectors.Keys)}.");

    static DetectorStatus StatusOf((HostedDetector Detector, SourceRunner Source) one) => new()
    {
        Name = one.Detector.Name,
        Source = one.Detector.Source,
        SourceState = one.Source.Source.State,
        Reconnects = one.Source.Source.Reconnects,
        Counters = one.Detector.Counters,
        Age = one.Detector.Probe.Age,
        DropRate = one.Detector.Probe.DropRate,
        Hop = one.Detector.Hop,
        Advice = one.Source.Advice,
        Failure = one.Detector.Failure?.Message,
    };
}
