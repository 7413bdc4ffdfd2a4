using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace SuRnnStream;

/// <summary>Checks options and finds what they name. Says everything that is wrong at once: the place, the value, and what would be right.</summary>
sealed class HostPlanner(
    IServiceProvider services, HostSection section, IEnumerable<ISourceOpener> openers, IEnumerable<AddedSource> added, IEnumerable<VerifierKind> verifiers, ModelCache models, TimeProvider time,
    HostLogger logger, IHostEnvironment? environment = null)
{
    readonly IReadOnlyList<ISourceOpener> _openers = [.. openers];
    readonly ConcurrentDictionary<string, AddedSource> _added = new(added.ToDictionary(source => source.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>From now on code makes the source of this name; null: no longer.</summary>
    public void SetMade(string name, AddedSource? source)
    {
        if (source is not null) _added[name] = source;
        else _added.TryRemove(name, out _);
    }

    /// <summary>The plan, or null where there are <paramref name="faults"/>, a line each.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="faults">What is wrong with it.</param>
    /// <param name="mayBeEmpty">True: there need not be a detector.</param>
    public HostPlan? TryMake(SuRnnStreamOptions options, out IReadOnlyList<string> faults, bool mayBeEmpty = false)
    {
        faults = options.Faults;
        if (faults.Count > 0) return null; // what follows the mistake was not read
        var found = new List<string>();
        CheckNumbers(options, found);
        foreach (var (name, source) in options.Sources) CheckSource(name, source, found);
        if (options.Detectors.Count == 0 && !mayBeEmpty && !options.StartEmpty) found.Add($"{At("Detectors")} is empty: name a model and a source, or call AddDetector; set StartEmpty where code adds them while the host runs.");

        var detectors = new List<PlannedDetector>();
        foreach (var (name, detector) in options.Detectors)
            if (PlanDetector(name, detector, options.Sources, found) is { } planned) detectors.Add(planned);

        var sources = new List<PlannedSource>();
        foreach (var listeners in detectors.GroupBy(detector => detector.Source, StringComparer.OrdinalIgnoreCase))
            if (PlanSource(listeners.Key, options.Sources[listeners.Key], [.. listeners], found) is { } planned) sources.Add(planned);
        faults = found;
        CheckDecisions(options, found);
        return found.Count == 0 ? new HostPlan(sources) { Arbitration = options.Arbitration, Agreement = options.Agreement, ChecksLevel = options.Health.Level } : null;
    }

    /// <summary>A model's file, by name, from the content root, or from the program's folder.</summary>
    /// <exception cref="FileNotFoundException">There is none; the message says where it was looked for.</exception>
    public string FindModel(string nameOrPath) => ModelFile.Find(nameOrPath, ContentRoot);

    string ContentRoot => environment?.ContentRootPath ?? Environment.CurrentDirectory;

    /// <summary>A file's path as the host means it.</summary>
    string FullPath(string path) => Path.GetFullPath(path.Replace('\0', '?'), ContentRoot); // no file is called so, and .NET throws

    /// <summary>The same of a file that may have come with the program.</summary>
    string FindFile(string path) => FullPath(path) is var own && !File.Exists(own) && Path.GetFullPath(path.Replace('\0', '?'), AppContext.BaseDirectory) is var shipped && File.Exists(shipped) ? shipped : own;

    string At(params ReadOnlySpan<string> path) => string.Join(':', [section.Path, .. path]);

    void CheckNumbers(SuRnnStreamOptions options, List<string> faults)
    {
        var health = options.Health;
        Require(options.SinkQueue is >= 1 and <= 1_000_000, At(nameof(options.SinkQueue)), options.SinkQueue, "1 to 1000000", faults);
        Require(health.DegradedAfter > TimeSpan.Zero && health.DegradedAfter <= TimeSpan.FromDays(1), At("Health", nameof(health.DegradedAfter)), health.DegradedAfter, "above zero, to 1 day", faults);
        Require(health.UnhealthyAfter >= health.DegradedAfter && health.UnhealthyAfter <= TimeSpan.FromDays(7), At("Health", nameof(health.UnhealthyAfter)), health.UnhealthyAfter, $"{nameof(health.DegradedAfter)} ({health.DegradedAfter}) to 7 days", faults);
        Require(health.DegradedDropRate is > 0 and <= 1, At("Health", nameof(health.DegradedDropRate)), health.DegradedDropRate, "(0, 1]", faults);
        Require(health.UnhealthyDropRate >= health.DegradedDropRate && health.UnhealthyDropRate <= 1, At("Health", nameof(health.UnhealthyDropRate)), health.UnhealthyDropRate, FormattableString.Invariant($"{nameof(health.DegradedDropRate)} ({health.DegradedDropRate}) to 1"), faults);
    }

    void CheckDecisions(SuRnnStreamOptions options, List<string> faults)
    {
        var (arbitration, agreement) = (options.Arbitration, options.Agreement);
        Require(arbitration.Window is null || arbitration.Window > TimeSpan.Zero && arbitration.Window <= TimeSpan.FromMinutes(1), At("Arbitration", "Window"), arbitration.Window, "above zero and at most 1 min", faults);
        Require(Enum.IsDefined(arbitration.Rule), At("Arbitration", "Rule"), arbitration.Rule, "First, Loudest, Clearest or BestScore", faults);
        if (arbitration.Window is not null && arbitration.Rule is ArbitrationRule.Loudest or ArbitrationRule.Clearest)
            foreach (var (name, detector) in options.Detectors)
                if (!detector.Level) faults.Add($"{At("Arbitration", "Rule")} is {arbitration.Rule}, which goes by the level, but {At("Detectors", name, "Level")} is false: set it to true, or choose First or BestScore.");
        Require(agreement.Window is null || agreement.Window > TimeSpan.Zero, At("Agreement", "Window"), agreement.Window, "above zero", faults);
        Require(agreement.Sources >= 2, At("Agreement", "Sources"), agreement.Sources, "2 and above", faults);
        if (agreement.Window is not null && agreement.Sources > options.Sources.Count) faults.Add($"{At("Agreement", "Sources")} is {agreement.Sources}, but there are {options.Sources.Count} sources: they can never agree; lower it, or add sources.");
        foreach (var (name, detector) in options.Detectors)
        {
            if ((detector.ArmedBy ?? detector.Beside) is not { } by) continue;
            var path = At("Detectors", name, detector.ArmedBy is null ? "Beside" : "ArmedBy");
            if (detector is { ArmedBy: not null, Beside: { } beside })
            {
                faults.Add($"{At("Detectors", name, "Beside")} is '{beside}', but ArmedBy is '{by}': one that is armed runs beside the other anyway; leave Beside out.");
                continue;
            }
            if (!options.Detectors.TryGetValue(by, out var wake)) faults.Add($"{path} is '{by}', but there are {string.Join(", ", options.Detectors.Keys)}: name one of them.");
            else if (by.Equals(name, StringComparison.OrdinalIgnoreCase)) faults.Add($"{path} is '{by}', the detector itself: name another one.");
            else if (!string.Equals(detector.Source ?? wake.Source, wake.Source ?? detector.Source, StringComparison.OrdinalIgnoreCase)) faults.Add($"{path} is '{by}', whose source is '{wake.Source}', but this one's is '{detector.Source}': both must have the same source.");
            else if (detector.Beside is not null && (wake.ArmedBy ?? wake.Beside) is { } first) faults.Add($"{path} is '{by}', which runs in the pipeline of '{first}' itself: name that one.");
            Require(detector.ArmedFor > TimeSpan.Zero, At("Detectors", name, "ArmedFor"), detector.ArmedFor, "above zero", faults);
        }
    }

    void CheckSource(string name, HostedSourceOptions source, List<string> faults)
    {
        Require(source.FirstRetry >= TimeSpan.FromMilliseconds(10) && source.FirstRetry <= TimeSpan.FromHours(1), At("Sources", name, nameof(source.FirstRetry)), source.FirstRetry, "10 ms to 1 h", faults);
        Require(source.LastRetry >= source.FirstRetry && source.LastRetry <= TimeSpan.FromHours(1), At("Sources", name, nameof(source.LastRetry)), source.LastRetry, $"{nameof(source.FirstRetry)} ({source.FirstRetry}) to 1 h", faults);
        Require(source.Channel is null or (>= 0 and < ushort.MaxValue), At("Sources", name, nameof(source.Channel)), source.Channel, "0 to 65534", faults);
        var (address, shown) = (At("Sources", name, nameof(source.Address)), new PeerAddress(source.Address ?? ""));
        RequireName(name, "Sources", faults);
        if (_added.ContainsKey(name))
        {
            if (source.Address is not null) faults.Add($"{address} is '{shown}', but AddSource has made '{name}' too: take another name for one of them.");
        }
        else if (string.IsNullOrEmpty(source.Address)) faults.Add($"{address} is missing: name {Addresses()}.");
        else if (OpenerOf(source.Address) is not { } opener) faults.Add($"{address} is '{shown}', which nothing here opens: {HowToOpen(source.Address)}.");
        else if (opener is ReplayOpener && Replay.Fault(source.Address) is { } unknown) faults.Add($"{address} is '{shown}', but {unknown}");
        else if (opener is ReplayOpener && FullPath(Replay.FileOf(source.Address)) is var recording && !File.Exists(recording)) faults.Add($"{address} is '{shown}', but there is no file {recording}: name one that is there.");
        else if (opener is FileOpener && !File.Exists(FullPath(source.Address))) faults.Add($"{address} is '{shown}', but there is no such file: name one that is there, or {Addresses()}.");
    }

    PlannedDetector? PlanDetector(string name, HostedDetectorOptions detector, IDictionary<string, HostedSourceOptions> sources, List<string> faults)
    {
        var path = At("Detectors", name);
        RequireName(name, "Detectors", faults);
        var source = detector.Source ?? (sources.Count == 1 ? sources.Keys.Single() : null);
        var known = sources.Count == 0 ? "there are no sources yet" : $"there are {string.Join(", ", sources.Keys)}";
        if (source is null) faults.Add($"{path}:Source is missing: {known}.");
        else if (!sources.ContainsKey(source)) faults.Add($"{path}:Source is '{source}', but {known}: name one of them, or add it under {At("Sources")}.");
        Require(Enum.IsDefined(detector.Gap), $"{path}:Gap", detector.Gap, "Reset or Hold", faults);
        Require(detector.Queue is null || detector.Queue >= TimeSpan.FromMilliseconds(20) && detector.Queue <= TimeSpan.FromMinutes(20), $"{path}:Queue", detector.Queue, "20 ms to 20 min", faults);

        CheckSound($"{path}:Sound", detector.Sound, faults);
        if (detector.NearMisses is { } near) faults.AddRange(near.Faults($"{path}:NearMisses"));

        if (string.IsNullOrEmpty(detector.Model))
        {
            faults.Add($"{path}:Model is missing: name a model (wake-words) or a model file (.surnn).");
            return null;
        }
        try
        {
            var file = FindModel(detector.Model);
            var model = models.Get(file);
            if (!OpenVerifier(path, detector, model, faults)) return null;
            var tuned = detector.ToOptions(model);
            _ = new StreamingDetector(model, detector.GetVerifier() is { } verifier ? tuned with { Verifier = verifier } : tuned); // complains of what does not fit
            detector.Decisions()?.Validate(model.Config, tuned);
            if (detector.Sound is not null && model.Config.FrontEnd is null) faults.Add($"{path}:Sound is set, but the model detects events of sensors: remove it.");
            if (detector.NearMisses is not null && model.Config.FrontEnd is null) faults.Add($"{path}:NearMisses is set, but the model detects events of sensors: remove it.");
            return source is null || !sources.ContainsKey(source) ? null : new PlannedDetector(name, source, file, model, detector) { Reference = PlanReference(path, detector, source, model, sources, faults) };
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add($"{path}:Model is '{detector.Model}', but {missing.Message}");
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}:Model is '{detector.Model}': {unusable.Message}");
        }
        catch (ArgumentException wrong)
        {
            faults.Add($"{path}: {wrong.Message}");
        }
        return null;
    }

    void CheckSound(string path, HostedSoundOptions? sound, List<string> faults)
    {
        if (sound is null) return;
        Require(sound.Before >= TimeSpan.Zero && sound.Before <= TimeSpan.FromSeconds(10), $"{path}:Before", sound.Before, "0 to 10 s", faults);
        Require(sound.After >= TimeSpan.Zero && sound.After <= TimeSpan.FromSeconds(60), $"{path}:After", sound.After, "0 to 60 s", faults);
        Require(sound.Keep is >= 1 and <= 1_000_000, $"{path}:Keep", sound.Keep, "1 to 1000000", faults);
        if (sound.Folder is "") faults.Add($"{path}:Folder is empty: name a folder, or leave it out.");
    }

    /// <summary>What the detector's loudspeaker plays; null: it does not ask, or there is a fault.</summary>
    PlannedReference? PlanReference(string path, HostedDetectorOptions detector, string source, SuRnnModel model, IDictionary<string, HostedSourceOptions> sources, List<string> faults)
    {
        if (detector.Reference is not { } name) return null;
        if (!sources.TryGetValue(name, out var options)) faults.Add($"{path}:Reference is '{name}', but there are {string.Join(", ", sources.Keys)}: name one of them, or add it under {At("Sources")}.");
        else if (name.Equals(source, StringComparison.OrdinalIgnoreCase)) faults.Add($"{path}:Reference is '{name}', what the detector itself listens to: name the source of what the loudspeaker plays.");
        else if (_added.TryGetValue(name, out var made)) return new PlannedReference(name, options, () => made.Make(services), options.Live ?? true);
        else if (options.Address is { } address && OpenerOf(address) is { } opener)
        {
            var request = new SourceRequest
            {
                Address = opener is FileOpener ? FullPath(address) : address,
                Folder = FullPath("."),
                SampleRate = model.Config.RequireFrontEnd().SampleRate,
                Channel = options.Channel,
                FirstRetry = options.FirstRetry,
                LastRetry = options.LastRetry,
                OnStatus = status => Tell(name, status),
                Time = time,
            };
            return new PlannedReference(name, options, () => opener.Open(request), options.Live ?? opener is not FileOpener);
        }
        return null;
    }

    bool OpenVerifier(string path, HostedDetectorOptions detector, SuRnnModel model, List<string> faults)
    {
        detector.SetVerifier(null);
        if (string.IsNullOrEmpty(detector.Verifier)) return true;
        if (verifiers.FirstOrDefault(kind => detector.Verifier.EndsWith(kind.Extension, StringComparison.OrdinalIgnoreCase)) is not { } kind)
        {
            faults.Add($"{path}:Verifier is '{detector.Verifier}', which nothing here opens: call AddSecondLook of SuRnnStream.Onnx, or AddVerifierKind.");
            return false;
        }
        try
        {
            var file = FindFile(detector.Verifier);
            var verifier = kind.Get(file);
            model.Config.RequireOwnLook(verifier.Rule, file);
            detector.SetVerifier(verifier);
            return true;
        }
        catch (Exception unusable) when (unusable is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            faults.Add($"{path}:Verifier is '{detector.Verifier}': {unusable.Message}");
            return false;
        }
    }

    PlannedSource? PlanSource(string name, HostedSourceOptions options, IReadOnlyList<PlannedDetector> detectors, List<string> faults)
    {
        var first = detectors[0];
        foreach (var other in detectors.Skip(1))
        {
            if (first.Model.Config.Sensor is null && other.Model.Config.Sensor is null) continue; // sound is resampled for each
            try
            {
                first.Model.Config.RequireSameInput(other.Model.Config);
            }
            catch (ArgumentException different)
            {
                faults.Add($"{At("Detectors", other.Name, "Source")} is '{name}', as that of '{first.Name}', whose model takes something else: {different.Message} Or give each its own source.");
            }
        }
        if (_added.TryGetValue(name, out var made)) return new PlannedSource(name, options, () => made.Make(services), detectors);
        if (options.Address is not { } address || OpenerOf(address) is not { } opener) return null;
        var request = new SourceRequest
        {
            Address = opener is FileOpener ? FullPath(address) : address,
            Folder = FullPath("."),
            SampleRate = detectors.Max(detector => detector.Model.Config.FrontEnd?.SampleRate ?? 0),
            Channel = options.Channel,
            Sensor = MappedSensor(name, options, first.Model.Config.Sensor, faults),
            FirstRetry = options.FirstRetry,
            LastRetry = options.LastRetry,
            OnStatus = status => Tell(name, status),
            Time = time,
        };
        return new PlannedSource(name, options, () => opener.Open(request), detectors) { PlaysTooFast = opener is FileOpener && options.Live == true };
    }

    SensorFrontEndConfig? MappedSensor(string name, HostedSourceOptions options, SensorFrontEndConfig? sensor, List<string> faults)
    {
        if (options.Map is not { } map) return sensor;
        var path = At("Sources", name, nameof(options.Map));
        try
        {
            if (sensor is not null) return SensorMap.Parse(map).Apply(sensor);
            faults.Add($"{path} is '{map}', but the model detects events of sound: only sensors have channels to map; remove it.");
        }
        catch (FormatException wrong)
        {
            faults.Add($"{path} is '{map}': {wrong.Message}.");
        }
        return sensor;
    }

    void Tell(string source, CaptureStatus status)
    {
        if (status.State is CaptureState.Lost or CaptureState.Reopening) logger.Log.SourceWarns(source, PlainText.Clean(status.LastEvent));
        else logger.Log.SourceTells(source, PlainText.Clean(status.LastEvent));
    }

    /// <summary>The one that was added last, as with every service; but the opener of files, which takes any path, comes after all others.</summary>
    ISourceOpener? OpenerOf(string address) => _openers.Reverse().OrderBy(opener => opener is FileOpener).FirstOrDefault(opener => opener.Opens(address));

    /// <summary>What would open an address that nothing opens.</summary>
    string HowToOpen(string address) => address.Split("://") switch
    {
        ["mqtt" or "mqtts" or "serial", ..] => "call AddSensorSources() of the package SuRnnStream.Sensors, after AddSuRnnStream()",
        _ => $"name {Addresses()}, or add what opens it with AddSourceOpener",
    };

    string Addresses() => string.Join(", ", _openers.Select(opener => opener.Addresses));

    /// <summary>A name is how logs, metrics and sinks tell one from the others.</summary>
    void RequireName(string name, string what, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(name)) faults.Add($"{At(what)} has one without a name: give it a name of visible characters.");
        else if (PlainText.Clean(name) != name) faults.Add($"{At(what)} has one whose name is '{PlainText.Cut(name, 100)}': give it a name of visible characters.");
    }

    static void Require<T>(bool holds, string path, T value, string range, List<string> faults)
    {
        if (!holds) faults.Add(OptionCheck.Complaint(path, value, range));
    }
}
