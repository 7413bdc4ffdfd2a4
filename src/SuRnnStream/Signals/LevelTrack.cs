namespace SuRnnStream;

/// <summary>
/// How loud a stream's last seconds were, a value a frame: for the level over a word, and above the floor, when a detection is made. A frame costs a
/// store; the arithmetic is done for detections alone.
/// </summary>
/// <param name="window">Sum of the squares of the front end's window: what turns a frame's windowed energy into a mean square.</param>
/// <param name="hop">Stream time from frame to frame.</param>
sealed class LevelTrack(float window, TimeSpan hop)
{
    const double Seconds = 5;                       // that the floor looks back over
    const float Least = 1e-10f;                     // mean square of -100 dBFS, which counts as silence

    readonly long[] _end = new long[Math.Clamp((int)(Seconds / hop.TotalSeconds), 8, 1_024)];  // ring: ticks of stream time at which a frame's window ends
    readonly float[] _power = new float[Math.Clamp((int)(Seconds / hop.TotalSeconds), 8, 1_024)]; // ring: mean square
    readonly float[] _sorted = new float[Math.Clamp((int)(Seconds / hop.TotalSeconds), 8, 1_024)];
    int _next, _count;

    public void Add(TimeSpan end, float energy)
    {
        _end[_next] = end.Ticks;
        _power[_next] = float.IsFinite(energy) ? energy / window : 0;
        _next = _next + 1 == _end.Length ? 0 : _next + 1;
        if (_count < _end.Length) _count++;
    }

    /// <summary>The detection with its levels, in dBFS and above the floor.</summary>
    public Detection Measure(in Detection detection)
    {
        var (sum, frames) = (0.0, 0);
        for (var i = 0; i < _count; i++)
        {
            _sorted[i] = Math.Max(Least, _power[i]);
            if (_end[i] < detection.Start.Ticks || _end[i] > detection.End.Ticks) continue;
            (sum, frames) = (sum + _sorted[i], frames + 1);
        }
        if (frames == 0) return detection; // the word is longer ago than this looks back
        _sorted.AsSpan(0, _count).Sort();
        var level = Decibels(sum / frames);
        return detection with { Level = level, LevelAboveFloor = level - Decibels(_sorted[_count / 10]) };
    }

    public void Reset() => (_next, _count) = (0, 0);

    public void Save(BinaryWriter to)
    {
        to.Write(_count);
        for (var k = 0; k < _count; k++)
        {
            var i = (_next - _count + k + _end.Length) % _end.Length; // oldest first
            to.Write(_end[i]);
            to.Write(_power[i]);
        }
    }

    public void Restore(BinaryReader from)
    {
        Reset();
        var count = from.ReadInt32();
        if (count < 0 || count > _end.Length) throw new InvalidDataException($"A saved level track has {count} frames, but holds {_end.Length} at most.");
        for (var i = 0; i < count; i++)
        {
            var (end, power) = (from.ReadInt64(), from.ReadSingle());
            if (end < 0 || !(power >= 0) || float.IsInfinity(power)) throw new InvalidDataException($"A saved level track has the mean square {power} at {end} ticks.");
            (_end[_next], _power[_next]) = (end, power); // the bits as they were: a division would round again
            _next = _next + 1 == _end.Length ? 0 : _next + 1;
        }
        _count = count;
    }

    static float Decibels(double power) => (float)(10 * Math.Log10(power));
}
