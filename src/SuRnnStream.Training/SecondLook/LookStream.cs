using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.SecondLook;

/// <summary>What a stream counts for.</summary>
enum LookStreamKind { Words, OtherWords, Read, OtherSpeech, Beginnings }

/// <summary>A stream that the first stage has run over once, with what it proposes; heads and thresholds are then tried on it in no time.</summary>
sealed record LookStream(LookStreamKind Kind, int Speaker, TimeSpan Length, IReadOnlyList<LabelledEvent> Events, IReadOnlyList<LookStream.Candidate> Candidates)
{
    /// <param name="Burst">The burst.</param>
    /// <param name="Vectors">[AllWindows, 96] of the speech embedding; of a second look over frames its answer, [Labels].</param>
    /// <param name="OwnLook">[the model's labels] what the model's own second look says; null: it was not asked.</param>
    /// <param name="OwnVector">Its vector in a word space; null: none was asked.</param>
    public sealed record Candidate(Burst Burst, float[] Vectors, float[]? OwnLook = null, float[]? OwnVector = null);

    /// <summary>What a head says of every candidate: [candidates] of [its labels].</summary>
    public float[][] Told(LookHead head)
    {
        var scratch = new float[head.Scratch];
        return [.. Candidates.Select(candidate =>
        {
            var probabilities = new float[head.Labels.Count];
            head.Evaluate(candidate.Vectors, probabilities, scratch);
            return probabilities;
        })];
    }

    /// <summary>The best label of every candidate with its score, by the head's rule.</summary>
    public IEnumerable<(float Score, string Label, TimeSpan Time)> Answers(LookHead head, IReadOnlyList<string> labels, IReadOnlyList<string> background, int rate) => Answers(Told(head), head, labels, background, rate);

    /// <summary>The same from what the head said before, so that many rules can be tried.</summary>
    public IEnumerable<(float Score, string Label, TimeSpan Time)> Answers(float[][] told, LookHead head, IReadOnlyList<string> labels, IReadOnlyList<string> background, int rate)
    {
        var own = head.Labels.Select(label => labels.ToList().IndexOf(label)).ToArray();
        foreach (var ((burst, _, ownLook, _), probabilities) in Candidates.Zip(told))
        {
            var (best, most) = (-1, 0f);
            for (var i = 0; i < probabilities.Length; i++)
            {
                if (own[i] < 0 || background.Contains(head.Labels[i])) continue;
                var score = MathF.Min(1, head.Rule.Score(ownLook is null ? probabilities[i] : head.Rule.Both(probabilities[i], ownLook[own[i]]), burst.Own[own[i]], burst.Before, burst.After?[own[i]] ?? 0));
                if (best < 0 || score > most) (best, most) = (i, score);
            }
            if (best >= 0) yield return (most, head.Labels[best], new TimeSpan(burst.Known * TimeSpan.TicksPerSecond / rate));
        }
    }
}
