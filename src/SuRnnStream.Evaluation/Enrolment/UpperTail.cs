namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// An exponential tail fitted to the highest scores of hours of speech (peaks over a threshold; Pickands, Annals of Statistics 3, 1975, with shape 0): how often a score above a level comes, also where none was seen.
/// </summary>
/// <param name="From">Score at which the tail begins.</param>
/// <param name="Scale">Mean of what scores in it exceed that by.</param>
/// <param name="Count">Scores in the tail.</param>
/// <param name="Hours">Of speech.</param>
readonly record struct UpperTail(double From, double Scale, int Count, double Hours)
{
    const double OneSided = 1.645; // deviations for 95 %

    /// <summary>The tail of some scores, from the highest twentieth or so.</summary>
    public static UpperTail Of(IReadOnlyCollection<float> scores, double hours)
    {
        float[] sorted = [.. scores.OrderDescending()];
        var count = Math.Clamp(sorted.Length / 20, Math.Min(20, sorted.Length - 1), 60);
        var from = (double)sorted[count];
        return new UpperTail(from, Math.Max(1e-3, sorted.Take(count).Average(score => score - from)), count, hours);
    }

    /// <summary>Times an hour that a score reaches this level.</summary>
    public double RateAt(double score) => Count / Hours * Math.Exp(-(score - From) / Scale);

    /// <summary>Its one-sided 95 % bound: of how many are in the tail, and of its scale.</summary>
    public double UpperRateAt(double score)
    {
        var doubt = 1.0 / Count + Math.Pow((score - From) / Scale, 2) / Count;
        return RateAt(score) * Math.Exp(OneSided * Math.Sqrt(doubt));
    }

    /// <summary>The score that is reached so often.</summary>
    public double LevelFor(double rate) => From + Scale * Math.Log(Count / Hours / rate);
}
