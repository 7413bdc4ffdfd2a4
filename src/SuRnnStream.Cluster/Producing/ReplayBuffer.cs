namespace SuRnnStream.Cluster;

/// <summary>
/// The samples of a stream that a cluster may ask for again, oldest first, as they were written: pieces with their places. Used under its stream's lock.
/// </summary>
/// <param name="sampleBytes">Bytes of a sample.</param>
/// <param name="longest">Samples to keep at most.</param>
sealed class ReplayBuffer(int sampleBytes, long longest)
{
    readonly List<(long Position, byte[] Samples)> _pieces = [];
    int _first; // before it pieces are gone

    /// <summary>Place of the oldest sample that is here, or of the next one.</summary>
    public long Oldest => _first < _pieces.Count ? _pieces[_first].Position : End;

    /// <summary>Place of the next sample.</summary>
    public long End { get; private set; }

    /// <summary>Samples that are here.</summary>
    public long Held { get; private set; }

    /// <summary>How many more there is room for.</summary>
    public long Room => longest - Held;

    /// <summary>Keeps the array. What there is no room for is forgotten, oldest first.</summary>
    public void Add(byte[] samples)
    {
        if (samples.Length == 0) return;
        _pieces.Add((End, samples));
        var count = samples.Length / sampleBytes;
        (End, Held) = (End + count, Held + count);
        while (Held > longest && _pieces.Count - _first > 1) Drop();
    }

    /// <summary>The next samples will never come.</summary>
    public void Skip(long samples) => End += samples;

    /// <summary>All places move on, before the first sample has been sent.</summary>
    public void Shift(long samples)
    {
        for (var i = _first; i < _pieces.Count; i++) _pieces[i] = (_pieces[i].Position + samples, _pieces[i].Samples);
        End += samples;
    }

    /// <summary>Pieces that lie wholly before a place are forgotten.</summary>
    public void Forget(long before)
    {
        while (_first < _pieces.Count && _pieces[_first] is var (position, samples) && position + samples.Length / sampleBytes <= before) Drop();
    }

    /// <summary>
    /// Up to <paramref name="most"/> samples from a place on, without a gap between them; where there are none, from the next ones that there are. None at the end.
    /// </summary>
    /// <returns>Where they begin, and they: the array that was added, where it fits.</returns>
    public (long Position, byte[] Samples) From(long place, int most)
    {
        var i = Find(place);
        if (i == _pieces.Count) return (Math.Max(place, End), []);
        var (position, samples) = _pieces[i];
        if (position >= place && samples.Length / sampleBytes is var whole && whole <= most && (whole == most || !Follows(i))) return (position, samples);
        var (begin, to) = (Math.Max(position, place), new MemoryStream());
        do
        {
            (position, samples) = _pieces[i];
            var skip = (int)(Math.Max(position, place) - position) * sampleBytes;
            to.Write(samples, skip, (int)Math.Min(samples.Length - skip, (long)most * sampleBytes - to.Length));
        }
        while (to.Length < (long)most * sampleBytes && Follows(i++));
        return (begin, to.ToArray());
    }

    bool Follows(int i) => i + 1 < _pieces.Count && _pieces[i + 1].Position == _pieces[i].Position + _pieces[i].Samples.Length / sampleBytes;

    /// <summary>The first piece that does not lie wholly before a place.</summary>
    int Find(long place)
    {
        var (low, high) = (_first, _pieces.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_pieces[middle].Position + _pieces[middle].Samples.Length / sampleBytes <= place) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    void Drop()
    {
        Held -= _pieces[_first].Samples.Length / sampleBytes;
        _pieces[_first++] = default;
        if (_first < 64 || _first < _pieces.Count / 2) return;
        _pieces.RemoveRange(0, _first);
        _first = 0;
    }
}
