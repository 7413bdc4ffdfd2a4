using SuRnnStream.Tests.Support;

namespace SuRnnStream.AotSmoke;

/// <summary>Scores to events, with the short cut for calm frames and without it, at numbers of labels that leave every remainder of a vector.</summary>
static class GateCheck
{
    public static Digest Run()
    {
        var digest = new Digest();
        for (var labels = 2; labels <= 13; labels++)
        {
            string[] names = [.. Enumerable.Range(0, labels).Select(i => $"label {i}")];
            var config = TinyModels.Config() with { Labels = names, Background = [names[0]] };
            EventGate gate = new(TinyModels.Eager, config), looking = new(TinyModels.Eager, config) { AlwaysLook = true };
            var (random, scores, loud) = (new Random(labels), new float[labels], 0);
            for (var frame = 0; frame < 2_000; frame++)
            {
                if (frame % 10 == 0) loud = random.Next(2 * labels); // often nobody
                for (var i = 0; i < labels; i++) scores[i] = random.NextSingle() * (i == loud ? 0.9f : 0.2f);
                var due = gate.TryAdvance(scores, 0, out var detection);
                if (due != looking.TryAdvance(scores, 0, out var other) || detection != other) throw new DeviationException($"{labels} labels, frame {frame}: the short cut for calm frames changes what is detected");
                if (!due) continue;
                digest.Add(Array.IndexOf(names, detection.Label));
                digest.Add(detection.Score);
                digest.Add(detection.Time.Ticks);
                digest.Add(detection.Start.Ticks);
                digest.Add(detection.End.Ticks);
            }
        }
        return digest;
    }
}
