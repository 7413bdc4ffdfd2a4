using System.Runtime.Intrinsics;
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
    readonly WeightMatrix _first, _out, _voiceFirst, _voiceMix, _voiceOut;
    readonly WeightMatrix[] _mix;
    readonly AlignedBuffer[] _depthwise; // [Kernel, padded channels]
    readonly int _row, _voiceRow, _longest;
    readonly ThreadLocal<Memory> _memory;

    /// <param name="shape">Of the network.</param>
    /// <param name="tensors">By the names of <see cref="WordSpaceShape.Tensors"/>.</param>
    public WordSpaceNetwork(WordSpaceShape shape, Func<string, float[]> tensors)
    {
        _shape = shape;
        WeightMatrix Matrix(string name) => new(tensors(name + ".weight"), tensors(name + ".bias"), tensors(name + ".scale"));
        (_first, _out, _voiceFirst, _voiceMix, _voiceOut) = (Matrix("first"), Matrix("out"), Matrix("voice.first"), Matrix("voice.mix"), Matrix("voice.out"));
        _mix = [.. Enumerable.Range(0, shape.Blocks).Select(i => Matrix($"block.{i}"))];
        _depthwise = [.. Enumerable.Range(0, shape.Blocks).Select(i => PackedRows.From(tensors($"block.{i}.depthwise"), shape.Kernel))];
        (_row, _voiceRow) = (RowKernel.PadInt8(shape.Channels), RowKernel.PadInt8(shape.VoiceChannels));
        _longest = _mix.Concat([_first, _out, _voiceFirst, _voiceMix, _voiceOut]).Max(matrix => matrix.Longest);
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
        Convolve(frames, WordSpaceShape.FirstKernel, _first, memory.Trunk.Pointer, _row, _shape.Channels, work);
        for (var i = 0; i < _shape.Blocks; i++) Block(i, memory, work);
        word[.._shape.Size].Clear();
        for (var shift = 0; shift < _shape.Shifts; shift++)
        {
            Pool(memory.Trunk.Pointer, shift, work.X.Pointer);
            _out.Multiply(work.X.Pointer, work.Made.Pointer, work);
            var made = work.Made.Span[.._shape.Size];
            Normalise(made);
            for (var i = 0; i < made.Length; i++) word[i] += made[i] * (1f / _shape.Shifts);
        }
        Normalise(word[.._shape.Size]);
        Voice(frames, memory, work, voice[.._shape.VoiceSize]);
    }

    /// <summary>One convolution with stride 2 and ReLU; frames outside the window are zero.</summary>
    void Convolve(ReadOnlySpan<float> frames, int kernel, WeightMatrix matrix, float* to, int row, int channels, Workspace work)
    {
        var bands = _shape.Bands;
        for (var p = 0; p < _shape.Positions; p++)
        {
            for (var k = 0; k < kernel; k++)
            {
                var frame = WordSpaceShape.Stride * p + k - kernel / 2;
                var seen = work.Seen.Span.Slice(k * bands, bands);
                if (frame < 0 || frame >= _shape.Frames) seen.Clear();
                else frames.Slice(frame * bands, bands).CopyTo(seen);
            }
            matrix.Multiply(work.Seen.Pointer, work.Made.Pointer, work);
            for (var c = 0; c < channels; c++) to[p * row + c] = MathF.Max(0, work.Made.Pointer[c]);
        }
    }

    /// <summary>x + relu(mix of the filtered x); positions outside the window are zero.</summary>
    void Block(int i, Memory memory, Workspace work)
    {
        float* trunk = memory.Trunk.Pointer, next = memory.Next.Pointer, filters = _depthwise[i].Pointer;
        var (half, filterRow, channels) = (_shape.Kernel / 2, RowKernel.Pad(_shape.Channels), _shape.Channels);
        for (var p = 0; p < _shape.Positions; p++)
        {
            int from = Math.Max(0, p - half), until = Math.Min(_shape.Positions - 1, p + half);
            for (var c = 0; c < channels; c += 8)
            {
                var sum = Vector256<float>.Zero;
                for (var at = from; at <= until; at++) sum += Vector256.Load(filters + (at - p + half) * filterRow + c) * Vector256.Load(trunk + at * _row + c);
                sum.Store(work.Seen.Pointer + c);
            }
            _mix[i].Multiply(work.Seen.Pointer, work.Made.Pointer, work);
            for (var c = 0; c < channels; c++) next[p * _row + c] = trunk[p * _row + c] + MathF.Max(0, work.Made.Pointer[c]);
        }
        memory.Swap();
    }

    /// <summary>[Segments, Channels] means over each segment's positions.</summary>
    void Pool(float* trunk, int shift, float* to)
    {
        for (var s = 0; s < _shape.Segments; s++)
            for (var c = 0; c < _shape.Channels; c++)
            {
                var sum = 0f;
                for (var p = 0; p < _shape.Segment; p++) sum += trunk[(shift + s * _shape.Segment + p) * _row + c];
                to[s * _shape.Channels + c] = sum * (1f / _shape.Segment);
            }
    }

    void Voice(ReadOnlySpan<float> frames, Memory memory, Workspace work, Span<float> voice)
    {
        var x = memory.Voice.Pointer;
        var (channels, positions) = (_shape.VoiceChannels, _shape.Positions);
        Convolve(frames, WordSpaceShape.VoiceKernel, _voiceFirst, x, _voiceRow, channels, work);
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
        public AlignedBuffer Trunk { get; private set; } = new(network._shape.Positions * network._row);
        public AlignedBuffer Next { get; private set; } = new(network._shape.Positions * network._row);
        public AlignedBuffer Voice { get; } = new(network._shape.Positions * network._voiceRow);

        public void Swap() => (Trunk, Next) = (Next, Trunk);
    }
}
