namespace SuRnnStream;

/// <summary>The frame switch of a model: says of each frame whether it is heard. Its GRU is a model of its own.</summary>
sealed class FrameGate
{
    readonly SuRnnModel _gru;
    readonly FrameSwitch _shape;
    readonly int _bands;

    public FrameGate(SuRnnConfig config, SuRnnWeights weights)
    {
        (_shape, _bands) = (config.FrameSwitch!, config.FrameLength);
        var inner = new SuRnnConfig
        {
            FrontEnd = null,
            Inputs = FrameSwitchInput.Numbers,
            Layers = [new RecurrentLayer(CellKind.Gru, _shape.Hidden, SwitchKind.None)],
            Head = HeadKind.Linear,
            Labels = ["said"],
        };
        float[] Of(string name) => weights["switch." + name].ToArray();
        _gru = new SuRnnModel(inner, new SuRnnWeights(inner, new Dictionary<string, float[]>
        {
            ["layer.0.input"] = Of("input"),
            ["layer.0.recurrent"] = Of("recurrent"),
            ["layer.0.bias"] = Of("bias"),
            ["layer.0.candidate_bias"] = Of("candidate_bias"),
            ["head.weight"] = Of("head.weight"),
            ["head.bias"] = Of("head.bias"),
        }));
    }

    /// <inheritdoc cref="FrameSwitch.Lead"/>
    public int Lead => _shape.Lead;

    public FrameGateState NewState() => new(_gru.NewState(), new FrameSwitchInput(_bands));

    /// <summary>
    /// True: the next frame [bands] is heard. A frame at the log floor does not enter the GRU and opens nothing, but the hangover counts it: a word that ends in
    /// digital silence is decided in the frames after it, as in noise.
    /// </summary>
    public bool Hears(ReadOnlySpan<float> frame, bool silence, FrameGateState state, ref Work done)
    {
        if (silence)
        {
            state.Since = Math.Min(state.Since + 1, FrameGateState.Never);
            return state.Since <= _shape.Hangover;
        }
        Span<float> numbers = stackalloc float[FrameSwitchInput.Numbers];
        state.Input.Next(frame, numbers);
        var cost = _gru.Step(numbers, state.Gru);
        done += new Work(cost.MultiplyAdds, cost.WeightBytes);
        state.Since = state.Gru.Scores.Span[0] > _shape.Opening ? 0 : Math.Min(state.Since + 1, FrameGateState.Never);
        return state.Since <= _shape.Hangover;
    }

    /// <summary>What a frame that is no digital silence costs, of this shape.</summary>
    public Work PerFrame => new(_gru.MultiplyAddsPerFrame, sizeof(float) * _gru.MultiplyAddsPerFrame);
}

/// <summary>What a stream remembers of its frame switch.</summary>
sealed class FrameGateState(SuRnnState gru, FrameSwitchInput input)
{
    /// <summary>Longer ago than any hangover.</summary>
    public const int Never = 1 << 20;

    public SuRnnState Gru { get; } = gru;
    public FrameSwitchInput Input { get; } = input;

    /// <summary>Frames since the last one above the opening.</summary>
    public int Since { get; set; } = Never;

    public void Reset()
    {
        Gru.Reset();
        Input.Reset();
        Since = Never;
    }

    public void Save(BinaryWriter to)
    {
        Gru.Save(to);
        Input.Save(to);
        to.Write(Since);
    }

    /// <param name="from">What <see cref="Save"/> wrote.</param>
    /// <param name="most">Largest number of a frame of the model.</param>
    public void Restore(BinaryReader from, float most)
    {
        Gru.Restore(from);
        Input.Restore(from, most);
        Since = from.ReadInt32();
        if (Since is < 0 or > Never) throw new InvalidDataException($"A saved frame switch was above its opening {Since} frames ago.");
    }
}
