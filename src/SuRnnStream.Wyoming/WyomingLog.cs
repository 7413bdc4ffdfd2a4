using Microsoft.Extensions.Logging;

namespace SuRnnStream.Wyoming;

/// <summary>What the server logs. The ids stay as they are.</summary>
static partial class WyomingLog
{
    [LoggerMessage(601, LogLevel.Information, "Wyoming: serving {Words} at {Address}")]
    public static partial void Serving(this ILogger log, string words, string address);

    [LoggerMessage(602, LogLevel.Warning, "Wyoming: {Address} is open to other machines; the protocol has no password and no encryption")]
    public static partial void Open(this ILogger log, string address);

    [LoggerMessage(603, LogLevel.Debug, "Wyoming: {Client} connected")]
    public static partial void Connected(this ILogger log, string client);

    [LoggerMessage(604, LogLevel.Debug, "Wyoming: {Client} left after {Detections} detections")]
    public static partial void Left(this ILogger log, string client, int detections);

    [LoggerMessage(605, LogLevel.Warning, "Wyoming: {Client} is closed: {Problem}")]
    public static partial void Closed(this ILogger log, string client, string problem);

    [LoggerMessage(606, LogLevel.Warning, "Wyoming: {Client} is refused: there are {Most} clients")]
    public static partial void Refused(this ILogger log, string client, int most);

    [LoggerMessage(608, LogLevel.Information, "Wyoming: announced on the local network as {Name}.{Type}.local, port {Port}")]
    public static partial void Announced(this ILogger log, string name, string type, int port);

    [LoggerMessage(609, LogLevel.Warning, "Wyoming: not announced on the local network ({Type}), which Avahi does: {Problem}; tried again from time to time. Clients find the server by its address")]
    public static partial void NotAnnounced(this ILogger log, string type, string problem);

    [LoggerMessage(610, LogLevel.Warning, "Wyoming: announced as {Name}, but {Address} is open to this machine only")]
    public static partial void OnlyHere(this ILogger log, string name, string address);

    [LoggerMessage(607, LogLevel.Error, "Wyoming: {Client} ended by a fault of ours")]
    public static partial void Failed(this ILogger log, Exception error, string client);
}
