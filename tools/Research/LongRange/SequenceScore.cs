namespace SuRnnStream.Research.LongRange;

enum ScoreKind { Accuracy, Mse, Nrmse, BitsPerByte }

/// <summary>A task's metric, gathered over batches: the same for Torch and for the shipped runtime.</summary>
sealed class SequenceScore(ScoreKind kind, int outputs)
{
    double _sum, _targets, _squares; // of what the metric averages; of the targets; of their squares

    /// <summary>Answers scored so far.</summary>
    public long Count { get; private set; }

    /// <summary>The metric over all that was added. NRMSE is the error's root mean square over the targets' standard deviation.</summary>
    public double Value => kind == ScoreKind.Nrmse ? Math.Sqrt(_sum / (_squares - _targets * _targets / Count)) : _sum / Count;

    public static string NameOf(ScoreKind kind) => kind switch
    {
        ScoreKind.Accuracy => "accuracy",
        ScoreKind.Mse => "mse",
        ScoreKind.Nrmse => "nrmse",
        _ => "bits per byte",
    };

    /// <param name="batch">What was asked.</param>
    /// <param name="answers">[T - ScoredFrom, B, Outputs]: logits, or numbers.</param>
    public void Add(SequenceBatch batch, ReadOnlySpan<float> answers)
    {
        if (answers.Length != (batch.Classes?.Length * outputs ?? batch.Targets!.Length))
            throw new ArgumentException($"{answers.Length} outputs do not fit the batch's {batch.Classes?.Length ?? batch.Targets!.Length / outputs} scored steps of {outputs}.");
        if (batch.Classes is { } classes) AddClasses(classes, answers);
        else AddNumbers(batch.Targets, answers);
    }

    void AddClasses(ReadOnlySpan<int> classes, ReadOnlySpan<float> answers)
    {
        for (var i = 0; i < classes.Length; i++)
        {
            if (classes[i] < 0) continue;
            var logits = answers.Slice(i * outputs, outputs);
            _sum += kind == ScoreKind.Accuracy ? (Best(logits) == classes[i] ? 1 : 0) : Bits(logits, classes[i]);
            Count++;
        }
    }

    void AddNumbers(ReadOnlySpan<float> targets, ReadOnlySpan<float> answers)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            var error = (double)answers[i] - targets[i];
            _sum += error * error;
            _targets += targets[i];
            _squares += (double)targets[i] * targets[i];
        }
        Count += targets.Length;
    }

    static int Best(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++) if (logits[i] > logits[best]) best = i;
        return best;
    }

    static double Bits(ReadOnlySpan<float> logits, int right)
    {
        var (most, sum) = (float.NegativeInfinity, 0.0);
        foreach (var logit in logits) most = MathF.Max(most, logit);
        foreach (var logit in logits) sum += Math.Exp(logit - most);
        return Math.Log2(sum) + (most - logits[right]) / Math.Log(2);
    }
}
