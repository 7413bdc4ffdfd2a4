using System.Collections.Concurrent;

namespace SuRnnStream.Cluster;

/// <summary>What this silo runs: its models, and the streams that it owns.</summary>
sealed class SiloStreams : IAsyncDisposable
{
    readonly StreamClusterOptions _options;
    readonly ConcurrentDictionary<string, OwnedStream> _streams = new();
    readonly ConcurrentDictionary<long, OwnedStream> _tickets = new();
    readonly Dictionary<string, ClusterModel> _models = [];

    /// <param name="options">Models, pool and outboxes.</param>
    /// <param name="root">Where relative paths begin.</param>
    /// <exception cref="ArgumentException">A model cannot be used; the message says which and why.</exception>
    public SiloStreams(StreamClusterOptions options, string root)
    {
        _options = options;
        var pool = new PoolOptions { Backlog = options.Backlog, Workers = options.Workers, Overflow = OverflowPolicy.Wait };
        foreach (var (name, path) in options.Models)
        {
            try
            {
                _models.Add(name, new ClusterModel(name, ModelFile.Find(path, root), pool));
            }
            catch (Exception unusable) when (unusable is IOException or ArgumentException or UnauthorizedAccessException)
            {
                throw new ArgumentException($"{StreamClusterOptions.Section}:Models:{name} is '{path}', which cannot be used: {unusable.Message}", unusable);
            }
        }
    }

    public IReadOnlyDictionary<string, ClusterModel> Models => _models;

    public IEnumerable<OwnedStream> All => _streams.Values;

    public int Count => _streams.Count;

    public OwnedStream? Find(long ticket) => _tickets.GetValueOrDefault(ticket);

    /// <summary>Why streams with these settings cannot run here, or null.</summary>
    public string? Problem(StreamSettings settings)
    {
        if (!_models.TryGetValue(settings.Model, out var model)) return $"There is no model '{settings.Model}' here, only {string.Join(", ", _models.Keys)}.";
        if (settings.Format == SampleFormat.Int16 && model.Model.Config.Sensor is not null) return $"The model '{settings.Model}' takes sensors, whose samples are sent as Float32.";
        try
        {
            settings.For(model.Model);
            return null;
        }
        catch (ArgumentException wrong)
        {
            return wrong.Message;
        }
    }

    /// <param name="name">The stream's.</param>
    /// <param name="record">What it goes on from.</param>
    /// <param name="saved">Place up to which the store has it, which is not that of a record that came with its grain.</param>
    /// <exception cref="InvalidDataException">The record is not for this silo's model, or is damaged.</exception>
    /// <exception cref="ArgumentException">Its settings do not fit.</exception>
    public OwnedStream Add(string name, StreamRecord record, long saved)
    {
        if (Problem(record.Settings!) is { } problem) throw new ArgumentException($"Stream {name}: {problem}");
        var model = _models[record.Settings!.Model];
        if (record.State.Length > 0 && record.ModelHash != model.Hash)
            throw new InvalidDataException($"Stream {name} was saved by another model '{model.Name}' ({record.ModelHash}, here it is {model.Hash}): give every silo the same file, or the new model another name.");
        var stream = new OwnedStream(name, model, record, saved, _options.Outbox);
        if (!_streams.TryAdd(name, stream))
        {
            stream.Dispose();
            throw new InvalidOperationException($"Stream {name} is here already.");
        }
        _tickets[stream.Ticket] = stream;
        return stream;
    }

    public void Remove(OwnedStream stream)
    {
        _tickets.TryRemove(stream.Ticket, out _);
        _streams.TryRemove(KeyValuePair.Create(stream.Name, stream));
        stream.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var model in _models.Values) await model.DisposeAsync();
    }
}
