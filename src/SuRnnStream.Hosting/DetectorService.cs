using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SuRnnStream;

/// <summary>Runs a host's sources, detectors and sinks. What is wrong with the options keeps the host from starting.</summary>
sealed class DetectorService(
    IOptionsMonitor<SuRnnStreamOptions> options, HostPlanner planner, HostedDetectors detectors, SinkPumps sinks, HostSounds sounds, HostArbiter arbiters, AcceptedOptions accepted, StartSettings settings,
    IHostApplicationLifetime? lifetime = null)
    : BackgroundService, IHostedLifecycleService
{
    static readonly TimeSpan ReadersWait = TimeSpan.FromSeconds(1); // for a source that does not come back

    readonly CancellationTokenSource _stop = new();
    bool _prepared, _done;
    IDisposable? _changes;

    /// <summary>Before any other service starts.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong with the options; the message says all of it.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _prepared = true;
        var now = options.CurrentValue;
        var plan = planner.TryMake(now, out var found);
        var faults = new List<string>(found);
        sinks.Start(now.SinkQueue, faults);
        var arbiter = arbiters.Start(faults);
        if (plan is null || faults.Count > 0)
        {
            await arbiters.StopAsync().ConfigureAwait(false);
            await sinks.StopAsync(cancellationToken).ConfigureAwait(false);
            throw new OptionsValidationException(Options.DefaultName, typeof(SuRnnStreamOptions), faults);
        }
        accepted.Current = now;
        settings.Begin(now);
        detectors.Make(plan, _stop.Token, arbiter);
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_prepared) await StartingAsync(cancellationToken).ConfigureAwait(false); // a host that calls IHostedService's methods alone
        _changes = options.OnChange(changed =>
        {
            if (detectors.Change(changed)) settings.Compare(changed);
        });
        detectors.Start();
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = stoppingToken.Register(StopSources);
        await detectors.WhenEndedAsync().ConfigureAwait(false);
        detectors.EndDecisions();
        _done = accepted.Current.StopWhenDone && !_stop.IsCancellationRequested;
        if (_done) lifetime?.StopApplication();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _changes?.Dispose();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        StopSources();
        await detectors.WhenEndedAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // also of those that came after all others had ended
        foreach (var source in detectors.Sources) source.GiveUp();
        detectors.EndDecisions();
        await arbiters.StopAsync().ConfigureAwait(false);
        detectors.EndObservers();
        await Task.WhenAll(sounds.StopAsync(cancellationToken), sinks.StopAsync(cancellationToken)).ConfigureAwait(false);
        if (_done && !IsWhole()) Environment.ExitCode = 1; // who started the process asks nothing else
    }

    void StopSources()
    {
        _stop.Cancel();
        foreach (var source in detectors.Sources) source.Stop();
    }

    /// <summary>Everything was read, by every detector, and every sink has it.</summary>
    bool IsWhole() => sounds.Failures == 0 && detectors.Sources.All(source => source.Source is { Damage: null, State: not SourceState.Failed }) && detectors.Status.All(detector => detector.Failure is null)
        && sinks.All.All(sink => sink.Failures == 0 && sink.Dropped == 0);

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before any service stops: a web server waits for its requests, and those that read detections would never end.</summary>
    async Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken)
    {
        StopSources();
        await Task.WhenAny(detectors.WhenEndedAsync(), Task.Delay(ReadersWait, TimeProvider.System, cancellationToken)).ConfigureAwait(false); // what was read is still told
        detectors.EndDecisions();
        detectors.EndObservers();
    }

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
