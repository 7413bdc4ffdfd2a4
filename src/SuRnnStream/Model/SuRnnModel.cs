using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>A selective-update RNN: immutable, shared by any number of streams and threads. What a stream remembers is its <see cref="SuRnnState"/>.</summary>
public sealed unsafe class SuRnnModel
{
    readonly Stem _stem;
    readonly SuRnnLayer[] _layers;
    readonly int _salienceRow;             // numbers in one padded row of P
    readonly AlignedBuffer? _salience;     // [m, K * inputs] P, padded rows
    readonly float[] _salienceBias;        // [m] p
    readonly AlignedBuffer _head;          // [Labels, H] padded rows
    readonly float[] _headBias;            // [Labels]
    readonly long _salienceCost, _switchCost, _headCost, _denseCost, _switches;

    /// <exception cref="ArgumentException">The configuration is out of range.</exception>
    public SuRnnModel(SuRnnConfig config, SuRnnWeights weights, DetectorOptions? defaults = null, IReadOnlyDictionary<string, string>? card = null)
    {
        (Config, Weights) = (config.Validate(), weights);
        Defaults = (defaults ?? new DetectorOptions()).Validate(config.Labels);
        Card = card ?? new Dictionary<string, string>();
        _stem = new Stem(config, weights);
        _layers = [.. config.Layers.Select((_, i) => new SuRnnLayer(config, i, weights))];
        _salienceBias = [];
        if (config.HasSalience)
        {
            _salienceRow = RowKernel.Pad(config.SalienceFrames * config.SalienceInputs);
            _salience = PackedRows.From(weights["salience.weight"], config.SalienceSize);
            _salienceBias = weights["salience.bias"].ToArray();
        }
        _head = PackedRows.From(weights["head.weight"], config.Labels.Count);
        _headBias = weights["head.bias"].ToArray();

        _salienceCost = _salienceBias.Length * config.SalienceFrames * config.SalienceInputs;
        _switchCost = _layers.Sum(layer => layer.MultiplyAddsOfSwitches);
        _headCost = (long)config.Labels.Count * config.Layers[^1].Hidden;
        _switches = _layers.Sum(layer => (long)layer.Hidden);
        _denseCost = _salienceCost + _switchCost + (config.Readout == Readout.PerStep ? _headCost : 0) + _stem.MultiplyAddsPerFrame + _layers.Sum(layer => layer.Hidden * layer.MultiplyAddsPerNeuron);
    }

    /// <summary>Shape, front end and labels.</summary>
    public SuRnnConfig Config { get; }

    /// <summary>The trained numbers.</summary>
    public SuRnnWeights Weights { get; }

    /// <summary>The detector's settings that the model was tuned with.</summary>
    public DetectorOptions Defaults { get; }

    /// <summary>How the model came about: data, command, seed, scores. For people; nothing reads it.</summary>
    public IReadOnlyDictionary<string, string> Card { get; }

    /// <summary>Multiply-adds of one frame with every switch open; the head's where it scores every frame.</summary>
    public long MultiplyAddsPerFrame => _denseCost;

    /// <summary>A state at the start of a stream.</summary>
    public SuRnnState NewState()
    {
        var state = new SuRnnState(this, Config);
        state.Reset();
        return state;
    }

    /// <summary>
    /// One frame [FrameLength] of finite numbers, of one stream: decides the switches, updates the neurons behind open ones, scores if the
    /// readout is <see cref="Readout.PerStep"/>. With every switch shut nothing but what the switches look at is worked out, and the state
    /// stands; the mean of <see cref="Readout.Mean"/> goes on. <paramref name="dense"/>: evaluates all neurons; the state comes out the
    /// same, bit for bit.
    /// </summary>
    /// <returns>Counts of this frame; no times. The head is counted here or, if the readout is another, nowhere.</returns>
    /// <exception cref="ArgumentException">The frame has another length, or the state belongs to another model.</exception>
    public ComputeStats Step(ReadOnlySpan<float> frame, SuRnnState state, bool dense = false)
    {
        if (frame.Length != Config.FrameLength) throw new ArgumentException($"A frame has {Config.FrameLength} numbers, not {frame.Length}.");
        if (state.Owner != this) throw new ArgumentException("The state belongs to another model.");
        var now = state.Frame++;
        state.History.Write(now, frame);
        var silence = Config.FrontEnd is not null && !frame.ContainsAnyExcept(0f); // at the log floor in every band

        long cost = _switchCost;
        if (_salience is not null && !silence)
        {
            var window = _stem.Window(Config.SalienceDepth, now, Config.SalienceFrames, state.History, state.Stem, ref cost);
            var salience = state.Salience.Span;
            for (var j = 0; j < _salienceBias.Length; j++)
                salience[j] = RowKernel.Best.Dot(_salience.Pointer + j * _salienceRow, window, _salienceRow) + _salienceBias[j];
            Activations.Tanh(salience);
            cost += _salienceCost;
        }
        var open = 0;
        var lastOpen = 0;
        for (var i = 0; i < _layers.Length; i++) open += lastOpen = _layers[i].Decide(state.Layers[i], state.Salience.Pointer, silence, now);

        if (open > 0 || dense)
        {
            var input = _stem.Window(Config.Stem.Count, now, 1, state.History, state.Stem, ref cost);
            var length = Config.StemOutputs;
            for (var i = 0; i < _layers.Length; i++)
            {
                var layer = state.Layers[i];
                new ReadOnlySpan<float>(input, length).CopyTo(new Span<float>(layer.X, length));
                _layers[i].Update(layer, dense);
                cost += layer.Evaluated * _layers[i].MultiplyAddsPerNeuron;
                input = layer.H;
                length = _layers[i].Hidden;
            }
            if (Config.Readout == Readout.PerStep && (lastOpen > 0 || dense))
            {
                Score(state);
                cost += _headCost;
            }
        }
        if (Config.Readout != Readout.PerStep) state.ScoresDue = true;
        var hidden = state.Layers[^1].H;
        for (var i = 0; i < state.Sum.Length; i++) state.Sum[i] += hidden[i];
        return new ComputeStats
        {
            Frames = 1,
            FramesSkipped = open == 0 && !dense ? 1 : 0,
            SwitchesOpen = open,
            Switches = _switches,
            MultiplyAdds = cost,
            MultiplyAddsDense = _denseCost,
            WeightBytes = cost * sizeof(float),
            WeightBytesDense = _denseCost * sizeof(float),
        };
    }

    /// <summary>The head, and the softmax if there is one.</summary>
    internal void Score(SuRnnState state)
    {
        state.ScoresDue = false;
        var logits = state.Logits.Span;
        var hidden = state.Layers[^1].H;
        if (Config.Readout == Readout.Mean)
        {
            hidden = state.Mean.Pointer;
            for (var i = 0; i < state.Sum.Length; i++) hidden[i] = (float)(state.Sum[i] / Math.Max(1, state.Frame));
        }
        var row = RowKernel.Pad(_layers[^1].Hidden);
        var highest = float.NegativeInfinity;
        for (var i = 0; i < _headBias.Length; i++)
        {
            logits[i] = RowKernel.Best.Dot(_head.Pointer + i * row, hidden, row) + _headBias[i];
            highest = MathF.Max(highest, logits[i]);
        }
        if (Config.Head == HeadKind.Linear)
        {
            logits[.._headBias.Length].CopyTo(state.ScoreBuffer);
            return;
        }
        Activations.SoftmaxNumerators(logits, highest);
        var sum = 0f;
        for (var i = 0; i < _headBias.Length; i++) sum += logits[i];
        for (var i = 0; i < _headBias.Length; i++) state.ScoreBuffer[i] = logits[i] / sum;
    }
}
