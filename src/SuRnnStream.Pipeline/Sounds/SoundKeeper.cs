namespace SuRnnStream;

/// <summary>
/// The last seconds of a stream, and the sounds around detections that still grow. Its memory is bounded: one ring, and
/// <see cref="MostOpen"/> sounds of the lengths that were asked for. The detector's thread only.
/// </summary>
sealed class SoundKeeper
{
    /// <summary>Sounds that can grow at once: of more, the oldest ends early.</summary>
    public const int MostOpen = 8;

    readonly int _rate;
    readonly float[] _ring;             // sample number n of the stream is at n mod its length
    readonly List<DetectedSound> _open = [];
    readonly Queue<(long From, long To)> _lost = new(); // segments of the ring that are zeros
    long _begin, _end;                  // places of the first and after the last sample in the ring

    /// <param name="rate">The model's, in Hz.</param>
    /// <param name="before">The longest segment before a detection's start that anybody asks for.</param>
    public SoundKeeper(int rate, TimeSpan before)
    {
        _rate = rate;
        _ring = new float[(int)PlaceOf(before + SoundOptions.LongestEvent)];
    }

    /// <summary>The next samples of the stream; those between the last ones and <paramref name="start"/> are lost.</summary>
    public void Hear(long start, ReadOnlySpan<float> samples)
    {
        if (start > _end) Lose(start - _end);
        for (var i = _open.Count - 1; i >= 0; i--)
            if (!_open[i].Append(samples)) _open.RemoveAt(i);
        for (var kept = samples.Length > _ring.Length ? samples[^_ring.Length..] : samples; !kept.IsEmpty;)
        {
            var place = _end + samples.Length - kept.Length;
            var at = (int)(place % _ring.Length);
            var count = Math.Min(kept.Length, _ring.Length - at);
            kept[..count].CopyTo(_ring.AsSpan(at));
            kept = kept[count..];
        }
        MoveTo(_end + samples.Length);
    }

    /// <summary>The sound around a detection. What of it is past is in it; the rest comes with the stream.</summary>
    public DetectedSound Open(in Detection detection, SoundOptions options)
    {
        var wanted = Math.Max(0, PlaceOf(detection.Start - options.Before));
        var end = Math.Max(PlaceOf(detection.End + options.After), wanted);
        var from = Math.Min(Math.Max(wanted, _begin), end);
        var sound = new DetectedSound(detection, _rate, from, (int)(end - from), from - wanted);
        for (var place = from; place < Math.Min(end, _end);)
        {
            var at = (int)(place % _ring.Length);
            var count = (int)Math.Min(Math.Min(end, _end) - place, _ring.Length - at);
            sound.Append(_ring.AsSpan(at, count));
            place += count;
        }
        foreach (var lost in _lost) sound.CountLost(Math.Max(0, Math.Min(lost.To, Math.Min(end, _end)) - Math.Max(lost.From, from)));
        if (sound.Length == 0) sound.End();
        if (end <= _end) return sound;
        if (_open.Count == MostOpen)
        {
            _open[0].End();
            _open.RemoveAt(0);
        }
        _open.Add(sound);
        return sound;
    }

    /// <summary>The stream has ended.</summary>
    public void End()
    {
        foreach (var sound in _open) sound.End();
        _open.Clear();
    }

    /// <summary>Zeros take the place of what is lost, so that places and times hold.</summary>
    void Lose(long samples)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
            if (!_open[i].AppendLost(samples)) _open.RemoveAt(i);
        if (samples >= _ring.Length) Array.Clear(_ring);
        else for (var place = _end; place < _end + samples; place++) _ring[place % _ring.Length] = 0;
        _lost.Enqueue((_end, _end + samples));
        MoveTo(_end + samples);
    }

    void MoveTo(long end)
    {
        _end = end;
        _begin = Math.Max(_begin, _end - _ring.Length);
        while (_lost.TryPeek(out var oldest) && oldest.To <= _begin) _lost.Dequeue();
    }

    long PlaceOf(TimeSpan time) => (long)Math.Round(time.TotalSeconds * _rate);
}
