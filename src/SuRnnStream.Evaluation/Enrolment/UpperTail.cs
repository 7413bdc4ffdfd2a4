namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// A generalised Pareto tail fitted to the highest scores of hours of speech (peaks over a threshold: Pickands, Annals of Statistics 3, 1975; by moments: Hosking and Wallis, Technometrics 29, 1987): how often a score above a
/// level comes, also where none was seen. Its shape is between -0.25 and 0: cosines have an end, and a heavier tail than the exponential one would follow a single sound. Half of the shape that is fitted counts: so few scores make
/// tails seem to end sooner than they do, and of normal and exponential scores 0.8 an hour came at the level for 0.5.
/// </summary>
/// <param name="From">Score at which the tail begins.</param>
/// <param name="Scale">Of what scores in it exceed that by, above 0.</param>
/// <param name="Shape">From -0.25 to 0.</param>
/// <param name="Count">Scores in the tail.</param>
/// <param name="Hours">Of speech.</param>
readonly record struct UpperTail(double From, double Scale, double Shape, int Count, double Hours)
{
    const int Resamples = 200;
    const double Doubt = 0.05;
    const double ShapePart = 0.5;

    double[] Excesses { get; init; } = [];

    /// <summary>The tail of some scores, from the highest part on.</summary>
    public static UpperTail Of(IReadOnlyCollection<float> scores, double hours)
    {
        float[] sorted = [.. scores.OrderDescending()];
        var count = Math.Clamp(sorted.Length / 40, Math.Min(20, sorted.Length - 1), 80);
        var from = (double)sorted[count];
        return Of(from, [.. sorted.Take(count).Select(score => score - from)], hours);
    }

    static UpperTail Of(double from, double[] excesses, double hours)
    {
        var mean = Math.Max(1e-3, excesses.Average());
        var variance = Math.Max(1e-6, excesses.Average(excess => (excess - mean) * (excess - mean)));
        var shape = ShapePart * Math.Clamp(0.5 * (1 - mean * mean / variance), -0.5, 0);
        return new UpperTail(from, mean * (1 - shape), shape, excesses.Length, hours) { Excesses = excesses };
    }

    /// <summary>Times an hour that a score reaches this level.</summary>
    public double RateAt(double score)
    {
        var excess = (score - From) / Scale;
        if (Shape > -1e-6) return Count / Hours * Math.Exp(-excess);
        return Count / Hours * Math.Pow(Math.Max(0, 1 + Shape * excess), -1 / Shape);
    }

    /// <summary>Its one-sided 95 % bound, by a bootstrap of what is in the tail; at least that of none in these hours.</summary>
    public double UpperRateAt(double score)
    {
        var (random, rates) = (new Random(1), new double[Resamples]);
        for (var n = 0; n < Resamples; n++)
        {
            var drawn = new double[Count];
            for (var i = 0; i < Count; i++) drawn[i] = Excesses[random.Next(Count)];
            var again = Of(From, drawn, Hours);
            rates[n] = again.RateAt(score);
        }
        return Math.Max(Bounds.OfRate(0, Hours).Upper, rates.Order().ElementAt((int)((1 - Doubt) * Resamples)));
    }

    /// <summary>The score that is reached so often.</summary>
    public double LevelFor(double rate)
    {
        var part = rate * Hours / Count;
        return From + Scale * (Shape > -1e-6 ? -Math.Log(part) : (Math.Pow(part, -Shape) - 1) / Shape);
    }
}
