using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>A model's own second look at run time. Allocates once a thread; the same bits at every width of vectors.</summary>
sealed unsafe class NetworkVerifier : IOwnVerifier
{
    readonly ModelVerifier _shape;
    readonly WindowTrunk _trunk;
    readonly WeightMatrix _hidden, _out;
    readonly int _longest;
    readonly long _multiplyAdds;
    readonly ThreadLocal<WindowTrunk.Memory> _memory;

    /// <param name="config">Of a model that has one.</param>
    /// <param name="tensors">By the names of <see cref="ModelVerifier.Tensors"/> without their prefix.</param>
    public NetworkVerifier(SuRnnConfig config, Func<string, float[]> tensors)
    {
        _shape = config.Verifier!;
        _trunk = new WindowTrunk(_shape.Window(config.FrameLength), tensors);
        (_hidden, _out) = (WindowTrunk.Matrix("hidden", tensors), WindowTrunk.Matrix("out", tensors));
        _longest = Math.Max(_trunk.Longest, Math.Max(_hidden.Longest, _out.Longest));
        _multiplyAdds = _shape.MultiplyAdds(config.FrameLength, config.Labels.Count);
        _memory = new(_trunk.NewMemory);
        (Labels, FrameLength) = (config.Labels, config.FrameLength);
        Window = new VerifierWindow { FramesBefore = _shape.Frames - _shape.FramesAfter, FramesAfter = _shape.FramesAfter };
    }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Numbers in a frame.</summary>
    public int FrameLength { get; }

    public VerifierRule Rule => _shape.Rule;

    public VerifierWindow Window { get; }

    public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
    {
        Tell(candidate.Frames, probabilities);
        return _multiplyAdds;
    }

    /// <param name="frames">[Frames, Bands]</param>
    /// <param name="probabilities">[Labels] written: the mean over the shifts.</param>
    public void Tell(ReadOnlySpan<float> frames, Span<float> probabilities)
    {
        var (memory, work) = (_memory.Value!, Workspace.Mine(_longest, 0));
        _trunk.Run(frames, memory, work);
        probabilities = probabilities[..Labels.Count];
        probabilities.Clear();
        for (var shift = 0; shift < _shape.Shifts; shift++)
        {
            _trunk.Pool(memory, shift, work.X.Pointer);
            _hidden.Multiply(work.X.Pointer, work.Made.Pointer, work);
            for (var i = 0; i < _shape.Hidden; i++) work.Seen.Pointer[i] = MathF.Max(0, work.Made.Pointer[i]);
            _out.Multiply(work.Seen.Pointer, work.Made.Pointer, work);
            AddSoftmax(work.Made.Pointer, probabilities);
        }
        for (var i = 0; i < probabilities.Length; i++) probabilities[i] *= 1f / _shape.Shifts;
    }

    /// <summary>From first to last, so that no vector's width decides the sum's bits.</summary>
    static void AddSoftmax(float* logits, Span<float> to)
    {
        var (highest, sum) = (float.NegativeInfinity, 0f);
        for (var i = 0; i < to.Length; i++) highest = MathF.Max(highest, logits[i]);
        Activations.SoftmaxNumerators(new Span<float>(logits, RowKernel.Pad(to.Length)), highest);
        for (var i = 0; i < to.Length; i++) sum += logits[i];
        for (var i = 0; i < to.Length; i++) to[i] += logits[i] / sum;
    }
}
