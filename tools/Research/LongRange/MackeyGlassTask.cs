namespace SuRnnStream.Research.LongRange;

/// <summary>
/// The Mackey-Glass series, x' = 0.2 x(t - 17) / (1 + x(t - 17)^10) - 0.1 x, to be predicted 15 steps ahead at every step: the task of the
/// LMU paper (Voelker et al. 2019), 5,000 steps of dt = 1, shown as tanh(x - 1) less its mean. Every sequence has a random history of its
/// own and has run for 1,000 steps before it is shown; the first 100 outputs are the network's warm-up and are not scored. Unlike there,
/// training sequences never repeat.
/// </summary>
sealed class MackeyGlassTask : SequenceTask
{
    public const int WarmUp = 100, Ahead = 15;
    const int Discarded = 1_000, Fine = 10, Delay = 17 * Fine;
    const double Decay = 0.1, Mean = -0.066;

    public override string Name => "mackey-glass";
    public override int Inputs => 1;
    public override int Outputs => 1;
    public override int ScoredFrom => WarmUp;
    public override ScoreKind Scoring => ScoreKind.Nrmse;
    public override double Chance => 1; // the targets' mean
    public override int? Count(Part part) => part == Part.Training ? null : 64;

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        var (from, to) = (0.5 + dice.NextDouble(), 0.5 + dice.NextDouble());
        var series = new double[Discarded + Length + Ahead];
        Solve(t => from + (to - from) * (t + 17) / 17, series);
        for (var t = 0; t < Length + Ahead; t++)
        {
            var value = (float)(Math.Tanh(series[Discarded + t] - 1) - Mean);
            if (t < Length) batch.Values![t * batch.Count + column] = value;
            if (t - Ahead >= WarmUp) batch.Targets![(t - Ahead - WarmUp) * batch.Count + column] = value;
        }
    }

    /// <summary>
    /// x at t = 1, 2, ... after a history over [-17, 0]. The delayed term is known ahead, so a step of 1/10 solves x' = f(t) - 0.1 x exactly,
    /// f taken as a straight line between its ends.
    /// </summary>
    internal static void Solve(Func<double, double> history, Span<double> series)
    {
        const double step = 1.0 / Fine;
        var kept = Math.Exp(-Decay * step);
        var late = (step - (1 - kept) / Decay) / (Decay * step); // weights of f at the end and at the start of a step
        var early = (1 - kept) / Decay - late;
        var delayed = new double[Delay]; // f over the last 17, a ring
        for (var i = 0; i < Delay; i++) delayed[i] = Production(history((i - Delay) * step));
        var (x, at) = (history(0), 0);
        for (var t = 0; t < series.Length; t++)
        {
            for (var i = 0; i < Fine; i++)
            {
                var start = delayed[at];
                delayed[at] = Production(x);
                at = at + 1 == Delay ? 0 : at + 1;
                x = kept * x + early * start + late * delayed[at];
            }
            series[t] = x;
        }
    }

    static double Production(double x)
    {
        var fourth = x * x * x * x;
        return 0.2 * x / (1 + fourth * fourth * x * x);
    }
}
