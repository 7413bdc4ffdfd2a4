namespace SuRnnStream.Evaluation;

/// <summary>Means of a Poisson distribution that make a count so rare. Tails are summed from the count outward, where every term is smaller.</summary>
static class PoissonTails
{
    /// <summary>The mean at which <paramref name="count"/> or fewer have this probability.</summary>
    public static double MeanWithLowerTail(int count, double probability)
    {
        double high = count + 10;
        while (Lower(count, high) > probability) high *= 2;
        return Tails.Solve(count, high, mean => Lower(count, mean) - probability);
    }

    /// <summary>The mean at which <paramref name="count"/>, above 0, or more have this probability.</summary>
    public static double MeanWithUpperTail(int count, double probability) => Tails.Solve(0, count, mean => probability - Upper(count, mean));

    static double Lower(int count, double mean) => Term(count, mean) * Tails.Sum(i => (count - i) / mean);

    static double Upper(int count, double mean) => mean == 0 ? 0 : Term(count, mean) * Tails.Sum(i => mean / (count + i + 1));

    static double Term(int count, double mean) => Math.Exp((mean > 0 ? count * Math.Log(mean) : 0) - mean - Tails.LogFactorial(count));
}

/// <summary>Parts of a binomial distribution that make a count so rare.</summary>
static class BinomialTail
{
    /// <summary>The part at which <paramref name="count"/> or fewer of <paramref name="of"/> have this probability.</summary>
    public static double PartWithLowerTail(int count, int of, double probability) =>
        count == of ? 1 : Tails.Solve((double)count / of, 1, part => Lower(count, of, part) - probability);

    /// <summary>Probability of <paramref name="count"/> or fewer, where the part is <paramref name="part"/>; <paramref name="count"/> is less than <paramref name="of"/>.</summary>
    public static double Lower(int count, int of, double part)
    {
        if (part is 0 or 1) return part == 0 ? 1 : 0; // count < of
        var ways = Tails.LogFactorial(of) - Tails.LogFactorial(count) - Tails.LogFactorial(of - count);
        var odds = (1 - part) / part;
        return Math.Exp(ways + count * Math.Log(part) + (of - count) * Math.Log(1 - part)) * Tails.Sum(i => odds * (count - i) / (of - count + i + 1));
    }
}

static class Tails
{
    /// <summary>1 + r(0) + r(0) r(1) + ..., to its last bit; the ratios fall below 1 and to 0.</summary>
    public static double Sum(Func<int, double> ratio)
    {
        var (sum, term) = (1.0, 1.0);
        for (var i = 0; term > 1e-17 * sum; i++) sum += term *= ratio(i);
        return sum;
    }

    /// <summary>Where a falling function is zero, by bisection.</summary>
    public static double Solve(double low, double high, Func<double, double> falling)
    {
        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (falling(middle) > 0) low = middle;
            else high = middle;
        }
        return high;
    }

    /// <summary>ln n!, by Stirling's series where three of its terms are exact.</summary>
    public static double LogFactorial(int n)
    {
        if (n >= 32) return n * Math.Log(n) - n + 0.5 * Math.Log(2 * Math.PI * n) + 1.0 / (12.0 * n) - 1 / (360 * Math.Pow(n, 3)) + 1 / (1260 * Math.Pow(n, 5));
        var sum = 0.0;
        for (var i = 2; i <= n; i++) sum += Math.Log(i);
        return sum;
    }
}
