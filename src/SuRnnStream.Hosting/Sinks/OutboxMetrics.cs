using System.Diagnostics.Metrics;

namespace SuRnnStream;

/// <summary>What the outboxes of all sinks count, in the meter <c>SuRnnStream</c>, by the tag <c>peer</c>.</summary>
sealed class OutboxMetrics(string peer)
{
    static readonly Meter Meter = new("SuRnnStream");
    static readonly UpDownCounter<long> InBox = Meter.CreateUpDownCounter<long>("surnn.outbox.length", "{detection}", "Detections that wait to be sent.");
    static readonly Counter<long> Acknowledged = Meter.CreateCounter<long>("surnn.outbox.sent", "{detection}", "Detections that the other side has acknowledged.");
    static readonly Counter<long> Unwanted = Meter.CreateCounter<long>("surnn.outbox.refused", "{detection}", "Detections that the other side will not have.");
    static readonly Counter<long> GivenUp = Meter.CreateCounter<long>("surnn.outbox.dropped", "{detection}", "Detections given up because too many waited, or at the end.");
    static readonly Counter<long> Again = Meter.CreateCounter<long>("surnn.outbox.retries", "{try}", "Tries to send that failed.");

    readonly KeyValuePair<string, object?> _peer = new("peer", peer);

    public void Waiting(int more) => InBox.Add(more, _peer);
    public void Sent() => Acknowledged.Add(1, _peer);
    public void Refused() => Unwanted.Add(1, _peer);
    public void Dropped(int count) => GivenUp.Add(count, _peer);
    public void Retried() => Again.Add(1, _peer);
}
