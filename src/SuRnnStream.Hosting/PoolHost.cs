using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SuRnnStream;

/// <summary>A host's pool: made at the start, counted while it runs, drained at the end.</summary>
sealed class PoolHost(
    string model, Func<PoolOptions, PoolOptions>? options, Func<DetectorOptions, DetectorOptions>? detector, IHostEnvironment? environment, HostLogger logger, TimeProvider time, IMeterFactory? meters)
    : IHostedService, IAsyncDisposable
{
    readonly ILogger _log = logger.Log;
    readonly DropWindow _drops = new(time);
    readonly Lock _lock = new();        // guards what follows
    DetectorPool? _pool;
    PoolMetrics? _metrics;

    /// <summary>True: there is a pool.</summary>
    public bool Started
    {
        get
        {
            lock (_lock) return _pool is not null;
        }
    }

    /// <summary>The pool, made now if need be.</summary>
    /// <exception cref="OptionsValidationException">The model or an option cannot be used.</exception>
    public DetectorPool Pool
    {
        get
        {
            lock (_lock) return _pool ??= Make();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = Pool;
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!Started) return;
        var drained = Pool.StopAsync();
        await Task.WhenAny(drained, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        if (drained.IsCompleted) return;
        var before = Pool.Counters.Total.SamplesDropped;
        await Pool.DisposeAsync().ConfigureAwait(false);
        _log.PoolNotDrained(model, Pool.Counters.Total.SamplesDropped - before);
    }

    /// <summary>The counters now, and what part of the last minute's samples was dropped.</summary>
    public (PoolCounters Counters, double DropRate) Look()
    {
        var counters = Pool.Counters;
        var flow = (counters.Total.SamplesRead, counters.Total.SamplesDropped);
        var rate = _drops.Rate(flow);
        if (_drops.IsDue) _drops.Look(flow);
        return (counters, rate);
    }

    public async ValueTask DisposeAsync()
    {
        _metrics?.Dispose();
        if (Started) await Pool.DisposeAsync().ConfigureAwait(false);
    }

    DetectorPool Make()
    {
        try
        {
            var network = ModelFile.Load(ModelFile.Find(model, environment?.ContentRootPath));
            var pooled = options?.Invoke(new PoolOptions()) ?? new PoolOptions();
            var backlog = pooled.Backlog.TotalSeconds;
            pooled = pooled with { OnFirstDrop = pooled.OnFirstDrop ?? (drop => _log.PoolDrops(PlainText.Clean(drop.Stream), drop.Dropped, drop.Written, backlog)) };
            var pool = new DetectorPool(network, detector?.Invoke(network.Defaults), pooled, time);
            _metrics = new PoolMetrics(pool, time, meters);
            _log.PoolStarted(model, pooled.Workers, pooled.Backlog.TotalSeconds);
            return pool;
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(PoolOptions), [$"AddDetectorPool(\"{model}\"): {wrong.Message}"]);
        }
    }
}
