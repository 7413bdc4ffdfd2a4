using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Research.LongRange;

/// <summary>
/// How much of a task with one class a sequence shows to whoever sees it whole: a linear classifier, or one with a hidden layer of rectified units. What such
/// a probe answers needs no memory and no tracing, so a generator is only as hard as what is left.
/// </summary>
static class WholeProbe
{
    /// <param name="task">Numbers in, one class a sequence.</param>
    /// <param name="hidden">Units of the hidden layer; 0: linear.</param>
    /// <param name="examples">Training sequences, seen again in every epoch.</param>
    /// <param name="epochs">Passes over them.</param>
    /// <param name="seed">Of start and order.</param>
    /// <param name="stop">Ends early.</param>
    /// <returns>Accuracy on the examples and on the test set.</returns>
    /// <exception cref="ArgumentException">The task is another.</exception>
    public static (double Training, double Test) Accuracy(SequenceTask task, int hidden, int examples, int epochs, int seed, CancellationToken stop)
    {
        if (task.Tokens || task.Regression || task.Length - task.ScoredFrom != 1) throw new ArgumentException($"A probe sees numbers and gives one class a sequence; {task.Name} is another task.");
        random.manual_seed(seed);
        var inputs = task.Length * task.Inputs;
        using var net = hidden == 0 ? nn.Sequential(("only", nn.Linear(inputs, task.Outputs))) : nn.Sequential(("lower", nn.Linear(inputs, hidden)), ("rectified", nn.ReLU()), ("upper", nn.Linear(hidden, task.Outputs)));
        var optimizer = new AdamW(net.parameters(), weightDecay: 0.01, clip: 1, averaging: 0.9);
        const int batch = 64;
        SequenceBatch[] seen = [.. Enumerable.Range(0, examples / batch).Select(step => task.Training(seed, step, batch))];
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var (i, one) in seen.Index())
            {
                stop.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                optimizer.ZeroGradients();
                nn.functional.cross_entropy(net.call(Inputs(one)), tensor(one.Classes!, dtype: ScalarType.Int64)).backward();
                optimizer.Step(3e-3 * 0.5 * (1 + Math.Cos(Math.PI * (epoch + (double)i / seen.Length) / epochs)));
            }
        }
        double Score(IEnumerable<SequenceBatch> batches)
        {
            using var noGradient = no_grad();
            var score = task.NewScore();
            foreach (var one in batches)
            {
                using var scope = NewDisposeScope();
                score.Add(one, net.call(Inputs(one)).contiguous().data<float>().ToArray());
            }
            return score.Value;
        }
        return (Score(seen), Score(task.Some(Part.Test, int.MaxValue, batch)));

        Tensor Inputs(SequenceBatch one) => tensor(one.Values!).view(task.Length, one.Count, task.Inputs).transpose(0, 1).reshape(one.Count, inputs);
    }
}
