namespace SuRnnStream;

/// <summary>The first samples that a stream of a pool has lost.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Dropped">How many samples were dropped: the oldest that waited.</param>
/// <param name="Written">How many samples were written at once.</param>
public sealed record PoolDrop(string Stream, int Dropped, int Written);
