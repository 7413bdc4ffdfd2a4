using System.Threading.Channels;

namespace SuRnnStream;

/// <summary>
/// A folder of near misses: a WAV file of each and a JSON file of the same name, for <c>surnn review</c>. It is made for this user alone, as it holds people's voices. One
/// task writes; whoever detects never waits. Give <see cref="Take"/> to <see cref="PipelineOptions.OnNearMiss"/>.
/// </summary>
public sealed class NearMissFolder : IAsyncDisposable
{
    const int MostWaiting = 32; // sounds in memory

    readonly NearMissFolderOptions _options;
    readonly TimeProvider _time;
    readonly Channel<(NearMiss Miss, DateTimeOffset At)> _queue;
    readonly Queue<(string Name, long Bytes)> _files;   // those that wait for review, the oldest first; the writer's only
    readonly HashSet<Task> _growing = [];               // near misses whose sounds are not complete; guarded by itself
    readonly Task _run;
    long _bytes, _written, _deleted, _failures;

    /// <param name="path">The folder, which is made if there is none.</param>
    /// <param name="options">Its quota; by default 500 near misses or 100 MB.</param>
    /// <param name="time">For the files' names.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    /// <exception cref="IOException">The folder cannot be made, read or written.</exception>
    public NearMissFolder(string path, NearMissFolderOptions? options = null, TimeProvider? time = null)
    {
        (Path, _options, _time) = (path, (options ?? new()).Validate(), time ?? TimeProvider.System);
        try
        {
            KeptFiles.MakeFolder(path);
            using (new FileStream(System.IO.Path.Combine(path, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { } // now, not at the first near miss
            _files = new(new DirectoryInfo(path).EnumerateFiles("*.wav").Where(file => KeptFiles.IsOurs(file.Name)).OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (file.Name, file.Length)));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException(denied.Message, denied);
        }
        _bytes = _files.Sum(file => file.Bytes);
        _queue = Channel.CreateBounded<(NearMiss Miss, DateTimeOffset At)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest }, _ => Interlocked.Increment(ref _failures));
        _run = Task.Run(RunAsync);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Near misses that were written.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Of these and of those that were there before, the ones that went because of the quota.</summary>
    public long Deleted => Interlocked.Read(ref _deleted);

    /// <summary>Near misses that could not be written, or came faster than they can be.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Why the last one could not be written; null: all could.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Keeps a near miss, once its sound is complete; one that grows for long holds up no other. Never waits; any thread.</summary>
    public void Take(NearMiss miss)
    {
        var growing = QueueAsync(miss, _time.GetUtcNow());
        if (growing.IsCompleted) return;
        lock (_growing) _growing.Add(growing);
        _ = growing.ContinueWith(Grown, TaskScheduler.Default);
    }

    async Task QueueAsync(NearMiss miss, DateTimeOffset at)
    {
        await miss.Sound.Completed.ConfigureAwait(false);
        if (!_queue.Writer.TryWrite((miss, at))) Interlocked.Increment(ref _failures);
    }

    void Grown(Task growing)
    {
        lock (_growing) _growing.Remove(growing);
    }

    /// <summary>Writes what waits: call it after the streams have ended, which ends their sounds.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] growing;
        lock (_growing) growing = [.. _growing];
        await Task.WhenAll(growing).ConfigureAwait(false);
        _queue.Writer.TryComplete();
        await _run.ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        await foreach (var (miss, at) in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                Write(miss, at);
                Interlocked.Increment(ref _written);
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                LastFailure = failed.Message;
                Interlocked.Increment(ref _failures);
            }
            miss.Sound.Release();
        }
    }

    void Write(NearMiss miss, DateTimeOffset at)
    {
        var samples = miss.Sound.Samples.Span;
        var bytes = WavWriter.HeaderBytes + 2L * samples.Length;
        while (_files.Count > 0 && (_files.Count >= _options.Keep || _bytes + bytes > 1_000_000L * _options.Megabytes)) DeleteOldest();
        var name = NameFor(miss.Candidate, at);
        NearMissNote.Of(miss, at).Write(System.IO.Path.Combine(Path, name + ".json"));
        WavWriter.Write(System.IO.Path.Combine(Path, name + ".wav"), samples, miss.Sound.SampleRate);
        _files.Enqueue((name + ".wav", bytes));
        _bytes += bytes;
    }

    /// <summary>One that was reviewed is elsewhere, and is left alone.</summary>
    void DeleteOldest()
    {
        var (name, bytes) = _files.Dequeue();
        _bytes -= bytes;
        var file = System.IO.Path.Combine(Path, name);
        if (!File.Exists(file)) return;
        File.Delete(file);
        File.Delete(System.IO.Path.ChangeExtension(file, ".json"));
        Interlocked.Increment(ref _deleted);
    }

    string NameFor(in Candidate candidate, DateTimeOffset at)
    {
        var name = $"{KeptFiles.Time(at)}-{Part(candidate.Source ?? "stream")}-{Part(candidate.Label)}";
        var free = name;
        for (var i = 2; File.Exists(System.IO.Path.Combine(Path, free + ".wav")); i++) free = FormattableString.Invariant($"{name}-{i}");
        return free;
    }

    /// <summary>Of a source, which may be a path, its file's name.</summary>
    static string Part(string name) => KeptFiles.Part(System.IO.Path.GetFileName(name) is { Length: > 0 } file ? file : name);
}
