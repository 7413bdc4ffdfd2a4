using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>
/// The sounds around a host's detections: the last <see cref="Kept"/> are in memory, older ones are let go of, so that a slow sink cannot hold hours of sound. Those whose
/// detector has a folder are written there by one task, when they are complete and their detection has reached the sinks.
/// </summary>
sealed class HostSounds : IDisposable
{
    /// <summary>Sounds that stay in memory, of all detectors together.</summary>
    public const int Kept = 32;

    readonly ILogger _log;
    readonly string _root;
    readonly Lock _lock = new();                                        // guards what follows
    readonly Queue<DetectedSound> _kept = new();
    readonly Dictionary<string, SoundFolder> _folders = new(StringComparer.Ordinal); // by detector
    readonly Dictionary<string, NearMissFolder> _nearMisses = new(StringComparer.Ordinal); // by full path
    readonly TimeProvider _time;
    readonly Channel<(DetectedSound Sound, SoundFolder Folder)> _queue;
    readonly CancellationTokenSource _enough = new();
    Task? _run;
    long _written, _failures;

    public HostSounds(HostLogger logger, IHostEnvironment? environment = null, TimeProvider? time = null)
    {
        (_log, _time, _root) = (logger.Log, time ?? TimeProvider.System, environment?.ContentRootPath ?? Environment.CurrentDirectory);
        _queue = Channel.CreateBounded<(DetectedSound Sound, SoundFolder Folder)>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest }, one => Failed(one.Sound, "too many wait"));
    }

    /// <summary>Files that were written.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Files that could not be written, or not in time.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>The detector's sounds are to be written there.</summary>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public void Add(string detector, HostedSoundOptions options)
    {
        if (options.Folder is not { } folder) return;
        lock (_lock)
        {
            _folders[detector] = _folders.Values.FirstOrDefault(one => one.Name == folder) ?? new SoundFolder(folder, Path.GetFullPath(folder, _root), options.Keep);
            _run ??= Task.Run(RunAsync);
        }
    }

    /// <summary>Where the detector's near misses are to be given.</summary>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public Action<NearMiss> NearMissesOf(HostedNearMissOptions options)
    {
        var path = Path.GetFullPath(options.Folder!, _root);
        lock (_lock)
        {
            if (!_nearMisses.TryGetValue(path, out var folder)) _nearMisses[path] = folder = new NearMissFolder(path, options.ToFolder(), _time);
            return folder.Take;
        }
    }

    /// <summary>A detection with its sound, which has a file's name from now on where there is a folder. Any thread.</summary>
    public HeardDetection Take(in HeardDetection heard, DetectedSound sound)
    {
        lock (_lock)
        {
            if (_folders.TryGetValue(heard.Detector, out var folder)) sound.File = folder.NameFor(heard.Detector, heard.Detection, heard.At);
            _kept.Enqueue(sound);
            if (_kept.Count > Kept) _kept.Dequeue().Release();
        }
        return heard with { Sound = sound };
    }

    /// <summary>A detection has reached the sinks: its sound is written. Never waits; any thread.</summary>
    public void Passed(in HeardDetection heard)
    {
        if (heard.Sound is not { File: not null } sound) return;
        SoundFolder? folder;
        lock (_lock) _folders.TryGetValue(heard.Detector, out folder);
        if (folder is not null && !_queue.Writer.TryWrite((sound, folder))) Failed(sound, "the host has stopped");
    }

    /// <summary>Writes what waits, until <paramref name="enough"/>; the streams have ended.</summary>
    public async Task StopAsync(CancellationToken enough)
    {
        NearMissFolder[] folders;
        lock (_lock) folders = [.. _nearMisses.Values];
        foreach (var near in folders)
        {
            await near.DisposeAsync().AsTask().WaitAsync(enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _log.LogNotWritten(near, near.Failures);
        }
        _queue.Writer.TryComplete();
        if (_run is not { } run) return;
        using (enough.Register(_enough.Cancel)) await run.ConfigureAwait(false);
        while (_queue.Reader.TryRead(out var left)) Failed(left.Sound, "the host has stopped");
    }

    public void Dispose() => _enough.Dispose();

    async Task RunAsync()
    {
        try
        {
            await foreach (var (sound, folder) in _queue.Reader.ReadAllAsync(_enough.Token).ConfigureAwait(false))
            {
                await sound.Completed.WaitAsync(_enough.Token).ConfigureAwait(false);
                Write(sound, folder);
            }
        }
        catch (OperationCanceledException)
        {
            // the host waits no longer
        }
    }

    void Write(DetectedSound sound, SoundFolder folder)
    {
        var samples = sound.Samples;
        if (samples.IsEmpty)
        {
            Failed(sound, "it was let go of, because many came after it");
            return;
        }
        try
        {
            folder.Write(sound.File!, samples.Span, sound.SampleRate);
            Interlocked.Increment(ref _written);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Failed(sound, PlainText.Clean(failed.Message));
        }
    }

    void Failed(DetectedSound sound, string reason)
    {
        Interlocked.Increment(ref _failures);
        _log.SoundNotWritten(PlainText.Clean(sound.File ?? ""), reason);
    }
}
