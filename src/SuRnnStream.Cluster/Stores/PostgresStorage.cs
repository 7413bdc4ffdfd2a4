using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using Orleans.Serialization;
using Orleans.Storage;

namespace SuRnnStream.Cluster;

/// <summary>
/// States in PostgreSQL: one table, a row a stream, and a version as the tag. Saves that wait for the database go there together, in one batch and with one commit:
/// what a save costs there is mostly its commit.
/// </summary>
sealed class PostgresStorage : IGrainStorage, IAsyncDisposable
{
    const int Together = 128;

    readonly Postgres _database;
    readonly Serializer _serializer;
    readonly string _cluster;
    readonly Channel<Save> _waiting = Channel.CreateUnbounded<Save>();
    readonly Task _run;

    sealed record Save(string Name, long? Expected, long Version, byte[] State, TaskCompletionSource<bool> Done);

    public PostgresStorage(Postgres database, Serializer serializer, string cluster)
    {
        (_database, _serializer, _cluster) = (database, serializer, cluster);
        _run = Task.Run(RunAsync);
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            await ReadAsync(stateName, grainId, grainState);
        }
        catch (NpgsqlException problem)
        {
            throw Postgres.Told(problem);
        }
    }

    async Task ReadAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var open = await _database.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT version, state FROM surnn_stream WHERE cluster = $1 AND name = $2", open);
        command.Parameters.AddWithValue(_cluster);
        command.Parameters.AddWithValue(NameOf(stateName, grainId));
        await using var row = await command.ExecuteReaderAsync();
        grainState.RecordExists = await row.ReadAsync();
        grainState.ETag = grainState.RecordExists ? $"{row.GetInt64(0)}" : null;
        grainState.State = grainState.RecordExists ? _serializer.Deserialize<T>(row.GetFieldValue<byte[]>(1)) : Activator.CreateInstance<T>();
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var save = new Save(NameOf(stateName, grainId), Expected(grainState.ETag), Random.Shared.NextInt64(), _serializer.SerializeToArray(grainState.State),
            new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_waiting.Writer.TryWrite(save)) throw new ObjectDisposedException(nameof(PostgresStorage));
        if (!await save.Done.Task) throw new InconsistentStateException($"Stream {save.Name} has another version than {grainState.ETag ?? "none"}.");
        (grainState.ETag, grainState.RecordExists) = ($"{save.Version}", true);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            await ClearAsync(stateName, grainId, grainState);
        }
        catch (NpgsqlException problem)
        {
            throw Postgres.Told(problem);
        }
    }

    async Task ClearAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var open = await _database.OpenAsync();
        await using var command = new NpgsqlCommand("DELETE FROM surnn_stream WHERE cluster = $1 AND name = $2 AND version = $3", open);
        command.Parameters.AddWithValue(_cluster);
        command.Parameters.AddWithValue(NameOf(stateName, grainId));
        command.Parameters.AddWithValue(Expected(grainState.ETag) ?? 0);
        if (await command.ExecuteNonQueryAsync() == 0) throw new InconsistentStateException($"Stream {grainId} has another version than {grainState.ETag ?? "none"}.");
        (grainState.ETag, grainState.RecordExists, grainState.State) = (null, false, Activator.CreateInstance<T>());
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _run.ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        var saves = new List<Save>();
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (saves.Count < Together && _waiting.Reader.TryRead(out var next)) saves.Add(next);
            try
            {
                saves.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name)); // rows are locked in one order, whoever writes
                await WriteAsync(saves).ConfigureAwait(false);
            }
            catch (Exception problem) // also where it is not known whether the batch got there
            {
                foreach (var save in saves) save.Done.TrySetException(problem is NpgsqlException ours ? Postgres.Told(ours) : problem);
            }
            saves.Clear();
        }
    }

    async Task WriteAsync(List<Save> saves)
    {
        await using var open = await _database.OpenAsync().ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(open);
        foreach (var save in saves)
        {
            var command = new NpgsqlBatchCommand(save.Expected is null
                ? "INSERT INTO surnn_stream (cluster, name, version, saved, state) VALUES ($1, $2, $3, now(), $4) ON CONFLICT DO NOTHING"
                : "UPDATE surnn_stream SET version = $3, saved = now(), state = $4 WHERE cluster = $1 AND name = $2 AND version = $5");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _cluster });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = save.Name });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = save.Version });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = save.State, NpgsqlDbType = NpgsqlDbType.Bytea });
            if (save.Expected is { } expected) command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = expected });
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
        for (var i = 0; i < saves.Count; i++) saves[i].Done.TrySetResult(batch.BatchCommands[i].RecordsAffected == 1);
    }

    static string NameOf(string stateName, GrainId grainId) => $"{stateName}/{grainId}";

    static long? Expected(string? tag) => tag is null ? null : long.Parse(tag, System.Globalization.CultureInfo.InvariantCulture);
}
