using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>What a host runs: sources, and the detectors that listen to them.</summary>
sealed partial class HostedDetectors(
    HostPlanner planner, ModelCache models, HostMetrics metrics, SinkPumps sinks, HostDecisions decisions, HostSounds sounds, HeardHub observers, AcceptedOptions accepted, StartSettings settings, TimeProvider time,
    HostLogger logger, IDetectorPlace? place = null) : IHostedDetectors
{
    readonly ILogger _log = logger.Log;
    CancellationToken _stop;
    volatile Now _now = new([], []);                    // replaced, never changed: read without a lock

    /// <summary>The sources that are read, or were read to their end.</summary>
    public IReadOnlyList<SourceRunner> Sources => _now.Sources;

    public IEnumerable<HostedDetector> Detectors => _now.Detectors.Values.Select(one => one.Detector);

    public IReadOnlyList<DetectorStatus> Status => [.. _now.Detectors.Values.Select(StatusOf)];

    public IObservable<HeardDetection> Detections => observers;

    public IAsyncEnumerable<HeardDetection> ReadAllAsync(string? detector = null, CancellationToken cancellation = default)
    {
        if (detector is not null && _now.Detectors.Count > 0) Find(detector);
        return observers.ReadAllAsync(detector, cancellation);
    }

    public void Pause(string name) => Find(name).Pause();

    public void Resume(string name) => Find(name).Resume();

    public void Mute(string name, TimeSpan time) => Find(name).Mute(time);

    public void Ignore(string name, TimeSpan from, TimeSpan to) => Find(name).Ignore(from, to);

    public void SetSensitivity(string name, DetectorSensitivity sensitivity) => Find(name).SetSensitivity(sensitivity);

    /// <summary>Makes all that the plan says; nothing runs yet.</summary>
    /// <param name="plan">Checked.</param>
    /// <param name="stop">The host stops.</param>
    /// <param name="arbiter">Decides with other machines which one answers; null: there are none.</param>
    public void Make(HostPlan plan, CancellationToken stop, IDetectionArbiter? arbiter = null)
    {
        _stop = stop;
        decisions.Make(plan, place is null, arbiter);
        foreach (var source in plan.Sources) Add(source, plan, fresh: true);
        metrics.Observe(this, sinks.All, observers);
    }

    /// <summary>Nobody observes any longer.</summary>
    public void EndObservers() => observers.Complete();

    /// <summary>No detector runs any longer: what still waits for another one is decided.</summary>
    public void EndDecisions() => decisions.End();

    /// <summary>A source that is not read yet, with its detectors.</summary>
    /// <param name="source">Of the plan.</param>
    /// <param name="plan">Checked.</param>
    /// <param name="fresh">True: the host starts, and the rules have all of them.</param>
    SourceRunner Add(PlannedSource source, HostPlan plan, bool fresh)
    {
        HostedDetector[] listeners = [.. source.Detectors.Select(NewDetector)];
        foreach (var (listener, planned) in listeners.Zip(source.Detectors))
        {
            var follows = plan.Follows(planned, out var leader) && place is null;
            if (follows) listener.Follow(listeners.First(one => one.Name == leader!.Name));
            if (!fresh && planned.Options.ArmedBy is { } by) decisions.Arm(planned.Name, by, planned.Options.ArmedFor, apart: !follows);
        }
        if (source.PlaysTooFast) _log.PlaysTooFast(source.Name, source.Options.Address ?? "");
        var runner = new SourceRunner(source, listeners, time, _log, _stop, plan.ChecksLevel);
        foreach (var listener in listeners) _now = _now.With(listener, runner);
        return runner;
    }

    HostedDetector NewDetector(PlannedDetector plan) => new(plan, metrics, decisions, sounds, time, _log, place, _stop);

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

    HostedDetector Find(string name) => _now.Detectors.TryGetValue(name, out var found) ? found.Detector
        : throw new KeyNotFoundException($"There is no detector '{name}' here, only {string.Join(", ", _now.Detectors.Keys)}.");

    static DetectorStatus StatusOf((HostedDetector Detector, SourceRunner Source) one) => new()
    {
        Name = one.Detector.Name,
        Source = one.Detector.Source,
        SourceState = one.Source.Source.State,
        Reconnects = one.Source.Source.Reconnects,
        Counters = one.Detector.Counters,
        Candidates = one.Detector.Candidates,
        Paused = one.Detector.Paused,
        Sensitivity = one.Detector.Sensitivity,
        Labels = one.Detector.Labels,
        SamplesMissed = one.Detector.Missed,
        MutedFor = one.Detector.MutedFor,
        DetectionsMuted = one.Detector.Muted,
        DetectionsIgnored = one.Detector.Ignored,
        Age = one.Detector.Probe.Age,
        DropRate = one.Detector.Probe.DropRate,
        Hop = one.Detector.Hop,
        Advice = one.Source.Advice,
        Failure = one.Detector.Failure?.Message,
    };

    /// <summary>All that the host has, at one moment.</summary>
    sealed record Now(ImmutableArray<SourceRunner> Sources, ImmutableSortedDictionary<string, (HostedDetector Detector, SourceRunner Source)> Detectors)
    {
        public Now(SourceRunner[] sources, (HostedDetector, SourceRunner)[] _)
            : this([.. sources], ImmutableSortedDictionary.Create<string, (HostedDetector, SourceRunner)>(StringComparer.OrdinalIgnoreCase)) { }

        public Now With(HostedDetector detector, SourceRunner source) => new(
            Sources.Contains(source) ? Sources : [.. Sources.Where(other => !other.Name.Equals(source.Name, StringComparison.OrdinalIgnoreCase)), source], Detectors.SetItem(detector.Name, (detector, source)));

        public Now Without(string detector) => this with { Detectors = Detectors.Remove(detector) };

        public Now Without(SourceRunner source) => this with { Sources = Sources.Remove(source) };
    }
}
