namespace SuRnnStream;

/// <content>What changes while the host runs: by its configuration, and by code.</content>
sealed partial class HostedDetectors
{
    readonly SemaphoreSlim _changing = new(1);          // one change after the other; guards what follows
    readonly Dictionary<string, HostedSourceOptions> _addedSources = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, HostedDetectorOptions> _addedDetectors = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> _removed = new(StringComparer.OrdinalIgnoreCase); // detectors and sources ("source:NAME") that code took away
    readonly List<Task> _running = [];
    bool _started;

    /// <summary>Reads all sources, also those that come later.</summary>
    public void Start()
    {
        _changing.Wait();
        try
        {
            _started = true;
            foreach (var source in Sources) _running.Add(source.RunAsync());
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Completes when every source that has come until then has ended and its detectors have processed everything; does not fail.</summary>
    public async Task WhenEndedAsync()
    {
        while (true)
        {
            Task[] running;
            await _changing.WaitAsync().ConfigureAwait(false);
            try
            {
                _running.RemoveAll(task => task.IsCompleted);
                running = [.. _running];
            }
            finally
            {
                _changing.Release();
            }
            if (running.Length == 0) return;
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    /// <summary>Takes over changed options, with what code has added and taken away since; invalid ones are logged, and all old ones stay.</summary>
    /// <returns>True: they were valid.</returns>
    public bool Change(SuRnnStreamOptions options)
    {
        _changing.Wait();
        try
        {
            foreach (var (name, source) in _addedSources) options.Sources.TryAdd(name, source);
            foreach (var (name, detector) in _addedDetectors) options.Detectors.TryAdd(name, detector);
            foreach (var name in _removed)
            {
                if (name.StartsWith(SourceMark, StringComparison.Ordinal)) options.Sources.Remove(name[SourceMark.Length..]);
                else options.Detectors.Remove(name);
            }
            if (planner.TryMake(options, out var faults, mayBeEmpty: _addedDetectors.Count + _removed.Count > 0) is not { } plan)
            {
                foreach (var fault in faults) _log.OptionsRefused(fault);
                return false;
            }
            accepted.Current = options;
            _ = Apply(plan); // what leaves is processed to its end without us
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    public Task AddSourceAsync(string name, Action<HostedSourceOptions> options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return AddSourceAsync(name, null, options, cancellation);
    }

    Task IHostedDetectors.AddSourceAsync(string name, Func<ISampleSource> make, Action<HostedSourceOptions>? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(make);
        return AddSourceAsync(name, make, options, cancellation);
    }

    Task AddSourceAsync(string name, Func<ISampleSource>? make, Action<HostedSourceOptions>? options, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var source = new HostedSourceOptions();
        options?.Invoke(source);
        return ChangeAsync(all =>
        {
            if (!all.Sources.TryAdd(name, source)) throw new ArgumentException($"There is a source '{name}' already: give this one another name.", nameof(name));
            if (make is not null) planner.SetMade(name, new AddedSource(name, _ => make()));
            return () =>
            {
                all.Sources.Remove(name);
                if (make is not null) planner.SetMade(name, null);
            };
        }, () =>
        {
            _addedSources[name] = source;
            _removed.Remove(SourceMark + name);
        }, cancellation);
    }

    public Task RemoveSourceAsync(string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ChangeAsync(all =>
        {
            if (!all.Sources.TryGetValue(name, out var source)) throw new KeyNotFoundException($"There is no source '{name}' here, only {string.Join(", ", all.Sources.Keys)}.");
            var listeners = all.Detectors.Where(one => (one.Value.Source ?? (all.Sources.Count == 1 ? name : "")).Equals(name, StringComparison.OrdinalIgnoreCase) || name.Equals(one.Value.Reference, StringComparison.OrdinalIgnoreCase)).Select(one => one.Key).ToArray();
            if (listeners.Length > 0) throw new ArgumentException($"{string.Join(", ", listeners)} listens to the source '{name}': remove the detector first.", nameof(name));
            all.Sources.Remove(name);
            return () => all.Sources[name] = source;
        }, () =>
        {
            planner.SetMade(name, null);
            if (!_addedSources.Remove(name)) _removed.Add(SourceMark + name);
        }, cancellation);
    }

    public Task AddDetectorAsync(string name, Action<HostedDetectorOptions> options, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        var detector = new HostedDetectorOptions();
        options(detector);
        return ChangeAsync(all =>
        {
            if (!all.Detectors.TryAdd(name, detector)) throw new ArgumentException($"There is a detector '{name}' already: give this one another name.", nameof(name));
            return () => all.Detectors.Remove(name);
        }, () =>
        {
            _addedDetectors[name] = detector;
            _removed.Remove(name);
        }, cancellation);
    }

    public Task RemoveDetectorAsync(string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ChangeAsync(all =>
        {
            if (!all.Detectors.TryGetValue(name, out var detector)) throw new KeyNotFoundException($"There is no detector '{name}' here, only {string.Join(", ", all.Detectors.Keys)}.");
            if (all.Detectors.FirstOrDefault(one => name.Equals(one.Value.ArmedBy, StringComparison.OrdinalIgnoreCase)).Key is { } armed) throw new ArgumentException($"{armed} is armed by '{name}': remove that one first.", nameof(name));
            if (all.Detectors.FirstOrDefault(one => name.Equals(one.Value.Beside, StringComparison.OrdinalIgnoreCase)).Key is { } beside) throw new ArgumentException($"{beside} runs beside '{name}': remove that one first.", nameof(name));
            all.Detectors.Remove(name);
            return () => all.Detectors[name] = detector;
        }, () =>
        {
            if (!_addedDetectors.Remove(name)) _removed.Add(name);
        }, cancellation);
    }

    const string SourceMark = "source:";

    /// <summary>One change by code: of the accepted options, which are as before where it cannot be.</summary>
    /// <param name="change">Makes it, and returns what takes it back.</param>
    /// <param name="remember">That it was made, for when the configuration is reloaded.</param>
    /// <param name="cancellation">Before it is made.</param>
    async Task ChangeAsync(Func<SuRnnStreamOptions, Action> change, Action remember, CancellationToken cancellation)
    {
        Task left;
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_started || _stop.IsCancellationRequested) throw new InvalidOperationException(_started ? "The host stops: nothing is changed any more." : "The host has not started: add to the builder, or in the configuration.");
            var takeBack = change(accepted.Current);
            HostPlan? plan = null;
            try
            {
                IReadOnlyList<string> faults = [];
                plan = await Task.Run(() => planner.TryMake(accepted.Current, out faults, mayBeEmpty: true), cancellation).ConfigureAwait(false); // it reads models
                if (plan is null) throw new ArgumentException(string.Join(Environment.NewLine, faults));
            }
            finally
            {
                if (plan is null) takeBack();
            }
            remember();
            settings.Adopt(accepted.Current);
            left = Apply(plan);
        }
        finally
        {
            _changing.Release();
        }
        await left.ConfigureAwait(false);
    }

    /// <summary>From what runs to what the plan says. Completes when the detectors that leave have processed everything.</summary>
    Task Apply(HostPlan plan)
    {
        var leaving = Leave(plan);
        foreach (var source in plan.Sources)
        {
            foreach (var planned in source.Detectors)
                if (_now.Detectors.TryGetValue(planned.Name, out var running)) running.Detector.Change(planned);
            PlannedDetector[] fresh = [.. source.Detectors.Where(planned => !_now.Detectors.ContainsKey(planned.Name))];
            if (fresh.Length == 0) continue;
            if (Sources.FirstOrDefault(one => one.Name.Equals(source.Name, StringComparison.OrdinalIgnoreCase)) is { } there && JoinAll(there, fresh)) continue;
            var runner = Add(source with { Detectors = fresh }, plan, fresh: false);
            if (_started) _running.Add(runner.RunAsync());
        }
        return leaving;
    }

    /// <summary>False: the source has ended, and none of them listens to it.</summary>
    bool JoinAll(SourceRunner runner, PlannedDetector[] fresh)
    {
        foreach (var planned in fresh)
        {
            var detector = NewDetector(planned);
            if (!runner.Join(detector)) return false;
            if (planned.Options.ArmedBy is { } by) decisions.Arm(planned.Name, by, planned.Options.ArmedFor, apart: true); // the other one runs already
            _now = _now.With(detector, runner);
        }
        return true;
    }

    async Task Leave(HostPlan plan)
    {
        var left = new List<HostedDetector>();
        foreach (var (name, (detector, source)) in _now.Detectors)
        {
            if (plan.Detectors.Any(planned => planned.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) continue;
            left.Add(detector);
            _now = _now.Without(name);
            if (source.Leave(detector)) _now = _now.Without(source);
        }
        foreach (var detector in left)
        {
            if (!detector.Follows) await detector.Done.ConfigureAwait(false); // one that is a part of another's pipeline ends with that
            detector.Remove();
            decisions.Forget(detector.Name);
            _log.DetectorRemoved(detector.Name);
        }
    }
}
