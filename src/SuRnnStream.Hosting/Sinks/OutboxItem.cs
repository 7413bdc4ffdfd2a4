namespace SuRnnStream;

/// <summary>A detection on its way.</summary>
/// <param name="Id">The same in every try to send it, and of no other detection: by it a receiver tells a repeat.</param>
/// <param name="Heard">The detection.</param>
public sealed record OutboxItem(Guid Id, HeardDetection Heard);
