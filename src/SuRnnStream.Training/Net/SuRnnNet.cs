using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuRnnStream.Training.Net;

/// <summary>The trainable twin of <see cref="SuRnnModel"/>: the same equations in Torch, with batch normalisation in the stem until export.</summary>
sealed class SuRnnNet : Module
{
    readonly SuRnnConfig _config;
    readonly StemBlock[] _stem;
    readonly Conv1d? _salience;
    readonly Linear? _activity;
    readonly LayerParameters[] _layers;
    readonly BlockParameters? _blocks;
    readonly Linear _head;
    readonly Linear? _kinds;
    readonly double _dropout;

    /// <param name="config">The model's shape.</param>
    /// <param name="start">How the weights begin.</param>
    /// <param name="dropout">Part of the stem's outputs and of the head's inputs that is dropped in training.</param>
    /// <param name="kinds">Classes of a second head, for training only: it learns to tell the unknown words apart; 0: none.</param>
    public SuRnnNet(SuRnnConfig config, NetStart? start = null, double dropout = 0, int kinds = 0) : base(nameof(SuRnnNet))
    {
        (_config, _dropout) = (config.Validate(), dropout);
        _stem = [.. config.Stem.Select((layer, i) => new StemBlock(layer, config.ChannelsInto(i)))];
        for (var i = 0; i < _stem.Length; i++) register_module($"stem{i}", _stem[i]);
        if (config.HasSalience)
        {
            register_module("salience", _salience = Conv1d(config.SalienceInputs, config.SalienceSize, config.SalienceFrames));
            register_module("activity", _activity = Linear(config.SalienceSize, 1));
        }
        _layers = [.. config.Layers.Select((layer, i) => new LayerParameters(layer, config.InputsOf(i), config.SalienceSize, start ?? new()))];
        for (var i = 0; i < _layers.Length; i++) register_module($"layer{i}", _layers[i]);
        if (config.BlockWidth > 0) register_module("blocks", _blocks = new BlockParameters(config));
        register_module("head", _head = Linear(config.Layers[^1].Hidden, config.Labels.Count));
        if (kinds > 0) register_module("kinds", _kinds = Linear(config.Layers[^1].Hidden, kinds));
    }

    /// <summary>The function whose gradient replaces that of the hard switch.</summary>
    public Surrogate Surrogate { get; set; } = Surrogate.Default;

    /// <summary>True: the step loop in Torch operations, the specification. False: the fused recurrence.</summary>
    public bool Plain { get; set; }

    /// <summary>Logits of this many last steps are worked out; null: of all.</summary>
    public int? Keep { get; set; }

    /// <summary>
    /// Part of the sequences that work out the gradient of a shut switch, other ones in every step and for every neuron, weighted by its inverse: right
    /// in the mean at less cost. For switches that see time only, whose gates all sequences share; 1: all. Where the batch has too few groups of
    /// sixteen for such a part, shut switches are drawn as well.
    /// </summary>
    public double Probing { get; set; } = 1;

    /// <summary>Frames that a random switch has had before t = 0.</summary>
    public long RandomOffset { get; set; }

    /// <param name="frames">[B, T, FrameLength], the stream's start at t = 0 with digital silence before.</param>
    /// <param name="timeOffset">[B] frames that a harmonic switch has had before t = 0; null: none.</param>
    /// <returns>
    /// Logits [Keep, B, Labels], [1, B, Labels] for a model that reads out last or mean; each layer's hidden states, of the last layer the ones
    /// that the head sees; gates [T, B, H]; 1 where a frame is at the log floor [T, B]; the logit that something goes on in a frame [T, B],
    /// null without event switches.
    /// </returns>
    public NetOutput Forward(Tensor frames, Tensor? timeOffset = null)
    {
        var steps = frames.shape[1];
        var silence = _config.FrontEnd is null ? zeros(steps, frames.shape[0]) : (frames.abs().amax([2]) == 0).to_type(ScalarType.Float32).t().contiguous();
        Tensor Last(Tensor y) => y.slice(2, y.shape[2] - steps, y.shape[2], 1);
        var x = functional.pad(frames.transpose(1, 2), [Stem.FramesSeen(_config) - 1, 0]); // [B, FrameLength, T and what they see]
        var seen = x;
        for (var i = 0; i < _stem.Length; i++)
        {
            x = _stem[i].call(x);
            if (i + 1 == _config.SalienceDepth) seen = x;
        }
        var salience = _salience is null ? null : tanh(Last(_salience.call(seen))).permute(2, 0, 1); // [T, B, m]
        var activity = salience is null ? null : _activity!.call(salience); // [T, B, 1]
        x = Drop(Last(x).permute(2, 0, 1)); // [T, B, C]
        if (_blocks is not null) x = _blocks.Enter(x);
        List<Tensor> hidden = [], gates = [];
        for (var i = 0; i < _layers.Length; i++)
        {
            var wanted = i + 1 < _layers.Length ? (int)steps : _config.Readout == Readout.Mean ? 0 : Keep ?? (_config.Readout == Readout.Last ? 1 : (int)steps);
            var (h, g) = _layers[i].Run(this, i, _blocks is null ? x : _blocks.Normalise(i, x), salience, activity, silence, timeOffset, wanted);
            hidden.Add(h);
            gates.Add(g);
            x = _blocks is null || i + 1 == _layers.Length ? h : _blocks.Add(i, x, h);
        }
        x = Drop(x);
        return new NetOutput(_head.call(x), x, hidden, gates, silence, activity?.squeeze(2));
    }

    /// <summary>Loss of the second head, which names the word said.</summary>
    /// <param name="output">Of a forward pass.</param>
    /// <param name="kinds">[T, B] the right class; below zero where none is asked for.</param>
    public Tensor KindsLoss(NetOutput output, Tensor kinds)
    {
        var asked = (kinds.flatten() >= 0).nonzero().squeeze(1);
        if (_kinds is null || asked.shape[0] == 0) return zeros(1).squeeze(0);
        return functional.cross_entropy(_kinds.call(output.Read.flatten(0, 1).index_select(0, asked)), kinds.flatten().index_select(0, asked));
    }

    Tensor Drop(Tensor x) => _dropout > 0 && training ? functional.dropout(x, _dropout, training) : x;

    /// <summary>
    /// Gives a network that came <see cref="From"/> a model its batch normalisation back: it is set to undo what it does to these frames, so that
    /// the network gets in training what it gets now.
    /// </summary>
    /// <param name="frames">[B, T, FrameLength] of what it will be trained on.</param>
    public void Calibrate(Tensor frames)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = functional.pad(frames.transpose(1, 2), [Stem.FramesSeen(_config) - 1, 0]);
        foreach (var block in _stem) x = block.Calibrate(x);
    }

    /// <summary>A network with the weights of a finished model; its batch normalisation, folded at export, does nothing but shift.</summary>
    public static SuRnnNet From(SuRnnModel model)
    {
        var net = new SuRnnNet(model.Config);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor Of(string name) => tensor(model.Weights[name].ToArray());
        for (var i = 0; i < net._stem.Length; i++) net._stem[i].Import($"stem.{i}.", Of);
        if (net._salience is not null)
        {
            var (m, bands, frames) = (net._salience.weight.shape[0], net._salience.weight.shape[1], net._salience.weight.shape[2]);
            net._salience.weight.copy_(Of("salience.weight").view(m, frames, bands).permute(0, 2, 1));
            net._salience.bias!.copy_(Of("salience.bias"));
        }
        for (var i = 0; i < net._layers.Length; i++)
            net._layers[i].Import($"layer.{i}.", Of);
        net._blocks?.Import(Of);
        net._head.weight.copy_(Of("head.weight").view(net._head.weight.shape));
        net._head.bias!.copy_(Of("head.bias"));
        net.eval();
        return net;
    }

    /// <summary>The weights as the runtime wants them, batch normalisation folded into the convolutions.</summary>
    public SuRnnWeights Export()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tensors = new Dictionary<string, Tensor>();
        for (var i = 0; i < _stem.Length; i++) _stem[i].Export($"stem.{i}.", tensors);
        if (_salience is not null)
        {
            tensors["salience.weight"] = _salience.weight.permute(0, 2, 1);
            tensors["salience.bias"] = _salience.bias!;
        }
        for (var i = 0; i < _layers.Length; i++)
            _layers[i].Export($"layer.{i}.", _activity, tensors);
        _blocks?.Export(tensors);
        tensors["head.weight"] = _head.weight;
        tensors["head.bias"] = _head.bias!;
        return new SuRnnWeights(_config, tensors.ToDictionary(pair => pair.Key, pair => pair.Value.contiguous().cpu().data<float>().ToArray()));
    }
}

/// <summary>How weights begin; our choice, the paper's is not known.</summary>
sealed record NetStart
{
    /// <summary>Mean of the switches' bias: above zero they begin open, which makes training robust (Skip RNN).</summary>
    public double Open { get; init; } = 0.5;

    /// <summary>Longest period of a harmonic switch's sines, frames.</summary>
    public double LongestPeriod { get; init; } = 300;

    /// <summary>Longest time that a GRU's or LSTM's gates keep a state, in updates; 0: biases as any other.</summary>
    public double Memory { get; init; }

    /// <summary>Open part of a random switch, (0, 1].</summary>
    public double RandomRate { get; init; } = 0.5;

    /// <summary>True: a harmonic switch keeps the rhythm that it begins with.</summary>
    public bool FixedSwitches { get; init; }
}

/// <summary>What a forward pass gives; shapes as in <see cref="SuRnnNet.Forward"/>. Read: what the heads see, [Keep, B, H]. Switches: each layer's gates, [T, 1, H] where all sequences share them.</summary>
sealed record NetOutput(Tensor Logits, Tensor Read, IReadOnlyList<Tensor> Hidden, IReadOnlyList<Tensor> Switches, Tensor Silence, Tensor? Activity)
{
    /// <summary>Each layer's gates: [T, B, H].</summary>
    public IReadOnlyList<Tensor> Gates => [.. Switches.Select(gates => gates.expand(Silence.shape[0], Silence.shape[1], gates.shape[2]))];

    /// <summary>The open part of each neuron over all steps and sequences: [neurons of all layers].</summary>
    public Tensor RateOfEach => cat([.. Switches.Select(gates => gates.flatten(0, 1).mean([0]))]);

    /// <summary>The mean of all gates, layers weighted alike. Gates that all sequences share are counted once: their gradient as [T, B, H] would cost more than what they skip.</summary>
    public Tensor Rate => stack([.. Switches.Select(gates => gates.mean())]).mean();

    /// <summary>Part of all switches that is open: [T, B].</summary>
    public Tensor MeanGate => cat([.. Gates], 2).mean([2]);

    /// <summary>1 where any switch is open: [T, B].</summary>
    public Tensor AnyGate => cat([.. Gates], 2).amax([2]);
}

/// <summary>
/// Weights of one recurrent layer and its switches. In training an event switch has one more term, kappa_i times the shared logit
/// w . s_t + c that something goes on: it shuts the switches of a layer together. Export adds it to v_i and b_i.
/// </summary>
sealed class LayerParameters : Module
{
    readonly RecurrentLayer _shape;
    readonly Parameter _input, _recurrent, _bias;
    readonly Parameter? _candidateBias, _switchBias, _salience, _activity, _own, _amplitude, _phase, _omega;
    readonly Tensor? _rate, _omegaStart;
    readonly double _span;

    /// <param name="shape">The layer.</param>
    /// <param name="inputs">Numbers that come in.</param>
    /// <param name="salienceSize">Numbers that event switches see.</param>
    /// <param name="start">How the weights begin.</param>
    /// <param name="common">True: event switches have the shared term.</param>
    public LayerParameters(RecurrentLayer shape, int inputs, int salienceSize, NetStart start, bool common = true) : base(nameof(LayerParameters))
    {
        _shape = shape;
        var (hidden, gates) = (shape.Hidden, shape.Gates);
        var bound = 1 / Math.Sqrt(hidden);
        Tensor Uniform(params long[] size) => rand(size) * (2 * bound) - bound;
        register_parameter("input", _input = Parameter(Uniform(gates * hidden, inputs) * Math.Sqrt((double)hidden / inputs)));
        register_parameter("recurrent", _recurrent = Parameter(Uniform(gates * hidden, hidden)));
        register_parameter("bias", _bias = Parameter(Uniform(gates * hidden)));
        if (shape.Cell == CellKind.Gru) register_parameter("candidate_bias", _candidateBias = Parameter(Uniform(hidden)));
        if (start.Memory > 1) Remember(start.Memory);
        if (shape.Switch == SwitchKind.None) return;
        if (shape.Switch == SwitchKind.Random)
        {
            register_buffer("rate", _rate = full(hidden, start.RandomRate));
            return;
        }
        // Neurons differ from the start (bias, phase, amplitude all random): equal ones would share one gate for ever.
        register_parameter("switch_bias", _switchBias = Parameter(start.Open + 0.3 * randn(hidden)));
        if (shape.SeesInput)
        {
            register_parameter("switch_salience", _salience = Parameter(randn(hidden, salienceSize) / Math.Sqrt(salienceSize)));
            if (common) register_parameter("switch_activity", _activity = Parameter(0.5 * ones(hidden)));
            register_parameter("switch_own", _own = Parameter(0.1 * randn(hidden)));
        }
        if (shape.SeesTime)
        {
            register_parameter("amplitude", _amplitude = Parameter(randn(hidden, shape.Harmonics) / Math.Sqrt(shape.Harmonics)));
            register_parameter("phase", _phase = Parameter(2 * Math.PI * rand(hidden, shape.Harmonics)));
            // Periods log-uniform from 3 frames up: far from omega = pi, whose sine over whole t is rounding noise.
            register_buffer("omega_start", _omegaStart = 2 * Math.PI / exp(Math.Log(3) + rand(shape.Harmonics) * Math.Log(start.LongestPeriod / 3)));
            // Learnt is how much the phase shifts over the longest period: with omega itself a step of the optimizer would turn late phases round.
            register_parameter("omega", _omega = Parameter(zeros(shape.Harmonics)));
            _span = start.LongestPeriod;
        }
        if (start.FixedSwitches) foreach (var fixedOne in new[] { _switchBias, _amplitude, _phase, _omega }) fixedOne?.requires_grad_(false);
    }

    /// <summary>Gate biases by which a cell keeps its state for a log-uniform number of its updates (Tallec and Ollivier 2018).</summary>
    void Remember(double memory)
    {
        if (_shape.Cell == CellKind.Rnn) return;
        using var noGradient = no_grad();
        var kept = log(1 + rand(_shape.Hidden) * (memory - 1));
        var gate = _shape.Cell == CellKind.Gru ? 0 : 1; // z keeps; f keeps and i is its opposite
        _bias.slice(0, gate * _shape.Hidden, (gate + 1) * _shape.Hidden, 1).copy_(kept);
        if (_shape.Cell == CellKind.Lstm) _bias.slice(0, 0, _shape.Hidden, 1).copy_(-kept);
    }

    /// <summary>Hidden states of the last <paramref name="keep"/> steps (0: their mean over all) and gates [T, B, H], or [T, 1, H] where all sequences share them.</summary>
    public (Tensor Hidden, Tensor Gates) Run(SuRnnNet net, int index, Tensor x, Tensor? salience, Tensor? activity, Tensor silence, Tensor? timeOffset, int keep)
    {
        var (steps, batch) = (x.shape[0], x.shape[1]);
        var weights = new CellWeights(_input, _bias, _recurrent, _candidateBias);
        if (!_shape.SeesInput && (timeOffset is null || !_shape.SeesTime)) // the same for all sequences
        {
            var groups = (double)((batch + Lanes.Count - 1) / Lanes.Count);
            var probing = (int)Math.Max(1, Math.Ceiling(net.Probing * groups - 1e-9));
            var (gates, probe) = TimedGates(net, index, steps, Math.Min(1, net.Probing * groups / probing));
            var states = net.Plain ? Kept(PlainRecurrence.RunTimed(_shape.Cell, x, weights, gates), keep) : FusedRecurrence.RunTimed(_shape.Cell, x, weights, gates, probe, keep, probing);
            return (states, gates.unsqueeze(1));
        }
        var a = _switchBias!.expand(steps, batch, _shape.Hidden);
        if (_shape.SeesInput) a = a + functional.linear(salience!, _salience!) + activity! * _activity!;
        if (_shape.SeesTime) a = a + Harmonics(steps, batch, timeOffset);
        using var none = zeros(_shape.Hidden);
        var shut = _shape.SeesInput ? silence : zeros_like(silence);
        if (!net.Plain) return FusedRecurrence.Run(_shape.Cell, x, weights, a, _own ?? none, shut, net.Surrogate, keep);
        var (hidden, open) = PlainRecurrence.Run(_shape.Cell, x, weights, a, _own ?? none, shut, net.Surrogate);
        return (Kept(hidden, keep), open);
    }

    /// <summary>
    /// Of a layer after a frame switch: hidden states and gates of all steps, both [T, B, H]. Without switches every neuron is updated in each frame that is not shut.
    /// </summary>
    /// <param name="x">[T, B, D].</param>
    /// <param name="salience">[T, B, m] what event switches see; null: there are none.</param>
    /// <param name="shut">[T, B] 1 in frames that are not heard.</param>
    public (Tensor Hidden, Tensor Gates) RunHeard(Tensor x, Tensor? salience, Tensor shut)
    {
        var (steps, batch) = (x.shape[0], x.shape[1]);
        var a = salience is null ? ones(steps, batch, _shape.Hidden) : _switchBias! + functional.linear(salience, _salience!);
        using var none = zeros(_shape.Hidden);
        return FusedRecurrence.Run(_shape.Cell, x, new CellWeights(_input, _bias, _recurrent, _candidateBias), a.contiguous(), _own ?? none, shut, Surrogate.Default, (int)steps);
    }

    static Tensor Kept(Tensor hidden, int keep) => keep == 0 ? hidden.mean([0], keepdim: true) : hidden.slice(0, hidden.shape[0] - keep, hidden.shape[0], 1);

    /// <summary>Switches that see time only: their gates and the weight of each gate's gradient, both [T, H]; of the shut ones a part is drawn.</summary>
    (Tensor Gates, Tensor Probe) TimedGates(SuRnnNet net, int index, long steps, double drawn)
    {
        if (_shape.Switch == SwitchKind.None) return (ones(steps, _shape.Hidden), zeros(steps, _shape.Hidden));
        if (_shape.Switch == SwitchKind.Random)
        {
            var (open, rates) = (new float[steps * _shape.Hidden], _rate!.cpu().data<float>().ToArray());
            for (var t = 0; t < steps; t++)
                for (var i = 0; i < rates.Length; i++) open[t * rates.Length + i] = RandomSwitch.Uniform(index, i, t + net.RandomOffset) < rates[i] ? 1 : 0;
            return (tensor(open).view(steps, _shape.Hidden), zeros(steps, _shape.Hidden));
        }
        var a = _switchBias! + Harmonics(steps, 1, null).squeeze(1);
        var gates = net.Surrogate.Gate(a);
        if (!a.requires_grad) return (gates, zeros(steps, _shape.Hidden));
        using var always = tensor(1f);
        var probe = drawn < 1 ? where(gates > 0, always, (rand(steps, _shape.Hidden) < drawn).to_type(ScalarType.Float32) / drawn) : ones(steps, _shape.Hidden);
        return (gates, net.Surrogate.Kind == SurrogateKind.Triangle ? probe * (a.abs() * net.Surrogate.Slope < 4).to_type(ScalarType.Float32) : probe);
    }

    /// <summary>[K] radians a frame.</summary>
    Tensor Omega => _omegaStart! + _omega! / _span;

    /// <summary>sum_k alpha_k sin(omega_k t + phi_k): [T, B, H].</summary>
    Tensor Harmonics(long steps, long batch, Tensor? timeOffset)
    {
        // In double, as at run time: after minutes a float angle is off by more than a tie. The time before the start gives omega no gradient:
        // it would grow without bound.
        var omega = Omega.to_type(ScalarType.Float64);
        var t = arange(steps, dtype: ScalarType.Float64).view(-1, 1, 1).expand(steps, batch, 1);
        var angle = t * omega;                                                                                      // [T, B, K]
        if (timeOffset is not null) angle = angle + timeOffset.to_type(ScalarType.Float64).view(1, -1, 1) * omega.detach();
        Tensor sine = sin(angle).to_type(ScalarType.Float32), cosine = cos(angle).to_type(ScalarType.Float32);
        return functional.linear(sine, _amplitude! * cos(_phase!)) + functional.linear(cosine, _amplitude! * sin(_phase!));
    }

    public void Export(string prefix, Linear? activity, Dictionary<string, Tensor> to)
    {
        foreach (var (name, value) in Named()) to[prefix + name] = value;
        if (_omega is not null) to[prefix + "switch.omega"] = Omega;
        if (_activity is null) return;
        to[prefix + "switch.salience"] = _salience! + _activity.unsqueeze(1) * activity!.weight;
        to[prefix + "switch.bias"] = _switchBias! + _activity * activity.bias!;
    }

    public void Import(string prefix, Func<string, Tensor> of)
    {
        foreach (var (name, value) in Named()) value.copy_(of(prefix + name).view(value.shape));
        _omegaStart?.copy_(of(prefix + "switch.omega"));
        _activity?.zero_();
    }

    /// <summary>What a model file holds as it is, under its name there.</summary>
    IEnumerable<(string Name, Tensor Value)> Named()
    {
        foreach (var (name, value) in new (string, Tensor?)[]
        {
            ("input", _input), ("recurrent", _recurrent), ("bias", _bias), ("candidate_bias", _candidateBias), ("switch.bias", _switchBias),
            ("switch.salience", _salience), ("switch.own", _own), ("switch.amplitude", _amplitude), ("switch.phase", _phase), ("switch.rate", _rate),
        })
            if (value is not null) yield return (name, value);
    }
}
