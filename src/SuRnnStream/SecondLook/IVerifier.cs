namespace SuRnnStream;

/// <summary>
/// A second look: a larger model that is asked only about what the detector's network proposes, a burst of open switches, and says which label it is.
/// Shared by any number of detectors on any threads. With one in <see cref="DetectorOptions.Verifier"/>, only what it confirms is detected.
/// </summary>
public interface IVerifier
{
    /// <summary>Its labels; those that the detector's model does not have, or has as background, are never detected.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>What it is asked about, and how its probabilities decide together with the detector's own scores.</summary>
    VerifierRule Rule { get; }

    /// <summary>What it has to see of a candidate.</summary>
    VerifierWindow Window { get; }

    /// <summary>Judges a candidate, on the detector's thread.</summary>
    /// <param name="candidate">The sound and the frames around it.</param>
    /// <param name="probabilities">[Labels] written, each in [0, 1].</param>
    /// <returns>Multiply-adds that this took.</returns>
    long Verify(in VerifierCandidate candidate, Span<float> probabilities);

    /// <summary>The same second look, which decides by another threshold.</summary>
    /// <param name="threshold">See <see cref="VerifierRule.Threshold"/>.</param>
    /// <exception cref="ArgumentException">The threshold lies outside (0, 1).</exception>
    IVerifier WithThreshold(float threshold) => new VerifierThreshold(this, threshold);
}
