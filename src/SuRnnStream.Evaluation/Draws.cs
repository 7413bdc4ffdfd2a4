namespace SuRnnStream.Evaluation;

/// <summary>One draw of a bootstrap: how often each speaker is in it.</summary>
sealed class Draw(IReadOnlyDictionary<string, int>? times)
{
    /// <summary>Every speaker once: what was measured.</summary>
    public static readonly Draw Everyone = new(null);

    /// <summary>How often the speaker was drawn, from 0.</summary>
    public int this[string speaker] => times is null ? 1 : times.GetValueOrDefault(speaker);
}

/// <summary>
/// A bootstrap by speaker (Efron and Tibshirani, An Introduction to the Bootstrap, 1993): speakers are drawn with replacement, each with all that
/// was measured on them, because the answers to one speaker's words depend on each other. Speakers of words, of read speech and of other speech
/// are drawn apart. Two models that are compared get the same draws.
/// </summary>
sealed class Draws
{
    /// <summary>How often is drawn.</summary>
    public const int Count = 2_000;

    const double Doubt = 0.05;

    readonly Draw[] _draws;

    /// <param name="populations">Each the speakers that are drawn from together; a speaker is in one.</param>
    /// <param name="seed">The same seed gives the same draws.</param>
    public Draws(IEnumerable<IReadOnlyCollection<string>> populations, int seed)
    {
        var random = new Random(seed);
        string[][] sorted = [.. populations.Select(speakers => speakers.Order(StringComparer.Ordinal).ToArray())];
        _draws = new Draw[Count];
        for (var i = 0; i < Count; i++)
        {
            var times = new Dictionary<string, int>();
            foreach (var speakers in sorted)
                for (var n = 0; n < speakers.Length; n++)
                {
                    var speaker = speakers[random.Next(speakers.Length)];
                    times[speaker] = times.GetValueOrDefault(speaker) + 1;
                }
            _draws[i] = new Draw(times);
        }
    }

    /// <summary>
    /// Between which values a figure lies in 95 of 100 draws; infinite where it has no value in more than 2.5 of them (a figure that is never reached is
    /// infinite). NaN in a draw, as a rate of no hours, is left out.
    /// </summary>
    public (double Lower, double Upper) Range(Func<Draw, double> figure)
    {
        return Middle(_draws.Select(figure));
    }

    /// <summary>Between which of the values 95 of 100 lie; NaN is left out.</summary>
    internal static (double Lower, double Upper) Middle(IEnumerable<double> drawn)
    {
        double[] values = [.. drawn.Where(value => !double.IsNaN(value)).Order()];
        if (values.Length == 0) return (double.NaN, double.NaN);
        double At(double part) => values[(int)Math.Clamp(Math.Round(part * (values.Length - 1)), 0, values.Length - 1)];
        return (At(Doubt / 2), At(1 - Doubt / 2));
    }
}
