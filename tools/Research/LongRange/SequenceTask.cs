namespace SuRnnStream.Research.LongRange;

/// <summary>How long a task is made.</summary>
sealed record LongRangeSetting
{
    /// <summary>The size that papers report; otherwise one that two CPU cores can train on in minutes.</summary>
    public bool Full { get; init; }

    /// <summary>Steps of a sequence in place of the setting's own.</summary>
    public int? Length { get; init; }

    /// <summary>Data tokens of selective copying in place of the setting's own.</summary>
    public int? Copied { get; init; }

    /// <summary>See <see cref="SequenceTask.Window"/>.</summary>
    public int? Window { get; init; }
}

/// <summary>What a paper reports for a task, in the task's metric, and for what exactly.</summary>
sealed record PaperFigure(double Value, string Of);

/// <summary>Which sequences: to learn from, to choose by, to report.</summary>
enum Part { Training, Validation, Test }

/// <summary>
/// A long-range task: sequences in, answers due at some or all of their steps. Every sequence is a function of its part and number (and of
/// the seed, where training never repeats), so any thread may ask for any batch at any time.
/// </summary>
abstract class SequenceTask
{
    sealed record Epoch(int Seed, long Number, int[] Order);

    Epoch? _epoch; // the shuffle used last

    public abstract string Name { get; }

    /// <summary>Of generated test sequences. Drawn again in November 2026: settings had been chosen while looking at those of seed 0. 0 too: the test set is a file's.</summary>
    public virtual int TestSeed => 2811;

    /// <summary>T, the steps of a sequence.</summary>
    public required int Length { get; init; }

    /// <summary>
    /// Memory cut to this many steps, the answer's own included: what comes before the first answer's window is left out of the sequence.
    /// Null: all. Says how much of a figure is about long memory at all (after arXiv 2501.14850).
    /// </summary>
    public int? Window { get; set; }

    /// <summary>Numbers a step; for tokens the size of the vocabulary.</summary>
    public abstract int Inputs { get; }

    /// <summary>Whether inputs are token ids.</summary>
    public virtual bool Tokens => false;

    /// <summary>Classes, or numbers for a regression.</summary>
    public abstract int Outputs { get; }

    /// <summary>The first step whose output is scored; all later ones are, but for classes of -1.</summary>
    public virtual int ScoredFrom => Length - 1;

    public virtual ScoreKind Scoring => ScoreKind.Accuracy;
    public string Metric => SequenceScore.NameOf(Scoring);
    public bool HigherIsBetter => Scoring == ScoreKind.Accuracy;
    public bool Regression => Scoring is ScoreKind.Mse or ScoreKind.Nrmse;

    /// <summary>The metric on the test set of an answer that ignores the input.</summary>
    public abstract double Chance { get; }

    /// <summary>What the suRNN paper reports, if this is its task at its size.</summary>
    public virtual PaperFigure? Paper => null;

    /// <summary>Sequences of a part; null: training that never repeats.</summary>
    public abstract int? Count(Part part);

    /// <summary>Makes sequence n of a part into a column of the batch; dice is this sequence's own.</summary>
    protected abstract void Write(SequenceBatch batch, int column, Part part, int n, Dice dice);

    /// <summary>The batch of a training step, the same whenever asked for; each epoch of a fixed set is shuffled again.</summary>
    public SequenceBatch Training(int seed, long step, int batch)
    {
        var result = NewBatch(batch);
        for (var b = 0; b < batch; b++)
        {
            var n = step * batch + b;
            if (Count(Part.Training) is { } count) Write(result, b, Part.Training, Order(seed, n / count, count)[n % count]);
            else Write(result, b, Part.Training, 0, new Dice(Part.Training, seed, n));
        }
        return Seen(result);
    }

    /// <summary>The fixed set to choose by.</summary>
    public IReadOnlyList<SequenceBatch> Validation(int batch) => All(Part.Validation, batch);

    /// <summary>The fixed held-back set; its last batch may be smaller.</summary>
    public IReadOnlyList<SequenceBatch> Test(int batch) => All(Part.Test, batch);

    public SequenceScore NewScore() => new(Scoring, Outputs);

    SequenceBatch[] All(Part part, int batch) => [.. Some(part, int.MaxValue, batch)];

    /// <summary>
    /// Some sequences of a fixed part, in batches made when they are asked for. Of a file's they are drawn, the same ones in every run, since files come in
    /// some order: reviews by class, MNIST's digits by who wrote them. Generated ones are drawn already: these are the first.
    /// </summary>
    public IEnumerable<SequenceBatch> Some(Part part, int sequences, int batch)
    {
        var numbers = Enumerable.Range(0, Count(part)!.Value).ToArray();
        if (sequences < numbers.Length && TestSeed == 0) new Dice(part, 0, -1).Shuffle(numbers);
        foreach (var some in numbers.Take(sequences).Chunk(batch)) yield return Numbered(part, some);
    }

    SequenceBatch Numbered(Part part, int[] numbers)
    {
        var result = NewBatch(numbers.Length);
        for (var b = 0; b < numbers.Length; b++) Write(result, b, part, numbers[b]);
        return Seen(result);
    }

    void Write(SequenceBatch batch, int column, Part part, int n) => Write(batch, column, part, n, new Dice(part, part == Part.Test ? TestSeed : 0, n));

    SequenceBatch Seen(SequenceBatch batch) => Window is { } window && window + Length - ScoredFrom - 1 is var steps && steps < Length ? batch.Last(steps) : batch;

    int[] Order(int seed, long number, int count)
    {
        if (_epoch is { } last && last.Seed == seed && last.Number == number) return last.Order;
        var order = Enumerable.Range(0, count).ToArray();
        new Dice(Part.Training, seed, -1 - number).Shuffle(order);
        _epoch = new Epoch(seed, number, order);
        return order;
    }

    protected SequenceBatch NewBatch(int count)
    {
        var scored = (Length - ScoredFrom) * count;
        return new SequenceBatch(Length, count,
            Tokens ? null : new float[Length * count * Inputs], Tokens ? new int[Length * count] : null,
            Regression ? null : new int[scored], Regression ? new float[scored * Outputs] : null);
    }
}
