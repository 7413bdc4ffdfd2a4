namespace SuRnnStream;

/// <summary>The last samples of a stream, known by their places in it. What was lost or never there is zero.</summary>
sealed class SampleRing(int capacity)
{
    readonly float[] _samples = new float[capacity]; // place p lies at p % capacity
    long _end;                                       // place of the next sample

    /// <summary>Forgets everything; the next sample is number <paramref name="position"/>.</summary>
    public void Reset(long position)
    {
        Array.Clear(_samples);
        _end = position;
    }

    /// <summary>The samples before number <paramref name="position"/> that have not come are lost.</summary>
    public void Skip(long position)
    {
        for (var left = Math.Min(position - _end, _samples.Length); left > 0; left--) _samples[(position - left) % _samples.Length] = 0;
        _end = Math.Max(_end, position);
    }

    /// <summary>The next samples, at most as many as the ring holds.</summary>
    public void Write(ReadOnlySpan<float> samples)
    {
        var at = (int)(_end % _samples.Length);
        var first = Math.Min(samples.Length, _samples.Length - at);
        samples[..first].CopyTo(_samples.AsSpan(at));
        samples[first..].CopyTo(_samples);
        _end += samples.Length;
    }

    /// <summary>Samples from a place on: zero before the stream's start, where they are too old, and where they have not come.</summary>
    public void Read(long from, Span<float> into)
    {
        into.Clear();
        var (first, last) = (Math.Max(Math.Max(0, from), _end - _samples.Length), Math.Min(_end, from + into.Length));
        for (var place = first; place < last;)
        {
            var at = (int)(place % _samples.Length);
            var count = (int)Math.Min(last - place, _samples.Length - at);
            _samples.AsSpan(at, count).CopyTo(into[(int)(place - from)..]);
            place += count;
        }
    }

    /// <summary>The last <paramref name="count"/> samples and the place after them.</summary>
    public void Save(BinaryWriter to, int count)
    {
        to.Write(_end);
        var samples = new float[count];
        Read(_end - count, samples);
        foreach (var sample in samples) to.Write(sample);
    }

    /// <exception cref="InvalidDataException">It is damaged, or does not end at <paramref name="next"/>.</exception>
    public void Restore(BinaryReader from, int count, long next)
    {
        var (end, samples) = (from.ReadInt64(), new float[count]);
        if (end != next) throw new InvalidDataException($"Saved samples end at {end}, not at {next}.");
        for (var i = 0; i < count; i++) samples[i] = from.ReadSingle();
        Reset(end); // the places before 0 are zero anyway
        for (var i = Math.Max(0, count - end); i < count; i++) _samples[(end - count + i) % _samples.Length] = samples[i];
    }
}
