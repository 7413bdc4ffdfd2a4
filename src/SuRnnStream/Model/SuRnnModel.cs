using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>A selective-update RNN: immutable, shared by any number of streams and threads. What a stream remembers is its <see cref="SuRnnState"/>.</summary>
public sealed unsafe class SuRnnModel
{
    readonly Stem _stem;
    readonly SuRnnLayer[] _layers;         // none of a hold layer
    readonly HoldLayer? _hold;
    readonly BlockStack? _blocks;
    readonly FrameGate? _gate;
    readonly WeightMatrix? _salience;      // [m, K * inputs] P, and p
    readonly WeightMatrix _head;           // [Labels, H]
    readonly int _longest, _neurons;       // what a step needs room for
    readonly long _switches;
    readonly int _sees, _salienceSees, _inputSees; // frames that a step, its salience and its layers' input are functions of
    readonly bool _timeless;               // no switch sees time
    readonly int _silence;                 // place of the label silence; -1: there is none
    readonly IOwnVerifier? _own;           // enrolled words, or the model's second look
    readonly ConditionalWeakTable<IVerifier, IVerifier> _both = []; // by a verifier that counts the model's own second look, too
    readonly Work _dense;                  // of a frame with every switch open

    /// <exception cref="ArgumentException">The configuration is out of range.</exception>
    public SuRnnModel(SuRnnConfig config, SuRnnWeights weights, DetectorOptions? defaults = null, IReadOnlyDictionary<string, string>? card = null)
    {
        (Config, Weights) = (config.Validate(), weights);
        Defaults = (defaults ?? new DetectorOptions()).Validate(config);
        Card = card ?? new Dictionary<string, string>();
        _stem = new Stem(config, weights);
        _layers = new SuRnnLayer[config.Holds ? 0 : config.Layers.Count];
        if (config.Holds) _hold = new HoldLayer(config, weights);
        if (config.BlockWidth > 0) _blocks = new BlockStack(config, weights);
        if (config.FrameSwitch is not null) _gate = new FrameGate(config, weights);
        for (var i = 0; i < _layers.Length; _neurons += _layers[i++].Lanes) _layers[i] = new SuRnnLayer(config, i, weights, _neurons);
        if (config.HasSalience) _salience = new WeightMatrix(weights["salience.weight"], weights["salience.bias"], weights.ScaleOf("salience.scale"));
        _head = new WeightMatrix(weights["head.weight"], weights["head.bias"], weights.ScaleOf("head.scale"));

        _longest = _layers.Select(layer => layer.Longest).Append(_stem.Longest).Append(_salience?.Longest ?? 0).Append(_hold?.Longest ?? 0).Append(_blocks?.Longest ?? 0).Append(_head.Longest).Max();
        _switches = config.Layers.Sum(layer => (long)layer.Hidden);
        (_sees, _salienceSees, _inputSees) = (Stem.FramesSeen(config), Stem.LookBack(config, config.SalienceDepth) + config.SalienceFrames, Stem.LookBack(config, config.Stem.Count) + 1);
        _timeless = config.Layers.All(layer => layer.Switch is SwitchKind.Event);
        _silence = config.Labels.ToList().IndexOf(ClipClassifier.Silence);
        _dense = _layers.Aggregate(_stem.PerFrame, (sum, layer) => sum + layer.Switches + layer.Hidden * layer.PerNeuron);
        if (_salience is not null) _dense += _salience.Work;
        if (_hold is not null) _dense += _hold.Work;
        if (_blocks is not null) _dense += _blocks.PerFrame;
        if (_gate is not null) _dense += _gate.PerFrame;
        if (config.Readout == Readout.PerStep) _dense += _head.Work;
        if (config.Words is not null) _own = new WordVerifier(config, weights);
        else if (config.Verifier is not null) _own = new NetworkVerifier(config, name => weights[ModelVerifier.Prefix + name].ToArray());
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
    public long MultiplyAddsPerFrame => _dense.MultiplyAdds;

    /// <summary>Bytes of weights that such a frame reads.</summary>
    internal long WeightBytesPerFrame => _dense.WeightBytes;

    /// <summary>
    /// The same model with its weight rows rounded to int8: a quarter of the bytes, and scores that are a little different. Measure what that
    /// costs, as <c>surnn quantize --clips</c> does.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is int8 already.</exception>
    public SuRnnModel ToInt8() => Config.Precision == Precision.Int8
        ? throw new InvalidOperationException("The model is int8 already.")
        : new SuRnnModel(Config with { Precision = Precision.Int8 }, Weights.ToInt8(Config), Defaults, Card);

    /// <summary>The model without its own second look: its network, decided about as <see cref="FirstStage"/> says. Itself, where it has none.</summary>
    public SuRnnModel WithoutSecondLook()
    {
        if (Config.Verifier is null) return this;
        var config = Config with { Verifier = null };
        var tensors = SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor => Weights[tensor.Name].ToArray());
        var card = Card.Where(line => !line.Key.StartsWith("second look", StringComparison.Ordinal) && line.Key != "fails"); // these are of both together
        return new SuRnnModel(config, new SuRnnWeights(config, tensors), FirstStage with { Verify = Defaults.Verify }, new Dictionary<string, string>(card));
    }

    /// <summary>The settings for the first stage alone, without the model's own second look: those of <see cref="Defaults"/> where it has none.</summary>
    public DetectorOptions FirstStage => Config.Verifier is { } own ? Defaults with { Verify = false, Threshold = own.FirstThreshold, Thresholds = own.FirstThresholds } : Defaults;

    /// <summary>
    /// The vector instructions that compute the sums of this process, by name. A state of a model with float weights goes on bit for bit where the name is the same; int8 weights give the same bits
    /// everywhere.
    /// </summary>
    public static string KernelName => RowKernel.Best.Name;

    /// <summary>
    /// What decides in place of the gate: the options' own second look, the model's enrolled words, or the model's second look. Null: the gate does.
    /// </summary>
    /// <exception cref="ArgumentException">The options' second look counts the model's own, too, and there is none.</exception>
    internal IVerifier? LookOf(DetectorOptions options)
    {
        if (options.Verifier is not { } given) return Config.Words is not null || options.Verify ? _own : null;
        if (given.Rule.OwnLookWeight == 0) return given;
        Config.RequireOwnLook(given.Rule, $"The verifier with {nameof(VerifierRule.OwnLookWeight)} {given.Rule.OwnLookWeight}");
        return _both.GetValue(given, _ => new BothVerifiers(given, (NetworkVerifier)_own!));
    }

    /// <summary>A state at the start of a stream.</summary>
    public SuRnnState NewState()
    {
        var state = new SuRnnState(this, Config);
        state.Reset();
        return state;
    }

    /// <summary>
    /// One frame [FrameLength] of finite numbers, of one stream: decides the switches, updates the neurons whose switch is open, scores if the
    /// readout is <see cref="Readout.PerStep"/>. With every switch shut nothing but what the switches look at is worked out, and the state
    /// is kept; the mean of <see cref="Readout.Mean"/> goes on. <paramref name="dense"/>: evaluates all neurons; the state comes out the
    /// same, bit for bit.
    /// </summary>
    /// <returns>Counts of this frame; no times. The head is counted here or, if the readout is another, nowhere.</returns>
    /// <exception cref="ArgumentException">The frame has another length, or the state belongs to another model.</exception>
    public ComputeStats Step(ReadOnlySpan<float> frame, SuRnnState state, bool dense = false)
    {
        if (frame.Length != Config.FrameLength) throw new ArgumentException($"A frame has {Config.FrameLength} numbers, not {frame.Length}.");
        if (state.Owner != this) throw new ArgumentException("The state belongs to another model.");
        var (work, done, now) = (Working, new Work(), state.Frame++);
        var repeats = MemoryMarshal.AsBytes(frame).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(state.History.Slot(0), frame.Length)));
        state.Repeated = repeats ? state.Repeated + 1 : 0;
        state.History.Advance();
        frame.CopyTo(new Span<float>(state.History.Slot(0), frame.Length));
        state.Stem.Advance();
        var silence = Config.FrontEnd is not null && !frame.ContainsAnyExcept(0f); // at the log floor in every band
        state.WasSilent = silence;
        if (Config.KnowsHeard) return StepHeard(frame, state, silence, dense);

        // With all shut the state is what it was. If the frames that decide are too, so is all that follows from both: everything stays shut.
        var rests = state.AllShut && _timeless && state.Repeated >= _sees && !dense;
        if (_salience is not null && !silence && !rests) Salience(state, work, now, dense, ref done);
        var open = 0;
        var lastOpen = 0;
        for (var i = 0; i < _layers.Length && !rests; i++)
        {
            open += lastOpen = _layers[i].Decide(state.Layers[i], work, silence, now);
            if (!(silence && Config.Layers[i].SeesInput)) done += _layers[i].Switches;
        }

        if (open > 0 || dense)
        {
            var input = work.X.Pointer;
            _stem.Window(Config.Stem.Count, 1, state, work, input, ref done);
            _blocks?.Update(_layers, state, _inputSees, work, dense, ref done);
            for (var i = 0; i < _layers.Length && _blocks is null; i++)
            {
                done += _layers[i].Update(state.Layers[i], input, work, dense) * _layers[i].PerNeuron;
                input = state.Layers[i].H;
            }
            if (Config.Readout == Readout.PerStep && (lastOpen > 0 || dense))
            {
                Score(state, work);
                done += _head.Work;
            }
        }
        state.AllShut = open == 0;
        if (Config.Readout != Readout.PerStep) state.ScoresDue = true;
        var hidden = state.Layers[^1].H;
        for (var i = 0; i < state.Sum.Length; i++) state.Sum[i] += hidden[i];
        return new ComputeStats
        {
            Frames = 1,
            FramesSkipped = open == 0 && !dense ? 1 : 0,
            SwitchesOpen = open,
            OpenForBursts = open,
            Switches = _switches,
            MultiplyAdds = done.MultiplyAdds,
            MultiplyAddsDense = _dense.MultiplyAdds,
            WeightBytes = done.WeightBytes,
            WeightBytesDense = _dense.WeightBytes,
        };
    }

    /// <summary>
    /// A frame of a model with a frame switch. One that is not heard leaves memory and scores as they were and its stem outputs are zero, then and
    /// later; an opening brings the few frames before it along. Of a hold layer every row is read in a heard frame, so dense and skipped evaluation are one.
    /// </summary>
    ComputeStats StepHeard(ReadOnlySpan<float> frame, SuRnnState state, bool silence, bool dense)
    {
        var (done, heard, memory) = (new Work(), state.Heard!, state.Layers[0]);
        var hears = _gate is null ? !silence : _gate.Hears(frame, silence, state.Switch!, ref done);
        var work = Working;
        heard.Advance();
        if (memory.OpenCount > 0) Array.Clear(memory.Open);
        memory.OpenCount = 0;
        if (hears)
        {
            var lead = 0;
            while (lead < (_gate?.Lead ?? 0) && lead < state.Frame - 1 && !heard[lead + 1]) lead++;
            memory.Schedule.Rested -= lead;
            for (var age = lead; age >= 0; age--)
            {
                if (age > 0 && !new ReadOnlySpan<float>(state.History.Slot(age), frame.Length).ContainsAnyExcept(0f))
                {
                    memory.Schedule.Shut(); // digital silence stays unheard
                    continue;
                }
                if (age > 0) state.Stem.Unmake(age);
                heard.Hear(age);
                _stem.At(age, state, work, work.X.Pointer, ref done);
                if (_hold is null)
                {
                    Recur(memory, work, dense, ref done);
                    continue;
                }
                _hold.Update(memory, work.X.Pointer, work);
                done += _hold.Work;
            }
            if (_hold is not null) for (var i = 0; i < memory.Neurons; i++) memory.OpenCount += memory.Open[i] ? 1 : 0;
            Score(state, work);
            done += _head.Work;
        }
        else
        {
            state.Stem.Zero(0);
            memory.Schedule.Shut();
        }
        return new ComputeStats
        {
            Frames = 1,
            FramesSkipped = hears ? 0 : 1,
            SwitchesOpen = memory.OpenCount,
            OpenForBursts = !hears ? 0 : _silence >= 0 && state.Scores.Span[_silence] > 0.5f ? 1 : (int)_switches,
            Switches = _switches,
            MultiplyAdds = done.MultiplyAdds,
            MultiplyAddsDense = _dense.MultiplyAdds,
            WeightBytes = done.WeightBytes,
            WeightBytesDense = _dense.WeightBytes,
        };
    }

    /// <summary>A heard frame of a recurrent layer, from the stem's outputs in the workspace. The layer's marks are those of the last one.</summary>
    void Recur(LayerState memory, Workspace work, bool dense, ref Work done)
    {
        if (_salience is not null)
        {
            var salience = work.Salience.Pointer;
            work.X.Span[..Config.StemOutputs].CopyTo(work.Seen.Span);
            _salience.Multiply(work.Seen.Pointer, salience, work);
            for (var j = 0; j < Config.SalienceSize; j += Activations.Lanes)
                Activations.Tanh(Vector256.Load(salience + j)).Store(salience + j);
            done += _salience.Work;
        }
        _layers[0].Decide(memory, work, silence: false, 0);
        done += _layers[0].Switches;
        done += _layers[0].Update(memory, work.X.Pointer, work, dense) * _layers[0].PerNeuron;
    }

    internal FrameGateState? NewSwitchState() => _gate?.NewState();

    Workspace Working => Workspace.Mine(_longest, _neurons);

    internal ReadOnlySpan<float> Activation(int layer) => _layers[layer].Activation(Working);

    /// <summary>x_t of the first layer in the last step of this thread that updated any neuron.</summary>
    internal ReadOnlySpan<float> LastInput => Working.X.Span[..Config.StemOutputs];

    /// <summary>s = tanh(P [y_(t-K+1) .. y_t] + p)</summary>
    void Salience(SuRnnState state, Workspace work, long now, bool dense, ref Work done)
    {
        var salience = work.Salience.Pointer;
        if (!dense && state.Salience.TryGet(now, _salienceSees, state.Repeated, salience)) return;
        _stem.Window(Config.SalienceDepth, Config.SalienceFrames, state, work, work.Seen.Pointer, ref done);
        _salience!.Multiply(work.Seen.Pointer, salience, work);
        for (var j = 0; j < Config.SalienceSize; j += Activations.Lanes)
            Activations.Tanh(Vector256.Load(salience + j)).Store(salience + j);
        state.Salience.Keep(now, salience);
        done += _salience.Work;
    }

    /// <summary>The head, now, for a readout that does not score every frame.</summary>
    internal void Score(SuRnnState state) => Score(state, Working);

    /// <summary>The head, and the softmax if there is one.</summary>
    void Score(SuRnnState state, Workspace work)
    {
        state.ScoresDue = false;
        var hidden = state.Layers[^1].H;
        if (Config.Readout == Readout.Mean)
        {
            hidden = work.Seen.Pointer;
            for (var i = 0; i < state.Sum.Length; i++) hidden[i] = (float)(state.Sum[i] / Math.Max(1, state.Frame));
        }
        if (Config.HeadSeesStem)
        {
            hidden = work.Seen.Pointer;
            state.Layers[^1].Hidden.CopyTo(work.Seen.Span);
            var stem = work.Seen.Span.Slice(Config.Layers[^1].Hidden, Config.StemOutputs);
            if (state.Heard!.Any) work.X.Span[..stem.Length].CopyTo(stem);
            else stem.Clear(); // before the first heard frame
        }
        var labels = Config.Labels.Count;
        var logits = work.Made.Pointer;
        _head.Multiply(hidden, logits, work);
        if (Config.Head == HeadKind.Linear)
        {
            new ReadOnlySpan<float>(logits, labels).CopyTo(state.ScoreBuffer);
            return;
        }
        var highest = float.NegativeInfinity;
        for (var i = 0; i < labels; i++) highest = MathF.Max(highest, logits[i]);
        Activations.SoftmaxNumerators(new Span<float>(logits, RowKernel.Pad(labels)), highest);
        var sum = 0f;
        for (var i = 0; i < labels; i++) sum += logits[i];
        var label = 0;
        for (; label <= labels - 4; label += 4) (Vector128.Load(logits + label) / sum).CopyTo(state.ScoreBuffer, label);
        for (; label < labels; label++) state.ScoreBuffer[label] = logits[label] / sum;
    }
}
