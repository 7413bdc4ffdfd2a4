using System.Globalization;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>What all judgements of enrolments are made on, and how they say it.</summary>
static class EnrolmentSounds
{
    /// <summary>Recordings of noise that nothing was trained on, at <paramref name="rate"/>.</summary>
    public static IReadOnlyList<float[]> Beds(JudgingData sounds, int rate) => [.. sounds.Noise(Purpose.Choosing).Concat(sounds.Noise(Purpose.Reporting)).Select(one => one.Cut(Corpus.Read(one.File, rate)))];

    /// <summary>As many as asked for, spread evenly from first to last.</summary>
    public static IEnumerable<T> Thin<T>(IReadOnlyList<T> all, int count) => count >= all.Count ? all : Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)]);

    /// <summary>The order of recordings of a draw: the first are takes, the rest are judged.</summary>
    public static int[] Drawn(int recordings, int seed, int takes, int draw)
    {
        int[] order = [.. Enumerable.Range(0, recordings)];
        new Random(StretchMaker.HashCode(seed, takes, draw)).Shuffle(order);
        return order;
    }

    /// <summary>Mean and spread of some draws.</summary>
    public static string Text<T>(IReadOnlyCollection<T> points, Func<T, double> of)
    {
        var mean = points.Average(of);
        return string.Create(CultureInfo.InvariantCulture, $"{mean:0.0} +- {Math.Sqrt(points.Average(point => Math.Pow(of(point) - mean, 2))):0.0}");
    }
}
