namespace SuRnnStream;

/// <summary>What has become of the detections that a sink was given: <c>Written = Sent + Refused + Dropped + Waiting</c>, always.</summary>
/// <param name="Written">Given to the sink.</param>
/// <param name="Sent">Acknowledged by the other side.</param>
/// <param name="Refused">Answered with a refusal that another try would not change.</param>
/// <param name="Dropped">Given up, the oldest first, because too many waited, or because the sink was closed. The other side may have got some, without saying so.</param>
/// <param name="Waiting">Neither of these yet.</param>
/// <param name="Retries">Tries to send that failed and are made again. After each the other side may get a detection twice.</param>
public readonly record struct OutboxCounters(long Written, long Sent, long Refused, long Dropped, int Waiting, long Retries);
