namespace SuRnnStream;

/// <summary>What a score of a saved state may be.</summary>
static class SavedScore
{
    const float Most = 1.001f; // a sum of rounded probabilities

    /// <summary>True: a score can have this value. NaN is none.</summary>
    public static bool IsPossible(float score) => score is >= 0 and <= Most;
}
