namespace SuRnnStream.Training.SecondLook;

/// <summary>
/// Chooses a threshold for each label of a model's own second look: a common threshold times a factor of the label. The factors are chosen by one price for all labels, the number of misses that a false alarm is
/// worth, so that no label is favoured; then the common threshold is chosen by the false alarms that are allowed.
/// </summary>
/// <param name="streams">Of words, other words and speech, with what the second look says of each candidate.</param>
/// <param name="config">Of the model.</param>
/// <param name="rule">How both stages decide together.</param>
sealed class LabelThresholds(IReadOnlyList<LookStream> streams, SuRnnConfig config, VerifierRule rule)
{
    const double Price = 1.5, Speech = 3; // misses that a false alarm at a word or another word is worth, and one in speech in proportion to that
    const int Rounds = 2;

    static readonly float[] Steps = [0.7f, 0.8f, 0.9f, 1.1f, 1.2f, 1.3f, 1.45f, 1.6f];

    readonly string[] _labels = [.. config.Labels.Except(config.Background)];

    /// <summary>Counts at a threshold times each label's factor.</summary>
    /// <param name="factor">Of a label.</param>
    public LookJudge Judge(Func<string, float> factor) => Judge(streams, factor);

    /// <summary>The settings with the fewest misses that are allowed, see <see cref="LookJudge.Choose"/>.</summary>
    /// <param name="alarmsAnHour">False alarms an hour of read speech, and five times as many of other speech.</param>
    /// <param name="otherWords">Part of the other words that may fire.</param>
    public (LookPoint Point, Dictionary<string, float> Thresholds) Choose(double alarmsAnHour, double otherWords)
    {
        var factors = Factors(streams, alarmsAnHour, otherWords);
        var point = Judge(label => factors[label]).Choose(alarmsAnHour, otherWords);
        return (point, factors.Where(one => one.Value != 1).ToDictionary(one => one.Key, one => MathF.Round(one.Value * point.Threshold, 3)));
    }

    /// <summary>Judges each half of the streams at the thresholds chosen on the other half: the worth of a choice by labels on sounds that were not used to choose.</summary>
    /// <param name="alarmsAnHour">As of <see cref="Choose"/>.</param>
    /// <param name="otherWords">As of <see cref="Choose"/>.</param>
    public string AcrossHalves(double alarmsAnHour, double otherWords)
    {
        var (missed, wrong, words, fired, others, alarms) = (0, 0, 0, 0, 0, 0);
        for (var half = 0; half < 2; half++)
        {
            LookStream[] choosing = [.. streams.Where((_, i) => i % 2 == half)], judged = [.. streams.Where((_, i) => i % 2 != half)];
            var factors = Factors(choosing, alarmsAnHour, otherWords);
            var point = Judge(judged, label => factors[label]).At(Judge(choosing, label => factors[label]).Choose(alarmsAnHour, otherWords).Threshold);
            (missed, wrong, words) = (missed + point.Missed, wrong + point.Wrong, words + point.Words);
            (fired, others, alarms) = (fired + point.OthersFired, others + point.OtherWords, alarms + point.Read + point.Other);
        }
        return FormattableString.Invariant($"missed {100.0 * missed / Math.Max(1, words):0.0} %, wrong {100.0 * wrong / Math.Max(1, words):0.0} %, other words {100.0 * fired / Math.Max(1, others):0.0} %, {alarms} false alarms in speech");
    }

    Dictionary<string, float> Factors(IReadOnlyList<LookStream> of, double alarmsAnHour, double otherWords)
    {
        var factors = _labels.ToDictionary(label => label, _ => 1f);
        for (var round = 0; round < Rounds; round++)
        {
            var threshold = Judge(of, label => factors[label]).Choose(alarmsAnHour, otherWords).Threshold;
            var best = Cost(threshold);
            foreach (var label in _labels)
            {
                var present = factors[label];
                var chosen = present;
                foreach (var step in Steps)
                {
                    factors[label] = present * step;
                    if (factors[label] is < 0.6f or > 1.7f || Cost(threshold) is var cost && cost >= best) continue;
                    (best, chosen) = (cost, factors[label]);
                }
                factors[label] = chosen;
            }
        }
        return factors;

        double Cost(float threshold)
        {
            var point = Judge(of, label => factors[label]).At(threshold);
            return point.Missed + point.Wrong + Price * (point.OthersFired + Speech * (point.Read + point.Other));
        }
    }

    LookJudge Judge(IReadOnlyList<LookStream> of, Func<string, float> factor)
    {
        float[] factors = [.. config.Labels.Select(label => config.Background.Contains(label) ? 0 : factor(label))];
        return new(of.Select(stream => (stream, stream.Candidates.Select(one => Answer(one, factors)).ToArray())));
    }

    /// <summary>As the detector decides: the label that is furthest above its threshold. The score is the one that the common threshold is held against.</summary>
    (float Score, string Label, TimeSpan Time) Answer(LookStream.Candidate candidate, float[] factors)
    {
        var (best, most) = (0, -1f);
        for (var i = 0; i < factors.Length; i++)
        {
            if (factors[i] == 0) continue;
            var score = MathF.Min(1, rule.Score(candidate.Vectors[i], candidate.Burst.Own[i], candidate.Burst.Before, candidate.Burst.After![i])) / factors[i];
            if (score > most) (best, most) = (i, score);
        }
        return (most, config.Labels[best], config.RequireFrontEnd().StreamTime(candidate.Burst.Known));
    }
}
