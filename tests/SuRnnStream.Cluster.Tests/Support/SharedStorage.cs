using System.Collections.Concurrent;
using Orleans.Serialization;
using Orleans.Storage;
using SuRnnStream.Tests.Support;

namespace SuRnnStream.Cluster.Tests.Support;

/// <summary>A store that outlives every silo, keeps what it is given as bytes, demands the right tag, and fails when it is told to.</summary>
sealed class SharedStorage(Serializer serializer) : IGrainStorage
{
    /// <summary>What the store has, by stream; shared by all silos of one test.</summary>
    public sealed class Disk
    {
        public ConcurrentDictionary<string, (byte[] State, string Tag)> Rows { get; } = new();

        /// <summary>Asked before each write of a stream: "lost" fails before it is written, "late" after, "slow" takes a while, "away" waits for <see cref="Back"/>, null none of these.</summary>
        public Func<string, string?> OnWrite { get; set; } = _ => null;

        /// <summary>Set when the store answers again.</summary>
        public TaskCompletionSource Back { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Writes;
    }

    public static ConcurrentDictionary<string, Disk> Disks { get; } = new();

    public required Disk To { get; init; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = To.Rows.TryGetValue(Key(grainId), out var row);
        grainState.ETag = grainState.RecordExists ? row.Tag : null;
        grainState.State = grainState.RecordExists ? serializer.Deserialize<T>(row.State) : Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Interlocked.Increment(ref To.Writes);
        var fault = To.OnWrite(Key(grainId));
        if (fault == "lost") throw new TimeoutException("The store did not answer (and did not write).");
        if (fault == "slow") await Wait.Really(150, "the silo's own time is real");
        if (fault == "away") await To.Back.Task;
        lock (To)
        {
            RequireTag(grainId, grainState.ETag);
            var tag = Guid.NewGuid().ToString();
            To.Rows[Key(grainId)] = (serializer.SerializeToArray(grainState.State), tag);
            if (fault == "late") throw new TimeoutException("The store did not answer (but wrote).");
            (grainState.ETag, grainState.RecordExists) = (tag, true);
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (To)
        {
            RequireTag(grainId, grainState.ETag);
            To.Rows.TryRemove(Key(grainId), out _);
            (grainState.ETag, grainState.RecordExists, grainState.State) = (null, false, Activator.CreateInstance<T>());
        }
        return Task.CompletedTask;
    }

    void RequireTag(GrainId grainId, string? tag)
    {
        var stored = To.Rows.TryGetValue(Key(grainId), out var row) ? row.Tag : null;
        if (stored != tag) throw new InconsistentStateException($"{grainId}: the tag is {stored ?? "none"}", stored, tag);
    }

    static string Key(GrainId grainId) => grainId.Key.ToString()!;
}
