namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>What each sound of an enrolment scores when it is left out, as logits.</summary>
/// <param name="Level">Logit of the enrolment's threshold.</param>
/// <param name="Takes">Of each take as it was recorded; null: there is one take only.</param>
/// <param name="Bank">Of the bank's candidates.</param>
/// <param name="Tail">Fitted to those.</param>
/// <param name="Own">Of the candidates in own negatives.</param>
sealed record LeftOutScores(float Level, float[]? Takes, float[] Bank, UpperTail Tail, float[] Own)
{
    static readonly float[] Thresholds = [0.01f, 0.02f, 0.05f, 0.1f, 0.15f, 0.2f, 0.25f, 0.3f, 0.35f, 0.4f, 0.45f, 0.5f, 0.55f, 0.6f, 0.65f, 0.7f, 0.75f, 0.8f, 0.85f, 0.9f, 0.95f, 0.98f, 0.99f];

    public IReadOnlyList<EnrolmentSetting> Settings() => [.. Thresholds.Select(At)];

    EnrolmentSetting At(float threshold)
    {
        var level = threshold == 0.5f ? Level : Level + MathF.Log(threshold / (1 - threshold));
        var accepted = Bank.Count(score => score >= level);
        var inTail = level >= Tail.From; // below it the bank has enough of them to count
        var (rate, most) = inTail ? (Tail.RateAt(level), Tail.UpperRateAt(level)) : (accepted / Tail.Hours, Bounds.OfRate(accepted, Tail.Hours).Upper);
        return new EnrolmentSetting(threshold, Takes?.Count(score => score >= level), rate, most, Own.Count(score => score >= level));
    }
}
