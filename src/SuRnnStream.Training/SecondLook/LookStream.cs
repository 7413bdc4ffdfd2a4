using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.SecondLook;

/// <summary>What a stream counts for.</summary>
enum LookStreamKind { Words, OtherWords, Read, OtherSpeech, Beginnings }

/// <summary>A stream that the first stage has run over once, with what it proposes; heads and thresholds are then tried on it in no time.</summary>
sealed record LookStream(LookStreamKind Kind, int Speaker, TimeSpan Length, IReadOnlyList<LabelledEvent> Events, IReadOnlyList<LookStream.Candidate> Candidates)
{
    /// <param name="Burst">The burst.</param>
    /// <param name="Vectors">[AllWindows, 96] of the speech embedding; of a second look over frames its answer, [Labels].</param>
    public sealed record Candidate(Burst Burst, float[] Vectors);

    /// <summary>The best label of every candidate with its score, by the head's rule.</summary>
    public IEnumerable<(float Score, string Label, TimeSpan Time)> Answers(LookHead head, IReadOnlyList<string> labels, IReadOnlyList<string> background, int rate)
    {
        var own = head.Labels.Select(label => labels.ToList().IndexOf(label)).ToArray();
        var (probabilities, scratch) = (new float[head.Labels.Count], new float[head.Scratch]);
        foreach (var (burst, vectors) in Candidates)
        {
            head.Evaluate(vectors, probabilities, scratch);
            var (best, most) = (-1, 0f);
            for (var i = 0; i < probabilities.Length; i++)
            {
                if (own[i] < 0 || background.Contains(head.Labels[i])) continue;
                var score = MathF.Min(1, head.Rule.Score(probabilities[i], burst.Own[own[i]], burst.Before, burst.After?[own[i]] ?? 0));
                if (best < 0 || score > most) (best, most) = (i, score);
            }
            if (best >= 0) yield return (most, head.Labels[best], new TimeSpan(burst.Known * TimeSpan.TicksPerSecond / rate));
        }
    }
}
