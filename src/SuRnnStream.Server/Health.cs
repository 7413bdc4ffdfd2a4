using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuRnnStream.Server;

/// <summary>What <c>/healthz</c> says.</summary>
/// <param name="Status">"ok", or "stalled": sound waits, and no frame has been made for a while.</param>
/// <param name="Models">Models that are loaded.</param>
/// <param name="Sessions">Sockets that are open.</param>
/// <param name="MaxSessions">How many may be.</param>
/// <param name="LastFrameAgeSeconds">Time since any session's last frame; null before the first.</param>
/// <param name="SamplesWaiting">Samples of all sessions that wait for a core.</param>
sealed record HealthReport(string Status, IReadOnlyList<string> Models, int Sessions, int MaxSessions, double? LastFrameAgeSeconds, long SamplesWaiting)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static HealthReport Of(ModelShelf models, SessionCount sessions, TimeSpan? lastFrameAge)
    {
        var waiting = models.All.Sum(model => model.SamplesWaiting);
        var status = waiting > 0 && lastFrameAge > Patience ? "stalled" : "ok";
        return new HealthReport(status, [.. models.All.Select(model => model.Info.Name)], sessions.Open, sessions.Most, lastFrameAge?.TotalSeconds, waiting);
    }
}

/// <summary>Counts the sockets that are open.</summary>
sealed class SessionCount(ServerOptions options)
{
    int _open;

    public int Most => options.MaxSessions;
    public int Open => Volatile.Read(ref _open);

    /// <summary>A place for one more socket. False: there is none.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= Most) return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _open);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthReport))]
sealed partial class HealthJson : JsonSerializerContext;
