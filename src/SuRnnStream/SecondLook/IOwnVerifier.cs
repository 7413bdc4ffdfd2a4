namespace SuRnnStream;

/// <summary>A second look that is part of a model: the thresholds of the detector's options decide, not its rule's.</summary>
interface IOwnVerifier : IVerifier;
