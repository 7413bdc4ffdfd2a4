using SuRnnStream.Training.Net;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuRnnStream.Training.LongRange;

/// <summary>The network of a long-range run: an embedding, if the inputs are tokens, and a selective-update RNN.</summary>
sealed class LongRangeNet : nn.Module
{
    const double Spread = 0.77; // of a harmonic switch's activations at the start: its sines' variance is 1/2, its bias varies by 0.3

    readonly SequenceTask _task;
    readonly LongRangeOptions _options;
    readonly Embedding? _embedding;
    readonly SuRnnNet _net;

    public LongRangeNet(SequenceTask task, LongRangeOptions options) : base(nameof(LongRangeNet))
    {
        (_task, _options) = (task, options);
        if (task.Tokens)
        {
            register_module("embedding", _embedding = nn.Embedding(task.Inputs, options.Embedding));
            using var noGradient = no_grad();
            _embedding.weight!.mul_(1 / Math.Sqrt(options.Embedding) * 2);
        }
        var start = new NetStart
        {
            // A rhythm begins at the wanted rate; a switch that sees the input begins open and must learn when to shut.
            Open = options.Kind == SwitchKind.Harmonic ? -Spread * Quantile(1 - options.Open) : 0.5,
            LongestPeriod = Math.Max(30, task.Length / 2.0),
            Memory = options.Memory,
            RandomRate = options.Open,
            FixedSwitches = options.Switch == LongRangeSwitch.Rhythm,
        };
        register_module("net", _net = new SuRnnNet(options.Config(task, task.Tokens ? options.Embedding : task.Inputs), start)
        {
            Surrogate = new Surrogate(options.Surrogate, (float)options.Slope),
            Probing = options.Probing,
            Plain = options.Device != TrainingDevice.Cpu,
        });
        foreach (var (_, module) in named_modules()) // those of Torch begin on the CPU; all others where the default device is
            if (module.GetType().Namespace == typeof(Linear).Namespace) module.to(TrainingDevice.Of(options.Device));
    }

    /// <summary>What the recurrent part sees of a batch: [B, T, D].</summary>
    Tensor Inputs(SequenceBatch batch) => _embedding is null
        ? tensor(batch.Values!).view(batch.Steps, batch.Count, _task.Inputs).transpose(0, 1)
        : _embedding.call(tensor(batch.Tokens!, dtype: ScalarType.Int64).view(batch.Steps, batch.Count)).transpose(0, 1);

    /// <param name="batch">Sequences.</param>
    /// <param name="randomOffset">Steps that a random switch has made before.</param>
    /// <returns>Outputs [T - ScoredFrom, B, Outputs] and the mean of all gates.</returns>
    public (Tensor Outputs, Tensor Rate) Forward(SequenceBatch batch, long randomOffset = 0)
    {
        _net.RandomOffset = randomOffset;
        _net.Keep = batch.Scored(_task.Outputs);
        var output = _net.Forward(Inputs(batch));
        return (output.Logits, _options.Kind == SwitchKind.None ? ones(1) : stack(output.Gates.Select(gates => gates.mean())).mean());
    }

    /// <summary>The model for the runtime. Tokens come to it as one-hot frames: every use of the inputs is linear, so the embedding is folded in.</summary>
    public SuRnnModel Export()
    {
        var weights = _net.Export();
        var narrow = _options.Config(_task, _embedding is null ? _task.Inputs : _options.Embedding);
        if (_embedding is null) return new SuRnnModel(narrow, weights);
        var config = _options.Config(_task, _task.Inputs);
        var vectors = _embedding.weight!.cpu().data<float>().ToArray(); // [vocabulary, E]
        var tensors = SuRnnWeights.Shapes(narrow).ToDictionary(tensor => tensor.Name, tensor => weights[tensor.Name].ToArray());
        foreach (var name in new[] { narrow.BlockWidth > 0 ? "blocks.weight" : "layer.0.input", "salience.weight" })
            if (tensors.TryGetValue(name, out var columns)) tensors[name] = Widened(columns, vectors);
        return new SuRnnModel(config, new SuRnnWeights(config, tensors));
    }

    /// <summary>[n, E] times the embedding's [vocabulary, E] turned round: [n, vocabulary].</summary>
    float[] Widened(float[] columns, float[] vectors)
    {
        var (size, vocabulary) = (_options.Embedding, _task.Inputs);
        var wide = new float[columns.Length / size * vocabulary];
        for (var i = 0; i < columns.Length / size; i++)
            for (var token = 0; token < vocabulary; token++)
            {
                var sum = 0.0;
                for (var k = 0; k < size; k++) sum += (double)columns[i * size + k] * vectors[token * size + k];
                wide[i * vocabulary + token] = (float)sum;
            }
        return wide;
    }

    /// <summary>Of the normal distribution, by the logistic distribution of nearest shape: good to a few hundredths.</summary>
    static double Quantile(double p) => Math.Log(p / (1 - p)) / 1.702;
}
