namespace SuRnnStream.Wyoming;

/// <summary>The most bytes that the parts of a frame may have.</summary>
/// <param name="Line">The first line, without its end.</param>
/// <param name="Data">The additional JSON.</param>
/// <param name="Payload">The sound.</param>
readonly record struct FrameLimits(int Line, int Data, int Payload)
{
    public static FrameLimits Default { get; } = new(64 << 10, 256 << 10, 1 << 20);
}
