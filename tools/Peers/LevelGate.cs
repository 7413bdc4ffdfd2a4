namespace SuRnnStream.Peers;

/// <summary>The plainest first stage that a detector can have: a chunk passes that is louder than a slow floor, and so do those just after it.</summary>
sealed class LevelGate
{
    const float Above = 6;          // dB over the floor
    const float Rises = 0.08f;      // dB a chunk that the floor rises, 1 dB/s; it falls at once
    const float Lowest = -70;       // dBFS: nothing below counts as loud
    const int Hold = 7;             // chunks from the last loud one on, half a second after it

    float? _floor; // null: there was no chunk yet
    int _left;

    /// <summary>The start of a stream.</summary>
    public void Reset() => (_floor, _left) = (null, 0);

    /// <summary>True: the chunk may hold something.</summary>
    public bool Passes(ReadOnlySpan<float> chunk)
    {
        var sum = 0.0;
        foreach (var sample in chunk) sum += (double)sample * sample;
        var level = MathF.Max(Lowest, (float)(10 * Math.Log10(sum / chunk.Length + 1e-12)));
        _floor = _floor is { } floor ? MathF.Min(level, floor + Rises) : level; // what is there from the start is the room
        _left = level > _floor + Above ? Hold : Math.Max(0, _left - 1);
        return _left > 0;
    }
}
