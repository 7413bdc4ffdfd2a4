using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// What networks over a window of frames begin with: a convolution with stride 2, residual separable convolutions, means over segments of time. Immutable, for any number of threads. Rows are whole
/// numbers and everything else goes lane by lane without fused operations, so every machine gives the same bits.
/// </summary>
sealed unsafe class WindowTrunk
{
    readonly WordSpaceShape _shape;
    readonly WeightMatrix _first;
    readonly WeightMatrix[] _mix;
    readonly AlignedBuffer[] _depthwise; // [Kernel, padded channels]
    readonly int _row;

    /// <param name="shape">Of which only the trunk's sizes count.</param>
    /// <param name="tensors">By the names of <see cref="WordSpaceShape.TrunkTensors"/>.</param>
    public WindowTrunk(WordSpaceShape shape, Func<string, float[]> tensors)
    {
        _shape = shape;
        _first = Matrix("first", tensors);
        _mix = [.. Enumerable.Range(0, shape.Blocks).Select(i => Matrix($"block.{i}", tensors))];
        _depthwise = [.. Enumerable.Range(0, shape.Blocks).Select(i => PackedRows.From(tensors($"block.{i}.depthwise"), shape.Kernel))];
        _row = RowKernel.PadInt8(shape.Channels);
        Longest = Math.Max(RowKernel.PadInt8(shape.Segments * shape.Channels), _mix.Append(_first).Max(matrix => matrix.Longest));
    }

    /// <summary>Numbers that vectors of a workspace need room for.</summary>
    public int Longest { get; }

    /// <summary>Int8 rows by name, with their scales and biases.</summary>
    public static WeightMatrix Matrix(string name, Func<string, float[]> tensors) => new(tensors(name + ".weight"), tensors(name + ".bias"), tensors(name + ".scale"));

    public Memory NewMemory() => new(_shape.Positions * _row);

    /// <summary>The last convolution's outputs of a window, into the memory.</summary>
    /// <param name="frames">[Frames, Bands]</param>
    /// <param name="memory">The caller's thread's own.</param>
    /// <param name="work">Likewise.</param>
    public void Run(ReadOnlySpan<float> frames, Memory memory, Workspace work)
    {
        Convolve(_shape, frames, WordSpaceShape.FirstKernel, _first, memory.Now.Pointer, _row, _shape.Channels, work);
        for (var i = 0; i < _shape.Blocks; i++) Block(i, memory, work);
    }

    /// <summary>One convolution with stride 2 and ReLU; frames outside the window are zero.</summary>
    public static void Convolve(WordSpaceShape shape, ReadOnlySpan<float> frames, int kernel, WeightMatrix matrix, float* to, int row, int channels, Workspace work)
    {
        var bands = shape.Bands;
        for (var p = 0; p < shape.Positions; p++)
        {
            for (var k = 0; k < kernel; k++)
            {
                var frame = WordSpaceShape.Stride * p + k - kernel / 2;
                var seen = work.Seen.Span.Slice(k * bands, bands);
                if (frame < 0 || frame >= shape.Frames) seen.Clear();
                else frames.Slice(frame * bands, bands).CopyTo(seen);
            }
            matrix.Multiply(work.Seen.Pointer, work.Made.Pointer, work);
            for (var c = 0; c < channels; c++) to[p * row + c] = MathF.Max(0, work.Made.Pointer[c]);
        }
    }

    /// <summary>x + relu(mix of the filtered x); positions outside the window are zero.</summary>
    void Block(int i, Memory memory, Workspace work)
    {
        float* trunk = memory.Now.Pointer, next = memory.Next.Pointer, filters = _depthwise[i].Pointer;
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
    public void Pool(Memory memory, int first, float* to)
    {
        var trunk = memory.Now.Pointer;
        for (var s = 0; s < _shape.Segments; s++)
            for (var c = 0; c < _shape.Channels; c++)
            {
                var sum = 0f;
                for (var p = 0; p < _shape.Segment; p++) sum += trunk[(first + s * _shape.Segment + p) * _row + c];
                to[s * _shape.Channels + c] = sum * (1f / _shape.Segment);
            }
    }

    /// <summary>A thread's own: the present convolution's outputs, and room for the next one's.</summary>
    public sealed class Memory(int length)
    {
        public AlignedBuffer Now { get; private set; } = new(length);
        public AlignedBuffer Next { get; private set; } = new(length);

        public void Swap() => (Now, Next) = (Next, Now);
    }
}
