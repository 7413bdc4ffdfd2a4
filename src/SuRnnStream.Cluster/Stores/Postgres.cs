using System.Diagnostics;
using Npgsql;

namespace SuRnnStream.Cluster;

/// <summary>The cluster's database: connections, and the tables, which are made when the first one needs them.</summary>
sealed class Postgres(string connection) : IAsyncDisposable
{
    // Every silo makes them when it starts, and two at a time must not; the number is only ours.
    const string Tables = """
        SELECT pg_advisory_xact_lock(7305187003);
        CREATE TABLE IF NOT EXISTS surnn_stream (
            cluster text NOT NULL, name text NOT NULL, version bigint NOT NULL, saved timestamptz NOT NULL, state bytea NOT NULL,
            PRIMARY KEY (cluster, name)) WITH (fillfactor = 50);
        CREATE TABLE IF NOT EXISTS surnn_silo (
            cluster text NOT NULL, silo text NOT NULL, etag bigint NOT NULL, status int NOT NULL, alive timestamptz NOT NULL, entry text NOT NULL,
            PRIMARY KEY (cluster, silo));
        CREATE TABLE IF NOT EXISTS surnn_membership (
            cluster text PRIMARY KEY, version int NOT NULL, etag bigint NOT NULL);
        """;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromMilliseconds(500); // of a silo that starts

    readonly SemaphoreSlim _making = new(1);
    volatile bool _made;

    public NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(Frugal(connection));

    /// <summary>As <see cref="OpenAsync"/>, of a silo that starts: the server may start with it, or be slow to answer, and is tried for a minute.</summary>
    public async ValueTask<NpgsqlConnection> ComeAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await OpenAsync().ConfigureAwait(false);
            }
            catch (NpgsqlException away) when (away.IsTransient && Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A connection to a database that has the tables.</summary>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation = default)
    {
        var open = await Source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        if (_made) return open;
        await _making.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_made)
            {
                await using var work = await open.BeginTransactionAsync(cancellation).ConfigureAwait(false);
                await using var make = new NpgsqlCommand(Tables, open, work);
                await make.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
                await work.CommitAsync(cancellation).ConfigureAwait(false);
                _made = true;
            }
            return open;
        }
        catch
        {
            await open.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>A server takes 100 connections by default: a few silos with a hundred each, as Npgsql would have them, are too many.</summary>
    static string Frugal(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if (!settings.ContainsKey("Maximum Pool Size")) settings.MaxPoolSize = 12;
        return settings.ConnectionString;
    }

    /// <summary>Orleans can carry such an exception to a client, Npgsql's own it cannot.</summary>
    public static InvalidOperationException Told(NpgsqlException problem) => new($"PostgreSQL: {problem.Message}");

    public async ValueTask DisposeAsync() => await Source.DisposeAsync().ConfigureAwait(false);
}
