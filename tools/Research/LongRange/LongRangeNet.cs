using SuRnnStream.Training.Net;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuRnnStream.Research.LongRange;

/// <summary>The network of a long-range run: an embedding, if the inputs are tokens, and a selective-update RNN.</summary>
sealed class LongRangeNet : nn.Module
{
    const int S4Width = 64;
    const double Spread = 0.77; // of a harmonic switch's activations at the start: its sines' variance is 1/2, its bias varies by 0.3

    readonly SequenceTask _task;
    readonly LongRangeOptions _options;
    readonly Embedding? _embedding;
    readonly SpacedStem? _stem;
    readonly Linear? _entry;
    readonly DiagonalS4[] _s4;
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
        var inputs = task.Tokens ? options.Embedding : task.Inputs;
        if (options.Stem.Length > 0)
        {
            if (task.Tokens || options.Kind is SwitchKind.Event or SwitchKind.Both)
                throw new ArgumentException($"A stem with learnable spacing is for tasks of numbers and switches that see time only (none, random, rhythm, harmonic), not for {task.Name} with {options.Switch.ToString().ToLowerInvariant()}.");
            register_module("stem", _stem = new SpacedStem(inputs, StemShape.Parse(options.Stem)));
            inputs = _stem.Layer.Channels;
        }
        if (options.S4Layers > 0)
        {
            register_module("entry", _entry = nn.Linear(inputs, S4Width));
            inputs = S4Width;
        }
        _s4 = [.. Enumerable.Range(0, options.S4Layers).Select(_ => new DiagonalS4(S4Width))];
        for (var i = 0; i < _s4.Length; i++) register_module($"s4_{i}", _s4[i]);
        var start = new NetStart
        {
            // A rhythm begins at the wanted rate; a switch that sees the input begins open and must learn when to shut.
            Open = options.Kind == SwitchKind.Harmonic ? -Spread * Quantile(1 - options.Open) : 0.5,
            LongestPeriod = Math.Max(30, task.Length / 2.0),
            Memory = options.Memory,
            RandomRate = options.Open,
            FixedSwitches = options.Switch == LongRangeSwitch.Rhythm,
        };
        register_module("net", _net = new SuRnnNet(options.Config(task, inputs), start)
        {
            Surrogate = new Surrogate(options.Surrogate, (float)options.Slope),
            Probing = options.Probing,
            Plain = options.Device != TrainingDevice.Cpu,
        });
        foreach (var (_, module) in named_modules()) // those of Torch begin on the CPU; all others where the default device is
            if (module.GetType().Namespace == typeof(Linear).Namespace) module.to(TrainingDevice.Of(options.Device));
    }

    /// <summary>What the recurrent part sees of a batch: [B, T, D].</summary>
    Tensor Inputs(SequenceBatch batch)
    {
        var x = _embedding is null
            ? tensor(batch.Values!).view(batch.Steps, batch.Count, _task.Inputs).transpose(0, 1)
            : _embedding.call(tensor(batch.Tokens!, dtype: ScalarType.Int64).view(batch.Steps, batch.Count)).transpose(0, 1);
        if (_stem is not null) x = _stem.call(x);
        if (_entry is not null) x = _entry.call(x);
        foreach (var layer in _s4) x = layer.call(x);
        return x;
    }

    /// <param name="batch">Sequences.</param>
    /// <param name="randomOffset">Steps that a random switch has made before.</param>
    /// <returns>Outputs [T - ScoredFrom, B, Outputs], the mean of all gates, and the mean over neurons of what their own rate is below the wanted floor.</returns>
    public (Tensor Outputs, Tensor Rate, Tensor? Below) Forward(SequenceBatch batch, long randomOffset = 0)
    {
        _net.RandomOffset = randomOffset;
        _net.Keep = batch.Scored(_task.Outputs);
        var output = _net.Forward(Inputs(batch));
        var below = _options.Floor > 0 && _options.Kind != SwitchKind.None ? nn.functional.relu(_options.Floor - output.RateOfEach).mean() : null;
        return (output.Logits, _options.Kind == SwitchKind.None ? ones(1) : output.Rate, below);
    }

    /// <summary>The model for the runtime; null: it has layers that the runtime has not. Tokens come to it as one-hot frames: every use of the inputs is linear, so the embedding is folded in.</summary>
    public SuRnnModel? Export()
    {
        if (_s4.Length > 0) return null;
        var weights = _net.Export();
        if (_stem is not null) return WithStem(_stem, weights);
        var narrow = _options.Config(_task, _embedding is null ? _task.Inputs : _options.Embedding);
        if (_embedding is null) return new SuRnnModel(narrow, weights);
        var config = _options.Config(_task, _task.Inputs);
        var vectors = _embedding.weight!.cpu().data<float>().ToArray(); // [vocabulary, E]
        var tensors = SuRnnWeights.Shapes(narrow).ToDictionary(tensor => tensor.Name, tensor => weights[tensor.Name].ToArray());
        foreach (var name in new[] { narrow.BlockWidth > 0 ? "blocks.weight" : "layer.0.input", "salience.weight" })
            if (tensors.TryGetValue(name, out var columns)) tensors[name] = Widened(columns, vectors);
        return new SuRnnModel(config, new SuRnnWeights(config, tensors));
    }

    SuRnnModel WithStem(SpacedStem stem, SuRnnWeights weights)
    {
        var config = _options.Config(_task, _task.Inputs) with { Stem = [stem.Layer] };
        var tensors = SuRnnWeights.Shapes(_options.Config(_task, stem.Layer.Channels)).ToDictionary(tensor => tensor.Name, tensor => weights[tensor.Name].ToArray());
        stem.Export(tensors);
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
