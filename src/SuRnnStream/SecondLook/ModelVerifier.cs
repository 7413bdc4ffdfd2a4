using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>
/// The second look that a model file brings along: a network over the frames around a burst's end that tells the model's labels apart. A convolution with stride 2, residual separable convolutions, means
/// over segments of time, a hidden layer, softmax, asked at several shifts. The detector's own thresholds decide about what <see cref="VerifierRule.Score"/> makes of its answers. Our own extension, not the paper's.
/// </summary>
public sealed record ModelVerifier
{
    /// <summary>Channels of the convolutions, 8 to 256.</summary>
    public int Channels { get; init; } = 96;

    /// <summary>Residual convolutions after the first, 1 to 16.</summary>
    public int Blocks { get; init; } = 6;

    /// <summary>Positions that each of them sees: odd, 1 to 31. A position is two frames.</summary>
    public int Kernel { get; init; } = 5;

    /// <summary>Parts of the window's time, 1 to 32, each read as a mean.</summary>
    public int Segments { get; init; } = 8;

    /// <summary>Positions in a segment, 1 to 16.</summary>
    public int Segment { get; init; } = 4;

    /// <summary>Places, a position apart, at which the segments are laid; the probabilities' mean counts. 1 to 8.</summary>
    public int Shifts { get; init; } = 3;

    /// <summary>Frames after a burst's last one that are seen, 0 to what fits into the rule's calm.</summary>
    public int FramesAfter { get; init; } = 7;

    /// <summary>Units of the hidden layer, 8 to 1,024.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>What it is asked about, and how its probabilities decide together with the network's scores. Its <see cref="VerifierRule.Threshold"/> is that of the model's detector and not kept.</summary>
    public VerifierRule Rule { get; init; } = new();

    /// <summary>Threshold of the first stage alone, in (0, 1): of <see cref="DetectorOptions.Verify"/> off.</summary>
    public float FirstThreshold { get; init; } = 0.5f;

    /// <summary>Thresholds of single labels of the first stage alone where they differ from it, each in (0, 1).</summary>
    public IReadOnlyDictionary<string, float> FirstThresholds { get; init; } = new Dictionary<string, float>();

    /// <summary>Frames of a window.</summary>
    public int Frames => Window(1).Frames;

    /// <summary>Multiply-adds of a candidate.</summary>
    /// <param name="bands">Numbers in a frame.</param>
    /// <param name="labels">Labels of the model.</param>
    public long MultiplyAdds(int bands, int labels) => Window(bands).TrunkMultiplyAdds + (long)Shifts * Hidden * (Segments * Channels + labels);

    /// <summary>The convolutions and what they see.</summary>
    internal WordSpaceShape Window(int bands) => new() { Bands = bands, Channels = Channels, Blocks = Blocks, Kernel = Kernel, Segments = Segments, Segment = Segment, Shifts = Shifts, FramesAfter = FramesAfter };

    internal const string Prefix = "verifier.";

    /// <summary>Names and shapes of its tensors, in the order of the file. The weights of matrices are whole multiples of their rows' scales.</summary>
    internal IEnumerable<(string Name, int[] Shape)> Tensors(SuRnnConfig config) =>
        Window(config.FrameLength).TrunkTensors().Concat(WordSpaceShape.Matrix("hidden", Hidden, Segments, Channels)).Concat(WordSpaceShape.Matrix("out", config.Labels.Count, Hidden))
            .Select(tensor => (Prefix + tensor.Name, tensor.Shape));

    /// <summary>Those that hold whole multiples of scales.</summary>
    internal IEnumerable<(string Name, string Scale)> Quantized(SuRnnConfig config) => Tensors(config).Where(tensor => tensor.Name.EndsWith(".scale", StringComparison.Ordinal))
        .Select(tensor => tensor.Name[..^".scale".Length]).Select(name => (name + ".weight", name + ".scale"));

    /// <exception cref="ArgumentException">It does not fit the model; the message says why.</exception>
    internal ModelVerifier Validate(SuRnnConfig config)
    {
        if (config.FrontEnd is not { } front) throw new ArgumentException("A second look is of models of sound, but this one has no front end.");
        if (config.Words is not null) throw new ArgumentException("A model with enrolled words has those for a second look, and no other.");
        if (!config.HasSalience && !config.KnowsHeard) throw new ArgumentException("A second look is asked about bursts of open switches, but no layer of the model has an event switch or holds.");
        Window(front.Bands).Validate();
        Require(Hidden is >= 8 and <= 1_024, $"The second look's {nameof(Hidden)}", Hidden, "8 to 1024");
        Rule.Validate();
        Require(Rule.OwnLookWeight == 0, $"The second look's {nameof(Rule.OwnLookWeight)}", Rule.OwnLookWeight, "0: it is the model's own itself");
        Require(FramesAfter <= Rule.CalmFrames(front), $"The second look's {nameof(FramesAfter)}", FramesAfter, $"0 to {Rule.CalmFrames(front)}, the calm of {Rule.Calm.TotalMilliseconds} ms");
        _ = new DetectorOptions { Threshold = FirstThreshold, Thresholds = FirstThresholds }.Validate(config.Labels);
        return this;
    }
}
