using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// A word space at run time: frames around a burst's end to a word's vector and a voice's. Immutable, for any number of threads. Rows are whole numbers and everything else goes lane by lane without fused
/// operations, so every machine gives the same bits.
/// </summary>
sealed unsafe class WordSpaceNetwork
{
    const float Least = 1e-20f; // a vector this short has no direction

    readonly WordSpaceShape _shape;
    readonly WindowTrunk _trunk;
    readonly WeightMatrix _out, _voiceFirst, _voiceMix, _voiceOut;
    readonly int _voiceRow, _longest;
    readonly ThreadLocal<Memory> _memory;

    /// <param name="shape">Of the network.</param>
    /// <param name="tensors">By the names of <see cref="WordSpaceShape.Tensors"/>.</param>
    public WordSpaceNetwork(WordSpaceShape shape, Func<string, float[]> tensors)
    {
        _shape = shape;
        WeightMatrix Matrix(string name) => WindowTrunk.Matrix(name, tensors);
        _trunk = new WindowTrunk(shape, tensors);
        (_out, _voiceFirst, _voiceMix, _voiceOut) = (Matrix("out"), Matrix("voice.first"), Matrix("voice.mix"), Matrix("voice.out"));
        _voiceRow = RowKernel.PadInt8(shape.VoiceChannels);
        _longest = new[] { _out, _voiceFirst, _voiceMix, _voiceOut }.Max(matrix => matrix.Longest);
        _longest = Math.Max(_longest, _trunk.Longest);
        _memory = new(() => new Memory(this));
    }

    public WordSpaceShape Shape => _shape;

    /// <summary>Both vectors of a window, each of length 1, or zero where nothing is said.</summary>
    /// <param name="frames">[Frames, Bands]</param>
    /// <param name="word">[Size] mean of the vectors at every shift.</param>
    /// <param name="voice">[VoiceSize]</param>
    public void Embed(ReadOnlySpan<float> frames, Span<float> word, Span<float> voice)
    {
        var (memory, work) = (_memory.Value!, Workspace.Mine(_longest, 0));
        _trunk.Run(frames, memory.Trunk, work);
        word[.._shape.Size].Clear();
        for (var shift = 0; shift < _shape.Shifts; shift++)
        {
            _trunk.Pool(memory.Trunk, shift * _shape.ShiftStep, work.X.Pointer);
            _out.Multiply(work.X.Pointer, work.Made.Pointer, work);
            var made = work.Made.Span[.._shape.Size];
            Normalise(made);
            for (var i = 0; i < made.Length; i++) word[i] += made[i] * (1f / _shape.Shifts);
        }
        Normalise(word[.._shape.Size]);
        Voice(frames, memory, work, voice[.._shape.VoiceSize]);
    }

    void Voice(ReadOnlySpan<float> frames, Memory memory, Workspace work, Span<float> voice)
    {
        var x = memory.Voice.Pointer;
        var (channels, positions) = (_shape.VoiceChannels, _shape.Positions);
        WindowTrunk.Convolve(_shape, frames, WordSpaceShape.VoiceKernel, _voiceFirst, x, _voiceRow, channels, work);
        for (var p = 0; p < positions; p++)
        {
            new Span<float>(x + p * _voiceRow, channels).CopyTo(work.Seen.Span);
            _voiceMix.Multiply(work.Seen.Pointer, work.Made.Pointer, work);
            for (var c = 0; c < channels; c++) x[p * _voiceRow + c] = MathF.Max(0, work.Made.Pointer[c]);
        }
        for (var c = 0; c < channels; c++)
        {
            float sum = 0, squares = 0;
            for (var p = 0; p < positions; p++) sum += x[p * _voiceRow + c];
            var mean = sum / positions;
            for (var p = 0; p < positions; p++) squares += (x[p * _voiceRow + c] - mean) * (x[p * _voiceRow + c] - mean);
            (work.X.Pointer[c], work.X.Pointer[channels + c]) = (mean, MathF.Sqrt(squares / positions + WordSpaceShape.LeastVariance));
        }
        _voiceOut.Multiply(work.X.Pointer, work.Made.Pointer, work);
        work.Made.Span[.._shape.VoiceSize].CopyTo(voice);
        Normalise(voice);
    }

    /// <summary>To length 1; the sum goes from first to last, so that no vector's width decides its bits.</summary>
    internal static void Normalise(Span<float> vector)
    {
        var squares = 0f;
        foreach (var x in vector) squares += x * x;
        if (!(squares > Least))
        {
            vector.Clear();
            return;
        }
        var factor = 1 / MathF.Sqrt(squares);
        for (var i = 0; i < vector.Length; i++) vector[i] *= factor;
    }

    /// <summary>A thread's own.</summary>
    sealed class Memory(WordSpaceNetwork network)
    {
        public WindowTrunk.Memory Trunk { get; } = network._trunk.NewMemory();
        public AlignedBuffer Voice { get; } = new(network._shape.Positions * network._voiceRow);
    }
}
