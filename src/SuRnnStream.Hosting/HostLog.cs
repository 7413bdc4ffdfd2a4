using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SuRnnStream;

/// <summary>Where the host's messages go: the category <c>SuRnnStream</c>, nowhere in a host without logging.</summary>
sealed class HostLogger(ILoggerFactory? loggers = null)
{
    public ILogger Log { get; } = (loggers ?? NullLoggerFactory.Instance).CreateLogger("SuRnnStream");
}

/// <summary>What the host says, and the numbers by which it is known. A number is never used for anything else.</summary>
static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "Source {Source} is open: {Rate} Hz, {Channels} channels, {Kind}")]
    public static partial void SourceOpened(this ILogger log, string source, double rate, int channels, string kind);

    [LoggerMessage(2, LogLevel.Warning, "Source {Source} cannot be opened: {Problem} The next try is in {Pause}")]
    public static partial void SourceNotOpened(this ILogger log, string source, string problem, TimeSpan pause);

    [LoggerMessage(3, LogLevel.Warning, "Source {Source} is lost: {Reason} It is opened again in {Pause}")]
    public static partial void SourceLost(this ILogger log, string source, string reason, TimeSpan pause);

    [LoggerMessage(4, LogLevel.Information, "Source {Source} is back: {Seconds} s were lost")]
    public static partial void SourceReturned(this ILogger log, string source, double seconds);

    [LoggerMessage(5, LogLevel.Information, "Source {Source} has ended")]
    public static partial void SourceEnded(this ILogger log, string source);

    [LoggerMessage(6, LogLevel.Error, "Source {Source} cannot be read to its end")]
    public static partial void SourceFailed(this ILogger log, Exception reason, string source);

    [LoggerMessage(7, LogLevel.Warning, "Source {Source} was not closed: {Problem}")]
    public static partial void SourceNotClosed(this ILogger log, string source, string problem);

    [LoggerMessage(8, LogLevel.Warning, "Source {Source} still waits for samples: the host stops without it")]
    public static partial void SourceNotStopped(this ILogger log, string source);

    [LoggerMessage(9, LogLevel.Information, "Source {Source}: {Event}")]
    public static partial void SourceTells(this ILogger log, string source, string @event);

    [LoggerMessage(10, LogLevel.Warning, "Source {Source}: {Event}")]
    public static partial void SourceWarns(this ILogger log, string source, string @event);

    [LoggerMessage(11, LogLevel.Warning, "Source {Source} was not read whole: {Damage}")]
    public static partial void SourceDamaged(this ILogger log, string source, string damage);

    [LoggerMessage(12, LogLevel.Warning, "Source {Source} is a file with Live: true, which is read as fast as it can be: most of it is dropped, and at its end it begins again. Name it replay:{Address} to read it in real time, or leave Live out to lose nothing")]
    public static partial void PlaysTooFast(this ILogger log, string source, string address);

    [LoggerMessage(20, LogLevel.Information, "Detector {Detector} listens to {Source}")]
    public static partial void DetectorStarted(this ILogger log, string detector, string source);

    [LoggerMessage(21, LogLevel.Error, "Detector {Detector} has failed; the others go on")]
    public static partial void DetectorFailed(this ILogger log, Exception reason, string detector);

    [LoggerMessage(22, LogLevel.Information, "Detector {Detector} heard {Label} ({Score}) at {At} of {Source}")]
    public static partial void Heard(this ILogger log, string detector, string label, float score, TimeSpan at, string? source);

    [LoggerMessage(23, LogLevel.Information, "Detector {Detector}: rule in force: {Rule}")]
    public static partial void DecisionInForce(this ILogger log, string detector, string rule);

    [LoggerMessage(24, LogLevel.Debug, "Detector {Detector}: {Label} does not count: {Reason} (instead of it: {Winner})")]
    public static partial void HeldBack(this ILogger log, string detector, string label, string reason, string? winner);

    [LoggerMessage(25, LogLevel.Information, "Detector {Detector} is paused")]
    public static partial void Paused(this ILogger log, string detector);

    [LoggerMessage(26, LogLevel.Information, "Detector {Detector} goes on")]
    public static partial void Resumed(this ILogger log, string detector);

    [LoggerMessage(27, LogLevel.Information, "Detector {Detector} is removed")]
    public static partial void DetectorRemoved(this ILogger log, string detector);

    [LoggerMessage(30, LogLevel.Information, "Detector {Detector} has the model {Model} from the next block on")]
    public static partial void ModelSwapped(this ILogger log, string detector, string model);

    [LoggerMessage(31, LogLevel.Error, "Detector {Detector} keeps its model: {Model} is refused: {Problem}")]
    public static partial void ModelRefused(this ILogger log, string detector, string model, string problem);

    [LoggerMessage(32, LogLevel.Information, "Detector {Detector} has new settings from the next block on")]
    public static partial void Retuned(this ILogger log, string detector);

    [LoggerMessage(33, LogLevel.Error, "The changed options are refused, the old ones stay: {Problem}")]
    public static partial void OptionsRefused(this ILogger log, string problem);

    [LoggerMessage(34, LogLevel.Warning, "{Name} has changed, which takes a restart of the host")]
    public static partial void NeedsRestart(this ILogger log, string name);

    [LoggerMessage(35, LogLevel.Information, "Detector {Detector} keeps the sound from {Before} before each detection to {After} after it: {Where}")]
    public static partial void SoundInForce(this ILogger log, string detector, TimeSpan before, TimeSpan after, string where);

    [LoggerMessage(36, LogLevel.Error, "The sound {File} was not written: {Problem}")]
    public static partial void SoundNotWritten(this ILogger log, string file, string problem);

    [LoggerMessage(37, LogLevel.Information, "Detector {Detector} keeps the sound of what it nearly detects, from a score of {From} on, in {Folder}: people's voices, at most {Keep} of them and {Megabytes} MB, the oldest goes first")]
    public static partial void NearMissesInForce(this ILogger log, string detector, float from, string folder, int keep, int megabytes);

    [LoggerMessage(40, LogLevel.Error, "Sink {Sink} has failed; what it fails to take until it is back is lost to it, and counted")]
    public static partial void SinkFailed(this ILogger log, Exception reason, string sink);

    [LoggerMessage(43, LogLevel.Information, "Sink {Sink} takes detections again; {Detections} were lost to it")]
    public static partial void SinkBack(this ILogger log, string sink, long detections);

    [LoggerMessage(41, LogLevel.Warning, "Sink {Sink} had not taken everything when the host stopped; {Detections} detections were dropped in all")]
    public static partial void SinkNotFlushed(this ILogger log, string sink, long detections);

    [LoggerMessage(44, LogLevel.Warning, "An observer or reader of detections is too slow: the oldest that wait for it are dropped, and counted as surnn.observer.dropped")]
    public static partial void ObserverTooSlow(this ILogger log);

    [LoggerMessage(45, LogLevel.Error, "An observer of detections has failed, and gets no more of them")]
    public static partial void ObserverFailed(this ILogger log, Exception reason);

    [LoggerMessage(42, LogLevel.Error, "Sink {Sink} was not closed")]
    public static partial void SinkNotClosed(this ILogger log, Exception reason, string sink);

    [LoggerMessage(50, LogLevel.Warning, "Stream {Stream} of the pool loses samples for the first time: {Dropped} were dropped at a write of {Written}, because at most {Backlog} s may wait. WriteAsync waits instead; a longer Backlog holds more")]
    public static partial void PoolDrops(this ILogger log, string stream, int dropped, int written, double backlog);

    [LoggerMessage(51, LogLevel.Information, "The pool of {Model} takes streams: {Workers} workers, backlog {Backlog} s")]
    public static partial void PoolStarted(this ILogger log, string model, int workers, double backlog);

    [LoggerMessage(52, LogLevel.Warning, "The pool of {Model} had not processed everything when the host stopped; {Samples} samples were dropped")]
    public static partial void PoolNotDrained(this ILogger log, string model, long samples);
}
