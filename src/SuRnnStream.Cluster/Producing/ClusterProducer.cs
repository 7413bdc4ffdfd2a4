using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SuRnnStream.Cluster;

/// <summary>
/// Feeds streams to a cluster. It sends the samples of many streams in one call to the silo that owns them, keeps them until they are saved, and sends them again
/// when a machine was lost; every detection reaches it once. Streams whose silo changes are regrouped. Safe for any number of threads.
/// </summary>
public sealed class ClusterProducer : IAsyncDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50), LastPause = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(200); // while a silo does not answer one of its streams asks where it is now
    static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(1);     // else the call may be on its way through a silo that is gone: another goes another way
    static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(1);   // twice what an inlet waits at most. A call that was on its way through a silo that died is never answered
    const int ProbesAtATime = 12;

    readonly IGrainFactory _grains;
    readonly ProducerOptions _options;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly ConcurrentDictionary<string, ClusterStream> _streams = new();
    readonly ConcurrentDictionary<string, Silence> _silent = new();     // silos that did not answer
    readonly ConcurrentDictionary<string, (long Since, TimeSpan For)> _pauses = new(); // of streams that could not be opened
    readonly CancellationTokenSource _stop = new();
    readonly Lazy<Task> _run;                                           // from the first stream on: an idle host has no timer that goes off 50 times a second
    int _opening, _calls;

    sealed class Silence
    {
        public int Probes;
        public long LastProbe;
    }

    /// <summary>Sends from the first stream on.</summary>
    /// <param name="grains">The cluster's client, or a silo's own.</param>
    /// <param name="options">Sizes and times.</param>
    /// <param name="time">By default the system's.</param>
    /// <param name="loggers">By default it says nothing.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public ClusterProducer(IGrainFactory grains, ProducerOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        (_grains, _options, _time) = (grains, (options ?? new ProducerOptions()).Validate(), time ?? TimeProvider.System);
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("SuRnnStream.Cluster");
        _run = new Lazy<Task>(() => Task.Run(RunAsync));
    }

    /// <summary>A stream to write to. It is opened when its turn comes; what is written before waits.</summary>
    /// <param name="name">Its name in the cluster: of one producer at a time.</param>
    /// <param name="settings">What detects in it.</param>
    /// <param name="options">How it is fed.</param>
    /// <exception cref="ArgumentException">This producer has a stream of this name, or an option lies outside its range.</exception>
    public ClusterStream Add(string name, StreamSettings settings, ClusterStreamOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(settings);
        var stream = new ClusterStream(name, settings, options ?? new ClusterStreamOptions(), _options.Keep);
        if (!_streams.TryAdd(name, stream)) throw new ArgumentException($"There is a stream '{name}' already.", nameof(name));
        _ = _run.Value;
        return stream;
    }

    /// <summary>Sends nothing more. The cluster keeps the streams; who adds them again goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_run.IsValueCreated) await _run.Value.ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_options.Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false)) Look();
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }

    void Look()
    {
        var groups = new Dictionary<string, List<ClusterStream>>();
        foreach (var stream in _streams.Values)
        {
            if (stream.Busy) continue;
            if (stream.NeedsOpening)
            {
                if (MayOpen(stream)) Begin(stream, OpenAsync);
            }
            else if (stream.HasMore || (!stream.IsDue && stream.WantsNews(_time)))
            {
                if (!groups.TryGetValue(stream.Silo!, out var group)) groups[stream.Silo!] = group = [];
                group.Add(stream);
                stream.Busy = true;
                if (group.Count < _options.StreamsPerCall) continue;
                _ = SendAsync(stream.Silo!, group);
                groups.Remove(stream.Silo!);
            }
            else if (stream.IsDue && !Pauses(stream)) Begin(stream, FinishAsync);
        }
        foreach (var (silo, group) in groups) _ = SendAsync(silo, group);
    }

    static void Begin(ClusterStream stream, Func<ClusterStream, Task> action)
    {
        stream.Busy = true;
        _ = action(stream);
    }

    bool Pauses(ClusterStream stream) => _pauses.TryGetValue(stream.Name, out var pause) && _time.GetElapsedTime(pause.Since) < pause.For;

    /// <summary>Where a silo is silent only a few of its streams ask who has them now: the others' calls would only wait for the same answer.</summary>
    bool MayOpen(ClusterStream stream)
    {
        if (Pauses(stream)) return false;
        if (stream.Silo is { } silo && _silent.TryGetValue(silo, out var silence))
        {
            if (silence.Probes >= ProbesAtATime || _time.GetElapsedTime(silence.LastProbe) < ProbeEvery) return false;
            silence.LastProbe = _time.GetTimestamp();
            Interlocked.Increment(ref silence.Probes);
            return true;
        }
        if (Volatile.Read(ref _opening) >= _options.OpenAtATime) return false;
        Interlocked.Increment(ref _opening);
        return true;
    }

    async Task OpenAsync(ClusterStream stream)
    {
        var probed = stream.Silo is { } asked && _silent.TryGetValue(asked, out var silence) ? silence : null;
        var before = stream.Silo;
        try
        {
            var opening = await _grains.GetGrain<IStreamGrain>(stream.Name).OpenAsync(stream.Settings).WaitAsync(OpensWithin, _time).ConfigureAwait(false);
            if ((opening.Problem ?? WrongRate(stream, opening)) is { } problem)
            {
                _log.NotOpened(stream.Name, problem);
                _streams.TryRemove(stream.Name, out _);
                stream.Fail(new ArgumentException(problem));
                return;
            }
            stream.Opened(opening, _time.GetUtcNow());
            _pauses.TryRemove(stream.Name, out _);
            if (before is not null && probed is not null) Answered(before, opening.Silo);
        }
        catch (Exception problem)
        {
            if (probed is null) Pause(stream, problem);
        }
        finally
        {
            if (probed is not null) Interlocked.Decrement(ref probed.Probes);
            else Interlocked.Decrement(ref _opening);
            stream.Busy = false;
        }
    }

    /// <summary>By the rate go the pieces that are sent, what is kept, and the length of the gap before a live source. An ended stream has none.</summary>
    static string? WrongRate(ClusterStream stream, StreamOpening opening) => opening.Ended || opening.SamplesPerSecond == stream.SamplesPerSecond ? null : FormattableString.Invariant(
        $"Stream {stream.Name} is said to have {stream.SamplesPerSecond} samples a second, but its model '{stream.Settings.Model}' takes {opening.SamplesPerSecond}: set {nameof(ClusterStreamOptions)}.{nameof(ClusterStreamOptions.SamplesPerSecond)} to that.");

    /// <summary>A stream of a silent silo has found its owner.</summary>
    void Answered(string silent, string owner)
    {
        if (!_silent.TryRemove(silent, out _) || owner != silent) return;
        foreach (var stream in _streams.Values) // it was only late: its other streams go on there
            if (stream is { NeedsOpening: true, Busy: false } && stream.Silo == silent) stream.NeedsOpening = false;
    }

    void Pause(ClusterStream stream, Exception problem)
    {
        _log.NotYetOpen(stream.Name, problem.Message);
        _pauses[stream.Name] = (_time.GetTimestamp(), FirstPause + (LastPause - FirstPause) * Random.Shared.NextDouble());
    }

    async Task SendAsync(string silo, List<ClusterStream> group)
    {
        try
        {
            while (group.Count > 0)
            {
                var blocks = new StreamBlock[group.Count];
                for (var i = 0; i < blocks.Length; i++) blocks[i] = group[i].NextBlock((int)(_options.Piece.TotalSeconds * group[i].SamplesPerSecond));
                var inlet = _grains.GetGrain<IInletGrain>(InletPlacement.Key(silo, Interlocked.Increment(ref _calls)));
                var answers = await inlet.PushManyAsync(new Immutable<StreamBlock[]>(blocks)).WaitAsync(AnswersWithin, _time).ConfigureAwait(false);
                var rest = new List<ClusterStream>();
                for (var i = 0; i < answers.Length; i++)
                {
                    if (Take(group[i], blocks[i], answers[i])) rest.Add(group[i]);
                    else group[i].Busy = false;
                }
                group = rest; // a stream that has more to send than fits into one call goes on at once
            }
        }
        catch (Exception problem)
        {
            if (_silent.TryAdd(silo, new Silence())) _log.SiloLost(silo, problem.Message, _streams.Values.Count(stream => stream.Silo == silo));
            foreach (var stream in group) (stream.NeedsOpening, stream.Busy) = (true, false);
        }
    }

    /// <summary>True: there is more to send there at once.</summary>
    bool Take(ClusterStream stream, in StreamBlock block, in BlockAnswer answer)
    {
        if (!answer.Here)
        {
            stream.NeedsOpening = true;
            return false;
        }
        var (lost, before) = (stream.Lost, stream.Processed);
        Deliver(stream, stream.Answered(block, answer, _time.GetTimestamp()), answer.Told);
        if (stream.Lost > lost) _log.Lost(stream.Name, stream.Lost - lost);
        return stream.HasMore && stream.Processed != before && !_stop.IsCancellationRequested;
    }

    void Deliver(ClusterStream stream, List<ClusterDetection> detections, long told)
    {
        if (stream.OnAnswer is { } whole) Guard(() => whole(detections, told));
        else if (stream.OnDetection is { } one) foreach (var detection in detections) Guard(() => one(detection.ToDetection(stream.Name)));
    }

    void Guard(Action theirs)
    {
        try
        {
            theirs();
        }
        catch (Exception problem)
        {
            _log.ConsumerFailed(problem);
        }
    }

    async Task FinishAsync(ClusterStream stream)
    {
        try
        {
            var grain = _grains.GetGrain<IStreamGrain>(stream.Name);
            while (stream.LastStatus is null)
            {
                var end = await grain.FinishAsync(stream.Heard).ConfigureAwait(false);
                Deliver(stream, stream.New(end.Detections), 0);
                if (end.Detections.Length == 0) stream.LastStatus = end.Status;
            }
            await grain.ForgetAsync().ConfigureAwait(false); // also where it was, and the reply was lost
            _streams.TryRemove(stream.Name, out _);
            stream.End(stream.LastStatus);
        }
        catch (Exception problem)
        {
            Pause(stream, problem);
            if (stream.LastStatus is null) stream.NeedsOpening = true; // where it is now may lack samples again
        }
        finally
        {
            stream.Busy = false;
        }
    }
}
