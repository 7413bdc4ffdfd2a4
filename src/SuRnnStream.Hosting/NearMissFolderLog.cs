using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>What a program that keeps near misses says in its log.</summary>
public static partial class NearMissFolderLog
{
    /// <summary>Logs an error, event 38: how many near misses were not written, and why the last one was not. Logs nothing if all were.</summary>
    /// <param name="log">Takes the line.</param>
    /// <param name="folder">Where they were to be written.</param>
    /// <param name="count">Of its <see cref="NearMissFolder.Failures"/>, those that the log has not told of.</param>
    public static void LogNotWritten(this ILogger log, NearMissFolder folder, long count)
    {
        if (count > 0) NotWritten(log, PlainText.Clean(folder.Path), count, PlainText.Clean(folder.LastFailure ?? "they came too fast, or nobody waited for them at the end"));
    }

    [LoggerMessage(38, LogLevel.Error, "In {Folder}, {Count} near misses were not written: {Problem}", EventName = "NearMissesNotWritten")]
    static partial void NotWritten(ILogger log, string folder, long count, string problem);
}
