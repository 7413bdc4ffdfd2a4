namespace SuRnnStream;

/// <summary>A stream of a <see cref="DetectorPool"/> between two of its turns: state, place and counts belong together.</summary>
/// <param name="State">For <see cref="PooledStreamOptions.State"/> or <see cref="StreamingDetector.Restore"/>.</param>
/// <param name="Position">Place in the stream of the next sample to be processed.</param>
/// <param name="SamplesProcessed">Samples processed since the stream was added: those up to <paramref name="Position"/> that were not lost.</param>
/// <param name="Detections">Detections delivered since the stream was added: all that the samples up to <paramref name="Position"/> brought.</param>
public sealed record StreamSnapshot(byte[] State, long Position, long SamplesProcessed, long Detections);
