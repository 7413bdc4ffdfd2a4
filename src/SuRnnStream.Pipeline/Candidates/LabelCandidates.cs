namespace SuRnnStream;

/// <summary>What became of a label's candidates in a stream.</summary>
/// <param name="Label">The label.</param>
/// <param name="Counts">How many there were of each outcome, since the stream's start.</param>
/// <param name="Last">The last one: why it was detected or not.</param>
public sealed record LabelCandidates(string Label, CandidateCounts Counts, Candidate Last);
