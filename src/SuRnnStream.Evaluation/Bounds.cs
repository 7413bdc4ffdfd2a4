namespace SuRnnStream.Evaluation;

/// <summary>A 95 % confidence interval of a measured proportion or rate. Exact: its coverage is never below 95 %.</summary>
/// <param name="Lower">The lower bound; 0 where there is none.</param>
/// <param name="Upper">The upper bound.</param>
/// <param name="OneSided">True: there is an upper bound only, which has all of the 5 % (two-sided bounds have 2.5 % each).</param>
public readonly record struct Bounds(double Lower, double Upper, bool OneSided = false)
{
    const double Doubt = 0.05;
    static readonly Bounds Unknown = new(double.NaN, double.NaN);

    /// <summary>
    /// Bounds of a rate an hour of events that come independently of each other (Poisson): Garwood, Biometrika 28 (1936). With none seen the
    /// one-sided upper bound -ln(0.05) / hours, which is the rule of three.
    /// </summary>
    /// <param name="count">Events seen, from 0.</param>
    /// <param name="hours">Hours in which they were; without any, the bounds are NaN.</param>
    public static Bounds OfRate(int count, double hours)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(hours > 0)) return Unknown;
        return count == 0
            ? new Bounds(0, -Math.Log(Doubt) / hours, OneSided: true)
            : new Bounds(PoissonTails.MeanWithUpperTail(count, Doubt / 2) / hours, PoissonTails.MeanWithLowerTail(count, Doubt / 2) / hours);
    }

    /// <summary>Bounds of a part of independent cases: Clopper and Pearson, Biometrika 26 (1934).</summary>
    /// <param name="count">Cases seen, 0 to <paramref name="of"/>.</param>
    /// <param name="of">Cases that could have been; without any, the bounds are NaN.</param>
    public static Bounds OfPart(int count, int of)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, of);
        return of == 0 ? Unknown : new Bounds(1 - BinomialTail.PartWithLowerTail(of - count, of, Doubt / 2), BinomialTail.PartWithLowerTail(count, of, Doubt / 2));
    }
}
