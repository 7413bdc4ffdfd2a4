using Microsoft.Extensions.Logging;

namespace SuRnnStream.Cluster;

/// <summary>What a silo and a producer say, and the numbers by which it is known. A number is never used for anything else.</summary>
static partial class ClusterLog
{
    [LoggerMessage(101, LogLevel.Warning, "Stream {Stream} could not be saved, which is tried again: {Problem}")]
    public static partial void NotSaved(this ILogger log, string stream, string problem);

    [LoggerMessage(102, LogLevel.Error, "Stream {Stream} belongs to another silo now: what this one still made of it is not saved")]
    public static partial void Fenced(this ILogger log, string stream);

    [LoggerMessage(103, LogLevel.Warning, "Stream {Stream} came from a processor that adds floats in another order ({There}, here {Here}): its detections may differ in the last bits. Models with int8 weights have no such differences")]
    public static partial void Inexact(this ILogger log, string stream, string there, string here);

    [LoggerMessage(104, LogLevel.Error, "Stream {Stream} cannot be taken up")]
    public static partial void NotTakenUp(this ILogger log, Exception problem, string stream);

    [LoggerMessage(110, LogLevel.Error, "Stream {Stream} cannot be opened: {Problem}")]
    public static partial void NotOpened(this ILogger log, string stream, string problem);

    [LoggerMessage(111, LogLevel.Warning, "Silo {Silo} does not answer: {Problem} Its {Streams} streams look for another")]
    public static partial void SiloLost(this ILogger log, string silo, string problem, int streams);

    [LoggerMessage(112, LogLevel.Warning, "Stream {Stream} had nothing any more of {Samples} samples that the cluster needed again, or was written to faster than the cluster takes: they are lost")]
    public static partial void Lost(this ILogger log, string stream, long samples);

    [LoggerMessage(114, LogLevel.Warning, "Stream {Stream} is not open yet, which is tried again: {Problem}")]
    public static partial void NotYetOpen(this ILogger log, string stream, string problem);

    [LoggerMessage(113, LogLevel.Error, "A consumer of detections failed")]
    public static partial void ConsumerFailed(this ILogger log, Exception problem);
}
