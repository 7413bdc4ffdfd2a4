namespace SuRnnStream.Research.LongRange;

/// <summary>A point of a learning curve.</summary>
/// <param name="Step">Training steps done.</param>
/// <param name="Loss">Mean training loss since the last point, without the rate's part.</param>
/// <param name="Metric">The task's metric on validation sequences.</param>
/// <param name="Open">Open part of the switches there.</param>
/// <param name="Seconds">Of training since the start, over all sessions.</param>
/// <param name="Length">Steps of the sequences trained on, and of the validation sequences; 0: the run's own.</param>
sealed record CurvePoint(long Step, double Loss, double Metric, double Open, double Seconds, int Length = 0);

/// <summary>What the shipped runtime measures on test sequences, one stream on one core.</summary>
/// <param name="Sequences">How many.</param>
/// <param name="Metric">The task's metric.</param>
/// <param name="TorchMetric">Torch's on the same sequences.</param>
/// <param name="LargestDifference">Of an output (a probability, or a regression's number) between both.</param>
/// <param name="OpenRatio">Open part of the switches.</param>
/// <param name="MultiplyAddsPerStep">Done.</param>
/// <param name="MultiplyAddsPerStepDense">With every switch open.</param>
/// <param name="MicrosecondsPerStep">Median over the sequences.</param>
/// <param name="MicrosecondsPerStepDense">Of the same model evaluating every neuron, sequence by sequence in turn.</param>
sealed record RuntimeFigures(int Sequences, double Metric, double TorchMetric, double LargestDifference, double OpenRatio,
    double MultiplyAddsPerStep, double MultiplyAddsPerStepDense, double MicrosecondsPerStep, double MicrosecondsPerStepDense)
{
    /// <summary>Of a net that the runtime cannot run.</summary>
    public static RuntimeFigures None { get; } = new(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}

/// <summary>A finished run.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="MetricName">The task's metric.</param>
/// <param name="Metric">On the whole test set, with the averaged weights after the last step; nothing was chosen on it.</param>
/// <param name="Chance">The metric of an answer that ignores the input.</param>
/// <param name="Paper">The paper's figure, if the task has its size.</param>
/// <param name="OpenRatio">Open part of the switches on the test set.</param>
/// <param name="Seconds">Of training.</param>
/// <param name="Runtime">By the shipped runtime.</param>
/// <param name="Curve">Learning curve.</param>
sealed record LongRangeRun(LongRangeOptions Options, string MetricName, double Metric, double Chance, PaperFigure? Paper, double OpenRatio, double Seconds, RuntimeFigures Runtime, IReadOnlyList<CurvePoint> Curve);

/// <summary>A row of the table: the runs of one kind over their seeds.</summary>
sealed record LongRangeRow
{
    public required string Task { get; init; }
    public required string Cell { get; init; }
    public required string Switch { get; init; }
    public required int Length { get; init; }
    public required int Hidden { get; init; }
    public required int Layers { get; init; }
    public required int Seeds { get; init; }
    public required string Metric { get; init; }
    public required double Mean { get; init; }

    /// <summary>Standard deviation over the seeds (n - 1); 0 for one seed.</summary>
    public required double Spread { get; init; }
    public required double OpenRatio { get; init; }
    public required int TrainSteps { get; init; }
    public required double TrainSeconds { get; init; }
    public required double MultiplyAddsPerStep { get; init; }
    public required double MultiplyAddsPerStepDense { get; init; }
    public required double MicrosecondsPerStep { get; init; }
    public required double MicrosecondsPerStepDense { get; init; }
    public required double Chance { get; init; }
    public required PaperFigure? Paper { get; init; }

    /// <summary>The processor and how many cores of it.</summary>
    public required string Machine { get; init; }

    /// <summary>One row for runs that differ in their seed only, in the order of the switches.</summary>
    public static IReadOnlyList<LongRangeRow> Of(IEnumerable<LongRangeRun> runs)
    {
        var machine = Evaluation.Machine.Here();
        return [.. runs.GroupBy(run => run.Options with { Seed = 0 }).OrderBy(group => group.Key.Task).ThenBy(group => group.Key.Length).ThenBy(group => group.Key.Cell).ThenBy(group => group.Key.Switch).Select(group =>
        {
            var (options, first) = (group.Key, group.First());
            var mean = group.Average(run => run.Metric);
            return new LongRangeRow
            {
                Task = options.Task,
                Cell = options.Cell.ToString().ToLowerInvariant(),
                Switch = options.Switch.ToString().ToLowerInvariant(),
                Length = options.Length,
                Hidden = options.Hidden,
                Layers = options.Layers,
                Seeds = group.Count(),
                Metric = first.MetricName,
                Mean = mean,
                Spread = group.Count() == 1 ? 0 : Math.Sqrt(group.Sum(run => (run.Metric - mean) * (run.Metric - mean)) / (group.Count() - 1)),
                OpenRatio = group.Average(run => run.OpenRatio),
                TrainSteps = options.Steps,
                TrainSeconds = group.Average(run => run.Seconds),
                MultiplyAddsPerStep = group.Average(run => run.Runtime.MultiplyAddsPerStep),
                MultiplyAddsPerStepDense = first.Runtime.MultiplyAddsPerStepDense,
                MicrosecondsPerStep = group.Average(run => run.Runtime.MicrosecondsPerStep),
                MicrosecondsPerStepDense = group.Average(run => run.Runtime.MicrosecondsPerStepDense),
                Chance = first.Chance,
                Paper = first.Paper,
                Machine = $"{machine.Cpu}, {machine.Cores} cores",
            };
        })];
    }
}
