using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// What a frame switch sees of a sound's frame: for each of ten groups of bands its level above a slow floor, its change over two frames, and a
/// peak that is held a while. Training and running share this one implementation.
/// </summary>
sealed class FrameSwitchInput
{
    /// <summary>Groups of bands.</summary>
    public const int Groups = 10;

    /// <summary>Numbers for each frame.</summary>
    public const int Numbers = 3 * Groups;

    const float FloorFalls = 0.2f, FloorRises = 0.01f; // part of the way to the level, each frame
    const float FloorBegins = 0.7f;                    // of a mean over the first frames: part of the way in the first one
    const float PeakKept = 0.9f;                       // of the peak, each frame

    readonly int _bands;

    public FrameSwitchInput(int bands) => _bands = bands;

    /// <summary>[4, Groups]: floor, peak, the last level and the one before it.</summary>
    public float[] Memory { get; } = new float[4 * Groups];

    /// <summary>Frames taken since the start.</summary>
    public long Frames { get; set; }

    /// <summary>The start of a stream: the floor lies where digital silence is.</summary>
    public void Reset()
    {
        Array.Clear(Memory);
        Frames = 0;
    }

    public void Save(BinaryWriter to)
    {
        to.Write(Frames);
        to.Write(MemoryMarshal.AsBytes(Memory.AsSpan()));
    }

    /// <param name="from">What <see cref="Save"/> wrote.</param>
    /// <param name="most">Largest number of a frame.</param>
    public void Restore(BinaryReader from, float most)
    {
        Frames = from.ReadInt64();
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(Memory.AsSpan()));
        if (Frames < 0 || !Array.TrueForAll(Memory, x => Math.Abs(x) <= most)) throw new InvalidDataException("A saved frame switch holds a number that there cannot be.");
    }

    /// <summary>Takes the next frame [Bands] and writes the numbers [Numbers] that go into the switch.</summary>
    public void Next(ReadOnlySpan<float> frame, Span<float> numbers)
    {
        Span<float> floor = Memory.AsSpan(0, Groups), peak = Memory.AsSpan(Groups, Groups), last = Memory.AsSpan(2 * Groups, Groups), before = Memory.AsSpan(3 * Groups, Groups);
        var rises = MathF.Max(FloorRises, FloorBegins / ++Frames);
        for (var g = 0; g < Groups; g++)
        {
            int from = g * _bands / Groups, to = (g + 1) * _bands / Groups;
            var level = 0f;
            for (var i = from; i < to; i++) level += frame[i];
            level /= Math.Max(1, to - from);
            floor[g] += (level < floor[g] ? FloorFalls : rises) * (level - floor[g]);
            var above = level - floor[g];
            peak[g] = MathF.Max(above, PeakKept * peak[g]);
            numbers[g] = above;
            numbers[Groups + g] = level - before[g];
            numbers[2 * Groups + g] = peak[g];
            (before[g], last[g]) = (last[g], level);
        }
    }
}
