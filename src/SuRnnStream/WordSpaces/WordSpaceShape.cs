namespace SuRnnStream;

/// <summary>
/// The shape of a word space: a network from the frames around a burst's end to a vector of length 1, near other vectors of the same word. A convolution with stride 2, residual separable
/// convolutions, means over segments of time, one matrix. A branch of its own gives a second vector, of the voice. Our own extension, not the paper's.
/// </summary>
public sealed record WordSpaceShape
{
    internal const int FirstKernel = 3, VoiceKernel = 5, Stride = 2;
    internal const float LeastVariance = 1e-4f;

    /// <summary>Numbers in a frame, 1 to 256.</summary>
    public int Bands { get; init; } = 40;

    /// <summary>Channels of the convolutions, 8 to 256.</summary>
    public int Channels { get; init; } = 96;

    /// <summary>Residual convolutions after the first, 1 to 16.</summary>
    public int Blocks { get; init; } = 6;

    /// <summary>Positions that each of them sees: odd, 1 to 31.</summary>
    public int Kernel { get; init; } = 5;

    /// <summary>Parts of the window's time, 1 to 32, each read as a mean.</summary>
    public int Segments { get; init; } = 8;

    /// <summary>Positions in a segment, 1 to 16; a position is two frames.</summary>
    public int Segment { get; init; } = 4;

    /// <summary>Places at which the segments are laid; the vectors' mean counts. 1 to 8.</summary>
    public int Shifts { get; init; } = 3;

    /// <summary>Positions from one of these places to the next, 1 to 8.</summary>
    public int ShiftStep { get; init; } = 1;

    /// <summary>Frames after a burst's last one that are seen, 0 to 32.</summary>
    public int FramesAfter { get; init; } = 7;

    /// <summary>Numbers in a word's vector, 8 to 512, a multiple of 8.</summary>
    public int Size { get; init; } = 128;

    /// <summary>Channels of the voice's branch, 8 to 256.</summary>
    public int VoiceChannels { get; init; } = 64;

    /// <summary>Numbers in a voice's vector, 8 to 256, a multiple of 8.</summary>
    public int VoiceSize { get; init; } = 32;

    /// <summary>Positions of a window.</summary>
    internal int Positions => Segments * Segment + (Shifts - 1) * ShiftStep;

    /// <summary>Frames of a window.</summary>
    public int Frames => Stride * Positions;

    /// <summary>Multiply-adds of one window: both vectors, all shifts.</summary>
    public long MultiplyAdds => TrunkMultiplyAdds + (long)Shifts * Segments * Channels * Size
        + Positions * (long)(VoiceKernel * Bands * VoiceChannels + VoiceChannels * VoiceChannels) + 2L * VoiceChannels * VoiceSize;

    /// <summary>Those of the convolutions.</summary>
    internal long TrunkMultiplyAdds => Positions * (long)(FirstKernel * Bands * Channels + Blocks * Channels * (Channels + Kernel));

    /// <summary>Names and shapes of the tensors, in the order of the file. The weights of matrices are whole multiples of their rows' scales.</summary>
    internal IEnumerable<(string Name, int[] Shape)> Tensors() =>
    [
        .. TrunkTensors(),
        .. Matrix("out", Size, Segments, Channels),
        .. Matrix("voice.first", VoiceChannels, VoiceKernel, Bands),
        .. Matrix("voice.mix", VoiceChannels, VoiceChannels),
        .. Matrix("voice.out", VoiceSize, 2, VoiceChannels),
    ];

    /// <summary>Those of the convolutions.</summary>
    internal IEnumerable<(string Name, int[] Shape)> TrunkTensors()
    {
        foreach (var one in Matrix("first", Channels, FirstKernel, Bands)) yield return one;
        for (var i = 0; i < Blocks; i++)
        {
            yield return ($"block.{i}.depthwise", [Kernel, Channels]);
            foreach (var one in Matrix($"block.{i}", Channels, Channels)) yield return one;
        }
    }

    /// <summary>A matrix of whole multiples: weights, scales, biases.</summary>
    internal static IEnumerable<(string Name, int[] Shape)> Matrix(string name, params int[] shape) => [(name + ".weight", shape), (name + ".scale", [shape[0]]), (name + ".bias", [shape[0]])];

    /// <exception cref="ArgumentException">A size is outside its range; the message names it.</exception>
    internal WordSpaceShape Validate()
    {
        Require(Bands is >= 1 and <= 256, nameof(Bands), Bands);
        Require(Channels is >= 8 and <= 256, nameof(Channels), Channels);
        Require(Blocks is >= 1 and <= 16, nameof(Blocks), Blocks);
        Require(Kernel is >= 1 and <= 31 && Kernel % 2 == 1, nameof(Kernel), Kernel);
        Require(Segments is >= 1 and <= 32, nameof(Segments), Segments);
        Require(Segment is >= 1 and <= 16, nameof(Segment), Segment);
        Require(Shifts is >= 1 and <= 8, nameof(Shifts), Shifts);
        Require(ShiftStep is >= 1 and <= 8, nameof(ShiftStep), ShiftStep);
        Require(FramesAfter is >= 0 and <= 32 && FramesAfter < Frames, nameof(FramesAfter), FramesAfter);
        Require(Size is >= 8 and <= 512 && Size % 8 == 0, nameof(Size), Size);
        Require(VoiceChannels is >= 8 and <= 256, nameof(VoiceChannels), VoiceChannels);
        Require(VoiceSize is >= 8 and <= 256 && VoiceSize % 8 == 0, nameof(VoiceSize), VoiceSize);
        return this;
    }

    static void Require(bool holds, string name, int value)
    {
        if (!holds) throw new ArgumentException($"The word space's {name} is {value}, which is outside its range.");
    }
}
