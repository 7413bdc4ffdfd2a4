using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuRnnStream.Training.Net;

/// <summary>What a pass through a <see cref="HoldNet"/> gives. Read: what the head sees, [T, B, H + C]; gates of switches that are learnt, [T, B, H].</summary>
sealed record HoldOutput(Tensor Logits, Tensor Read, Tensor Held, Tensor? Gates);

/// <summary>
/// The trainable twin of a model with a frame switch, dilated convolutions and a memory, such as a `hold` layer: in frames where the switch is shut everything
/// after it is zero, and the memory stays as it is.
/// </summary>
sealed class HoldNet : Module
{
    readonly SuRnnConfig _config;
    readonly StemBlock[] _stem;
    readonly WordMemory _memory;
    readonly Linear _head, _distilled, _speech;
    bool _frozen;

    /// <param name="config">The model's shape: one layer.</param>
    /// <param name="targets">Numbers that a teacher gives for a sound; 0: no teacher.</param>
    /// <param name="kind">Of its memory.</param>
    public HoldNet(SuRnnConfig config, int targets, MemoryKind kind = MemoryKind.Hold) : base(nameof(HoldNet))
    {
        _config = config;
        _stem = [.. config.Stem.Select((layer, i) => new StemBlock(layer, config.ChannelsInto(i), filterNorm: true))];
        for (var i = 0; i < _stem.Length; i++) register_module($"stem{i}", _stem[i]);
        _memory = WordMemory.Of(kind, config);
        if (_memory.Weights is { } weights) register_module("memory", weights);
        var read = _memory.Size + config.StemOutputs;
        register_module("head", _head = Linear(read, config.Labels.Count));
        register_module("lesson", _distilled = Linear(read, Math.Max(1, targets))); // its name in checkpoints
        register_module("speech", _speech = Linear(read, SpeechEmbedding.Size));
    }

    /// <param name="frames">[B, T, FrameLength].</param>
    /// <param name="open">[B, T] 1 in frames that the network gets, 0 in others; null: all are.</param>
    /// <param name="plan">When the banks are begun.</param>
    public HoldOutput Forward(Tensor frames, Tensor? open, HoldPlan plan)
    {
        var y = Stem(frames, open);
        var (held, gates) = _memory.Run(y, open, plan);
        var read = cat([held, y], 2);
        return new HoldOutput(_head.call(read), read, held, gates);
    }

    /// <summary>Outputs of the convolutions: [T, B, C].</summary>
    Tensor Stem(Tensor frames, Tensor? open)
    {
        using var noGradient = _frozen ? no_grad() : null;
        foreach (var block in _stem) block.train(training && !_frozen);
        var x = frames.transpose(1, 2);                       // [B, C, T]
        var mask = open?.unsqueeze(1);                        // [B, 1, T]
        for (var i = 0; i < _stem.Length; i++)
        {
            x = _stem[i].call(functional.pad(x, [_config.Stem[i].Reach, 0]));
            if (mask is not null) x = x * mask;
        }
        return x.permute(2, 0, 1).contiguous();
    }

    /// <summary>What the network makes of a teacher's numbers.</summary>
    /// <param name="read">[..., H + C] of what the head sees.</param>
    public Tensor Distilled(Tensor read) => _distilled.call(read);

    /// <summary>What the network makes of the teacher's vector that ends in the same frame.</summary>
    /// <param name="read">[..., H + C] of what the head sees.</param>
    public Tensor SpeechDistilled(Tensor read) => _speech.call(read);

    /// <summary>Loads a checkpoint, also one from before <see cref="SpeechDistilled"/>.</summary>
    /// <exception cref="InvalidDataException">It is of another shape.</exception>
    public void LoadFrom(string file)
    {
        var found = new Dictionary<string, bool>();
        try
        {
            load(file, strict: false, loadedParameters: found);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{file} is a checkpoint of another shape: {error.Message}", error);
        }
        if (state_dict().Keys.Where(name => !name.StartsWith("speech.", StringComparison.Ordinal) && !found.GetValueOrDefault(name)).ToArray() is [var missing, ..]) throw new InvalidDataException($"{file} has no {missing}: it is a checkpoint of another shape.");
    }

    /// <summary>Takes a model's weights over, and sets the norms, which a model no longer has, by some sounds: the scores are the model's.</summary>
    /// <param name="of">The model's tensors.</param>
    /// <param name="frames">[B, T, FrameLength].</param>
    /// <param name="open">[B, T] 1 in frames that the network gets.</param>
    public void Import(Func<string, Tensor> of, Tensor frames, Tensor open)
    {
        using var noGradient = no_grad();
        eval();
        var (x, mask) = (frames.transpose(1, 2), open.unsqueeze(1));
        for (var i = 0; i < _stem.Length; i++)
        {
            _stem[i].Import($"stem.{i}.", of);
            x = _stem[i].Calibrate(functional.pad(x, [_config.Stem[i].Reach, 0])) * mask;
        }
        _memory.Import(of);
        _head.weight.copy_(of("head.weight").view(_head.weight.shape));
        _head.bias!.copy_(of("head.bias"));
    }

    /// <summary>Takes the convolutions of another network over, which learn no more: memories can be compared on them.</summary>
    public void Freeze(HoldNet from)
    {
        using var noGradient = no_grad();
        var theirs = from.state_dict();
        foreach (var (name, value) in state_dict()) if (name.StartsWith("stem", StringComparison.Ordinal)) value.copy_(theirs[name]);
        foreach (var block in _stem) foreach (var parameter in block.parameters()) parameter.requires_grad_(false);
        _frozen = true;
    }

    /// <summary>Those that a training changes.</summary>
    public IEnumerable<TorchSharp.Modules.Parameter> Learnt => parameters().Where(parameter => parameter.requires_grad);

    /// <summary>The weights as the runtime wants them, norms folded; without those of the frame switch.</summary>
    public Dictionary<string, Tensor> Export()
    {
        var tensors = new Dictionary<string, Tensor>();
        for (var i = 0; i < _stem.Length; i++) _stem[i].Export($"stem.{i}.", tensors);
        _memory.Export(tensors);
        (tensors["head.weight"], tensors["head.bias"]) = (_head.weight, _head.bias!);
        return tensors;
    }
}
