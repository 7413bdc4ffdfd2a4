using static TorchSharp.torch;

namespace SuRnnStream.Training.SecondLook;

/// <summary>How a head is fitted.</summary>
sealed record LookFit
{
    public int Units { get; init; } = 256;
    public int Epochs { get; init; } = 8;
    public int Batch { get; init; } = 256;
    public double LearningRate { get; init; } = 3e-3;
    public double WeightDecay { get; init; } = 1e-5;
    public double InputDropout { get; init; } = 0.1;
    public double HiddenDropout { get; init; } = 0.2;
    public double Smoothing { get; init; } = 0.05;

    /// <summary>Examples of running speech that an epoch draws, for each example of a word or candidate.</summary>
    public double Running { get; init; } = 1.5;

    public int Seed { get; init; } = 1;
}

/// <summary>Fits the hidden layer and the softmax of a head on one thread.</summary>
static class LookTrainer
{
    /// <param name="bank">Embeddings and examples.</param>
    /// <param name="shape">What the head reads.</param>
    /// <param name="labels">What it tells apart.</param>
    /// <param name="rule">Goes into the head as it is.</param>
    /// <param name="fit">Sizes and steps.</param>
    /// <param name="use">Which examples it may learn from.</param>
    /// <param name="say">Told of each epoch: its number from 1 and the mean loss.</param>
    public static LookHead Fit(LookBank bank, LookShape shape, IReadOnlyList<string> labels, VerifierRule rule, LookFit fit, Func<LookBank.Example, bool> use, Action<int, double> say)
    {
        var words = bank.Examples.Where(one => one.Kind != LookBank.Kind.Running && use(one)).ToArray();
        var running = bank.Examples.Where(one => one.Kind == LookBank.Kind.Running && use(one)).ToArray();
        if (words.Length == 0) throw new InvalidDataException("There are no clips to fit a head on.");
        var (mean, scale) = Statistics(bank, shape, words, running);
        set_num_threads(1);
        random.manual_seed(fit.Seed);
        using var scope = NewDisposeScope();
        var (hidden, output) = (nn.Linear(shape.Inputs, fit.Units), nn.Linear(fit.Units, labels.Count));
        var parameters = new[] { hidden.weight!, hidden.bias!, output.weight!, output.bias! };
        var adam = optim.Adam(parameters, fit.LearningRate, weight_decay: fit.WeightDecay);
        var random1 = new Random(fit.Seed);
        var (inputs, targets) = (new float[fit.Batch * shape.Inputs], new long[fit.Batch]);
        var drawn = Math.Min(running.Length, (int)(fit.Running * words.Length));
        var steps = fit.Epochs * ((words.Length + drawn) / fit.Batch);
        for (int epoch = 1, step = 0; epoch <= fit.Epochs; epoch++)
        {
            random1.Shuffle(running);
            var order = words.Concat(running.Take(drawn)).ToArray();
            random1.Shuffle(order);
            var (sum, batches) = (0.0, order.Length / fit.Batch);
            for (var batch = 0; batch < batches; batch++, step++)
            {
                using var batchScope = NewDisposeScope();
                for (var i = 0; i < fit.Batch; i++)
                {
                    var example = order[batch * fit.Batch + i];
                    targets[i] = example.Label;
                    Read(bank, shape, example, random1.Next(shape.Shifts), mean, scale, inputs.AsSpan(i * shape.Inputs, shape.Inputs));
                }
                foreach (var group in adam.ParamGroups) group.LearningRate = fit.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
                var x = nn.functional.dropout(tensor(inputs, [fit.Batch, shape.Inputs]), fit.InputDropout);
                var h = nn.functional.dropout(nn.functional.relu(hidden.call(x)), fit.HiddenDropout);
                var loss = nn.functional.cross_entropy(output.call(h), tensor(targets), label_smoothing: fit.Smoothing);
                adam.zero_grad();
                loss.backward();
                adam.step();
                sum += loss.item<float>();
            }
            say(epoch, sum / Math.Max(1, batches));
        }
        return new LookHead
        {
            Shape = shape,
            Labels = labels,
            Rule = rule,
            Mean = mean,
            Scale = scale,
            Hidden = Values(hidden.weight!),
            HiddenBias = Values(hidden.bias!),
            Output = Values(output.weight!),
            OutputBias = Values(output.bias!),
        };
    }

    static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    static void Read(LookBank bank, LookShape shape, LookBank.Example example, int shift, float[] mean, float[] scale, Span<float> into)
    {
        for (var window = 0; window < shape.Windows; window++)
        {
            var vector = bank.WindowsOf(example, shift + window * shape.Step, 1);
            for (var i = 0; i < vector.Length; i++) into[window * vector.Length + i] = Math.Clamp(((float)vector[i] - mean[i]) * scale[i], -LookHead.Clamp, LookHead.Clamp);
        }
    }

    /// <summary>Mean and one over the standard deviation [Size], over words and as many examples of running speech.</summary>
    static (float[] Mean, float[] Scale) Statistics(LookBank bank, LookShape shape, LookBank.Example[] words, LookBank.Example[] running)
    {
        var (sum, squares, count) = (new double[SpeechEmbedding.Size], new double[SpeechEmbedding.Size], 0);
        var stride = Math.Max(1, running.Length / Math.Max(1, words.Length));
        foreach (var example in words.Concat(running.Where((_, i) => i % stride == 0)))
        {
            var vectors = bank.WindowsOf(example, 0, shape.AllWindows);
            for (var i = 0; i < vectors.Length; i++)
            {
                var x = (double)vectors[i];
                sum[i % SpeechEmbedding.Size] += x;
                squares[i % SpeechEmbedding.Size] += x * x;
            }
            count += shape.AllWindows;
        }
        return ([.. sum.Select(x => (float)(x / count))], [.. sum.Zip(squares, (x, xx) => (float)(1 / Math.Sqrt(Math.Max(1e-6, xx / count - x / count * (x / count)))))]);
    }
}
