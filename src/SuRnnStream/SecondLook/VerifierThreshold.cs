namespace SuRnnStream;

/// <summary>A verifier with another threshold.</summary>
sealed class VerifierThreshold(IVerifier verifier, float threshold) : IVerifier
{
    public IReadOnlyList<string> Labels => verifier.Labels;

    public VerifierRule Rule { get; } = (verifier.Rule with { Threshold = threshold }).Validate();

    public VerifierWindow Window => verifier.Window;

    public long Verify(in VerifierCandidate candidate, Span<float> probabilities) => verifier.Verify(candidate, probabilities);
}
