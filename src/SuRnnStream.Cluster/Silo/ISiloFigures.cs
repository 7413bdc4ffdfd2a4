namespace SuRnnStream.Cluster;

/// <summary>What a silo has done; the host's services have it where <see cref="Microsoft.Extensions.DependencyInjection.StreamClusterServices.AddStreamCluster(Microsoft.Extensions.Hosting.IHostApplicationBuilder, Action{StreamClusterOptions}, Action{Orleans.Hosting.ISiloBuilder})"/> was called.</summary>
public interface ISiloFigures
{
    /// <summary>At this moment. Looks at every stream: for once a second.</summary>
    SiloFigures Now { get; }
}

/// <summary>What a silo has done since it began.</summary>
public sealed record SiloFigures
{
    /// <summary>Its name, as <see cref="StreamStatus.Silo"/> gives it.</summary>
    public required string Silo { get; init; }

    /// <summary>Streams that it owns now.</summary>
    public int Streams { get; init; }

    /// <summary>Samples that its detectors have taken; after a failure elsewhere some of them for a second time.</summary>
    public long SamplesProcessed { get; init; }

    /// <summary>Detections that it made, likewise.</summary>
    public long Detections { get; init; }

    /// <summary>States that the store took.</summary>
    public long Saves { get; init; }

    /// <summary>States that the store did not take.</summary>
    public long SavesFailed { get; init; }

    /// <summary>Bytes of the states that the store took.</summary>
    public long BytesSaved { get; init; }

    /// <summary>Streams that went from here to another silo with their state.</summary>
    public long Migrations { get; init; }

    /// <summary>Streams that another silo had taken while this one still ran them.</summary>
    public long Fenced { get; init; }

    /// <summary>Half of the blocks were processed within this time of their arrival.</summary>
    public TimeSpan MedianLateness { get; init; }

    /// <summary>99 of 100 blocks were.</summary>
    public TimeSpan Percentile99Lateness { get; init; }
}

sealed class LocalFigures(SiloStreams streams, ClusterMetrics metrics, ILocalSiloDetails here) : ISiloFigures
{
    public SiloFigures Now
    {
        get
        {
            var (pools, totals) = (streams.Models.Values.Select(model => model.Pool.Counters).ToArray(), metrics.Totals);
            return new SiloFigures
            {
                Silo = here.SiloAddress.ToParsableString(),
                Streams = streams.Count,
                SamplesProcessed = pools.Sum(pool => pool.Total.SamplesProcessed),
                Detections = pools.Sum(pool => pool.Total.Detections),
                Saves = totals.Saves,
                SavesFailed = totals.Failed,
                BytesSaved = totals.Bytes,
                Migrations = totals.Migrations,
                Fenced = totals.Fenced,
                MedianLateness = pools.Max(pool => pool.MedianLateness),
                Percentile99Lateness = pools.Max(pool => pool.Percentile99Lateness),
            };
        }
    }
}
