namespace SuRnnStream;

/// <summary>A detection that waits to be sent.</summary>
/// <param name="Id">Unique to the detection and the same in every attempt, so that a receiver recognizes repeats.</param>
/// <param name="Heard">The detection.</param>
public sealed record OutboxItem(Guid Id, HeardDetection Heard);
