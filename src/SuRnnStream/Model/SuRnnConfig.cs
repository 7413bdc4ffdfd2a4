namespace SuRnnStream;

/// <summary>The candidate update f of one recurrent layer.</summary>
public enum CellKind
{
    /// <summary>f = tanh(W x + b + U h).</summary>
    Rnn,

    /// <summary>Reset-after GRU (as cuDNN and PyTorch): f = (1 - z) n + z h, n = tanh(W_n x + b_n + r (U_n h + c)).</summary>
    Gru,

    /// <summary>LSTM: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c'). A shut switch holds h and c.</summary>
    Lstm,

    /// <summary>
    /// This project's extension: f = relu(W x + b) without recurrent weights, for the switch <see cref="SwitchKind.Increase"/> alone. So h becomes
    /// max(h, f), and it forgets by being begun again: see <see cref="RecurrentLayer"/>.
    /// </summary>
    Hold,
}

/// <summary>What decides which neurons of a layer update in a frame.</summary>
public enum SwitchKind
{
    /// <summary>Every switch is always open: the dense twin.</summary>
    None,

    /// <summary>The paper's switch: sees time only. Open where b + sum_k alpha_k sin(omega_k t + phi_k) > 0.</summary>
    Harmonic,

    /// <summary>This project's extension: sees the input. Open where b + v . s_t + u h > 0; shut in a sound's frame at the log floor.</summary>
    Event,

    /// <summary>The sum of both; shut in a sound's frame at the log floor, while its time goes on.</summary>
    Both,

    /// <summary>
    /// The baseline: open with a probability of its own, independent of the input and the other neurons. Drawn from layer, neuron and t alone, so
    /// that it is also a fixed random rhythm: every stream has the same.
    /// </summary>
    Random,

    /// <summary>
    /// This project's extension, of the cell <see cref="CellKind.Hold"/>: open where the candidate is larger than what the neuron holds, f > h.
    /// It is the event switch with u = -1 that sees the candidate itself.
    /// </summary>
    Increase,
}

/// <summary>When the head scores, and what it sees.</summary>
public enum Readout
{
    /// <summary>The last layer's h after every frame.</summary>
    PerStep,

    /// <summary>The last layer's h after the last frame, worked out when <see cref="SuRnnState.Scores"/> is read: a frame costs no head.</summary>
    Last,

    /// <summary>The mean of the last layer's h over all frames since the start, worked out when <see cref="SuRnnState.Scores"/> is read.</summary>
    Mean,
}

/// <summary>What the scores are.</summary>
public enum HeadKind
{
    /// <summary>Probabilities of the labels.</summary>
    Softmax,

    /// <summary>The head's numbers as they are, one a label: regression.</summary>
    Linear,
}

/// <summary>How the weight rows of a model are held, in memory and in its file.</summary>
public enum Precision
{
    /// <summary>32-bit floats.</summary>
    Float32,

    /// <summary>
    /// A signed byte each, with one scale a row: a quarter of the bytes to read. Stem, salience, layers and head; filters of separable
    /// convolutions, biases and switches stay floats. Sums are of whole numbers, so every machine gives the same bits.
    /// </summary>
    Int8,
}

/// <summary>One causal convolution over frames, then ReLU. Computed only for frames that some open switch needs.</summary>
/// <param name="Channels">Outputs per frame, 1 to 1,024.</param>
/// <param name="Kernel">Frames seen: this one and Kernel - 1 before it, Dilation frames apart; 1 to 64.</param>
/// <param name="Separable">True: one filter of length Kernel per input channel, then a 1 x 1 mix. False: one full kernel.</param>
/// <param name="Residual">True: the layer's input is added after the ReLU (needs as many inputs as <paramref name="Channels"/>).</param>
/// <param name="Dilation">Frames from one seen frame to the next, 1 to 16.</param>
public sealed record StemLayer(int Channels, int Kernel, bool Separable, bool Residual, int Dilation = 1)
{
    /// <summary>Frames before the present one that are seen or skipped.</summary>
    internal int Reach => (Kernel - 1) * Dilation;
}

/// <summary>One selective-update layer.</summary>
/// <param name="Cell">The candidate update.</param>
/// <param name="Hidden">Neurons, 1 to 4,096.</param>
/// <param name="Switch">What opens its switches.</param>
/// <param name="Harmonics">Sines of a harmonic switch, 1 to 64; 0 for the other kinds.</param>
/// <param name="Period">
/// Of a hold layer, 1 to 10,000: heard frames from the start of one bank to the start of the other. There are two; the older one is read, so h reaches back one to
/// two periods. 0 for other cells.
/// </param>
/// <param name="Rest">Of a hold layer, 1 to 10,000: after as many frames that were not heard, both banks are begun again. 0 for other cells.</param>
public sealed record RecurrentLayer(CellKind Cell, int Hidden, SwitchKind Switch, int Harmonics = 0, int Period = 0, int Rest = 0)
{
    internal bool Holds => Cell == CellKind.Hold;
    internal static int GatesOf(CellKind cell) => cell switch { CellKind.Lstm => 4, CellKind.Gru => 3, _ => 1 };
    internal int Gates => GatesOf(Cell);
    internal bool SeesInput => Switch is SwitchKind.Event or SwitchKind.Both;
    internal bool SeesTime => Switch is SwitchKind.Harmonic or SwitchKind.Both;
}

/// <summary>
/// The shape of a model. A frame x_t [FrameLength] goes through the stem (causal convolutions) and the recurrent layers to a linear head,
/// with softmax or without. The event switches of all layers share one salience s_t = tanh(P [y_(t-K+1) .. y_t] + p), K = SalienceFrames, of the outputs y
/// of the stem's first SalienceDepth layers: with K = 2 the same family as tanh(P [y_t ; y_t - y_(t-1)]).
/// </summary>
public sealed record SuRnnConfig
{
    /// <summary>How sound becomes frames. Null: the model takes sensor data, or takes frames of <see cref="Inputs"/> numbers.</summary>
    public FrontEndConfig? FrontEnd { get; init; } = new();

    /// <summary>How samples of sensors become frames; needs a <see cref="FrontEnd"/> of null. Zeros are no silence there.</summary>
    public SensorFrontEndConfig? Sensor { get; init; }

    /// <summary>
    /// Numbers in a frame, 1 to 4,096, of a model without a front end; 0 with one. A frame of zeros is then a frame like any other: that it
    /// shuts every event switch holds for sound, where it is the log floor. What was before the stream is zeros all the same.
    /// </summary>
    public int Inputs { get; init; }

    /// <summary>Numbers in a frame: the front end's, or <see cref="Inputs"/>.</summary>
    public int FrameLength => FrontEnd?.Bands ?? Sensor?.FrameLength ?? Inputs;

    /// <summary>Convolutions before the recurrent layers; may be empty.</summary>
    public IReadOnlyList<StemLayer> Stem { get; init; } = [];

    /// <summary>Length m of the salience s_t, 1 to 64.</summary>
    public int SalienceSize { get; init; } = 16;

    /// <summary>Frames K that the salience sees, 1 to 32.</summary>
    public int SalienceFrames { get; init; } = 2;

    /// <summary>Stem layers whose output the salience sees, 0 to all; 0: it sees the frames. The later layers are computed only when needed.</summary>
    public int SalienceDepth { get; init; }

    /// <summary>
    /// Says in each frame of sound whether it is heard at all; null: every frame is that is not digital silence. For models of one layer: of hold, or of another cell with
    /// event switches that see the whole stem's last output (<see cref="SalienceFrames"/> of 1) or with none.
    /// </summary>
    public FrameSwitch? FrameSwitch { get; init; }

    /// <summary>True: the head sees the stem's outputs beside the last layer's h. For models of one hold layer, or with a <see cref="FrameSwitch"/>.</summary>
    public bool HeadSeesStem { get; init; }

    /// <summary>One or more recurrent layers, first to last; a hold layer is the only one.</summary>
    public required IReadOnlyList<RecurrentLayer> Layers { get; init; }

    /// <summary>
    /// Numbers D of a residual stream, 2 to 4,096, that makes each layer a block: x_0 = E y_t + e of the stem's outputs y_t; layer i sees x_i with
    /// mean 0 and variance 1, and x_(i+1) = x_i + P_i h_i + p_i. The last layer's output goes to the head alone, so that scores hold while every switch is
    /// shut. 0: each layer sees the h of the one before it. The paper's arrangement is not known; this is the usual one of deep recurrent nets.
    /// </summary>
    public int BlockWidth { get; init; }

    /// <summary>When the head scores, and what it sees.</summary>
    public Readout Readout { get; init; }

    /// <summary>What the scores are.</summary>
    public HeadKind Head { get; init; }

    /// <summary>How weight rows are held. <see cref="SuRnnModel.ToInt8"/> makes the one of the other.</summary>
    public Precision Precision { get; init; }

    /// <summary>Classes of the head, all different: at least two, or one for a linear head.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Labels that mean "no event" (silence, unknown): scored, never detected.</summary>
    public IReadOnlyList<string> Background { get; init; } = [];

    /// <summary>Words that were enrolled by a few recordings; null: the network's own head decides.</summary>
    public EnrolledWords? Words { get; init; }

    /// <summary>The second look that comes with the model; null: the detector's rule decides by the network's scores alone.</summary>
    public ModelVerifier? Verifier { get; init; }

    internal bool Holds => Layers[0].Holds;

    /// <summary>True: a frame is heard or not, and after one that is not the stem's outputs are zero.</summary>
    internal bool KnowsHeard => Holds || FrameSwitch is not null;
    internal int HeadInputs => Layers[^1].Hidden + (HeadSeesStem ? StemOutputs : 0);
    internal bool HasSalience => Layers.Any(layer => layer.SeesInput);
    internal int SalienceInputs => SalienceDepth == 0 ? FrameLength : Stem[SalienceDepth - 1].Channels;
    internal int StemOutputs => Stem.Count == 0 ? FrameLength : Stem[^1].Channels;
    internal int InputsOf(int layer) => BlockWidth > 0 ? BlockWidth : layer == 0 ? StemOutputs : Layers[layer - 1].Hidden;
    internal bool HasOutput(int layer) => BlockWidth > 0 && layer + 1 < Layers.Count;
    internal int ChannelsInto(int stemLayer) => stemLayer == 0 ? FrameLength : Stem[stemLayer - 1].Channels;

    /// <summary>The front end of a model of sound.</summary>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public FrontEndConfig RequireFrontEnd() => FrontEnd ?? throw new ArgumentException(Sensor is null
        ? $"The model takes frames of {Inputs} numbers, not sound: call SuRnnModel.Step."
        : $"The model takes sensors ({string.Join(", ", Sensor.Channels)}), not sound: give it such samples.");

    /// <summary>How the frames of a model for sound or sensors lie in their stream.</summary>
    /// <exception cref="ArgumentException">The model has no front end.</exception>
    public IFrameTiming RequireTiming() => (IFrameTiming?)Sensor ?? RequireFrontEnd();

    /// <summary>The front end of a model of sound that gives scores in every frame.</summary>
    /// <exception cref="ArgumentException">The model is not one of sound, or gives no probabilities after each frame.</exception>
    public FrontEndConfig RequireSoundDetector()
    {
        var frontEnd = RequireFrontEnd();
        RequireDetector();
        return frontEnd;
    }

    /// <summary>The frames of a model that gives scores in every frame, as detectors need it.</summary>
    /// <exception cref="ArgumentException">The model has no front end, or gives no probabilities after each frame.</exception>
    internal IFrameTiming RequireDetector()
    {
        var timing = RequireTiming();
        if (Readout != Readout.PerStep) throw new ArgumentException($"A detector needs scores after every frame, but the model's readout is {Readout}: call SuRnnModel.Step.");
        if (Head != HeadKind.Softmax) throw new ArgumentException($"A detector needs probabilities, but the model's head is {Head}: call SuRnnModel.Step.");
        return timing;
    }

    /// <summary>Checks that a stream made for this model can be given to the other.</summary>
    /// <exception cref="ArgumentException">It cannot: the rate or the channels differ; the message says how.</exception>
    public void RequireSameInput(SuRnnConfig other)
    {
        if (Sensor is not { } sensor)
        {
            var (rate, theirs) = (RequireFrontEnd().SampleRate, other.FrontEnd?.SampleRate);
            if (rate != theirs) throw new ArgumentException($"The stream is sound at {rate} Hz, but the model takes {(theirs is null ? "no sound" : $"sound at {theirs} Hz")}: choose a model that takes the same.");
            return;
        }
        var same = other.Sensor is { } others && others.SampleRate == sensor.SampleRate
            && others.Channels.Select(channel => channel.Name).SequenceEqual(sensor.Channels.Select(channel => channel.Name));
        if (!same) throw new ArgumentException(FormattableString.Invariant($"The stream is of sensors ({string.Join(", ", sensor.Channels)}) at {sensor.SampleRate} Hz, but the model does not take these: choose one that does."));
    }

    /// <summary>Checks that a verifier can be asked beside this model: one that counts the model's own second look (<see cref="VerifierRule.OwnLookWeight"/>) needs a model that has one.</summary>
    /// <param name="rule">The verifier's.</param>
    /// <param name="name">What the message calls the verifier, such as its file.</param>
    /// <exception cref="ArgumentException">The rule counts the model's own second look, and the model has none; the message names the verifier and what to use instead.</exception>
    public void RequireOwnLook(VerifierRule rule, string name)
    {
        if (rule.OwnLookWeight > 0 && (Verifier is null || Words is not null))
            throw new ArgumentException($"{name} was made for a model with a second look of its own, such as commands, and this model has none: use such a model, or another verifier.");
    }

    /// <exception cref="ArgumentException">A setting is outside its range; the message names it and its value.</exception>
    internal SuRnnConfig Validate()
    {
        FrontEnd?.Validate();
        Sensor?.Validate();
        Require(FrontEnd is null || Sensor is null, "one front end", "one for sound and one for sensors");
        Require(FrontEnd is null && Sensor is null ? Inputs is >= 1 and <= 4_096 : Inputs == 0, "a front end, or 1 to 4096 inputs instead", $"{Inputs} inputs");
        Require(Stem.Count <= 32, "at most 32 stem layers", Stem.Count);
        for (var i = 0; i < Stem.Count; i++)
        {
            var layer = Stem[i];
            Require(layer.Channels is >= 1 and <= 1_024, $"1 to 1024 channels in stem layer {i}", layer.Channels);
            Require(layer.Kernel is >= 1 and <= 64, $"a kernel of 1 to 64 frames in stem layer {i}", layer.Kernel);
            Require(layer.Dilation is >= 1 and <= 16, $"a dilation of 1 to 16 frames in stem layer {i}", layer.Dilation);
            Require(!layer.Residual || layer.Channels == ChannelsInto(i), $"as many channels out as in for the residual stem layer {i}", layer.Channels);
        }
        Require(Layers.Count is >= 1 and <= 16, "1 to 16 recurrent layers", Layers.Count);
        foreach (var layer in Layers)
        {
            Require(Enum.IsDefined(layer.Cell) && Enum.IsDefined(layer.Switch), "a known cell and switch", layer);
            Require(layer.Hidden is >= 1 and <= 4_096, "1 to 4096 neurons a layer", layer.Hidden);
            Require(layer.Holds == (layer.Switch == SwitchKind.Increase), "the switch increase with the cell hold, and with no other", layer);
            Require(layer.Holds ? layer.Period is >= 1 and <= 10_000 && layer.Rest is >= 1 and <= 10_000 : layer is { Period: 0, Rest: 0 }, "a period and a rest of 1 to 10000 frames for a hold layer, 0 for others", layer);
            Require(!layer.Holds || Layers.Count == 1, "no other layer beside one of the cell hold", Layers.Count);
            Require(layer.SeesTime ? layer.Harmonics is >= 1 and <= 64 : layer.Harmonics == 0, "1 to 64 harmonics for a harmonic switch, 0 for others", layer.Harmonics);
        }
        Require(Layers[0].Holds || FrameSwitch is not null || !HeadSeesStem, "a hold layer or a frame switch for a head that sees the stem", Layers[0]);
        Require(BlockWidth is 0 or (>= 2 and <= 4_096), "blocks of 2 to 4096 numbers, or of 0", BlockWidth);
        Require(BlockWidth == 0 || !Layers[0].Holds, "no blocks of hold layers", BlockWidth);
        Require(FrameSwitch is null || (Layers.Count == 1 && BlockWidth == 0 && Layers[0].Switch is SwitchKind.Increase or SwitchKind.Event or SwitchKind.None), "one layer that holds, or has event switches or none, for a frame switch", Layers[0]);
        Require(FrameSwitch is null || !HasSalience || (SalienceDepth == Stem.Count && SalienceFrames == 1), "event switches that see the whole stem's last output for a frame switch", $"{SalienceFrames} frames after {SalienceDepth} layers");
        Require(FrameSwitch is null || FrontEnd is not null, "sound for a frame switch", $"{Inputs} inputs");
        FrameSwitch?.Validate();
        Require(!KnowsHeard || Readout == Readout.PerStep, "scores after every frame for a hold layer or a frame switch", Readout);
        Require(SalienceSize is >= 1 and <= 64, "a salience of 1 to 64 numbers", SalienceSize);
        Require(SalienceFrames is >= 1 and <= 32, "a salience over 1 to 32 frames", SalienceFrames);
        Require(SalienceDepth >= 0 && SalienceDepth <= Stem.Count, $"a salience after 0 to {Stem.Count} stem layers", SalienceDepth);
        Require(Enum.IsDefined(Readout) && Enum.IsDefined(Head), "a known readout and head", $"{Readout}, {Head}");
        Require(Enum.IsDefined(Precision), "a known precision", Precision);
        var fewest = Head == HeadKind.Linear ? 1 : 2;
        Require(Labels.Count >= fewest && Labels.Count <= 10_000 && Labels.Distinct().Count() == Labels.Count && !Labels.Any(string.IsNullOrWhiteSpace),
            $"{fewest} to 10000 labels, all different and none empty", string.Join(',', Labels));
        Require(Background.Count < Labels.Count && Background.All(Labels.Contains), "background labels that are labels, and one label besides", string.Join(',', Background));
        Words?.Validate(this);
        Verifier?.Validate(this);
        return this;
    }

    static void Require<T>(bool holds, string what, T value)
    {
        if (!holds) throw new ArgumentException($"The model needs {what}, but has {value}.");
    }
}
