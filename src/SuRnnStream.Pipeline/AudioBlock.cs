using System.Buffers;

namespace SuRnnStream;

/// <summary>Some samples on their way to the detector, with their place in the stream, so that a gap is seen and not guessed.</summary>
/// <param name="Buffer">Pooled; belongs to whoever holds the block.</param>
/// <param name="Length">Samples in it, from the front.</param>
/// <param name="StartSample">Place of the first one in the stream.</param>
readonly record struct AudioBlock(float[] Buffer, int Length, long StartSample)
{
    public ReadOnlySpan<float> Samples => Buffer.AsSpan(0, Length);

    public static AudioBlock Rent(int length, long startSample) => new(ArrayPool<float>.Shared.Rent(length), 0, startSample);

    public void Recycle() => ArrayPool<float>.Shared.Return(Buffer);
}
