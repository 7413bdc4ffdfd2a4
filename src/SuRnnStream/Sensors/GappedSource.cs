namespace SuRnnStream;

/// <summary>A recording of sensors in memory that was interrupted: the gaps are known and take no memory.</summary>
/// <param name="samples">Whole moments, one sample of every channel each; not copied.</param>
/// <param name="gaps">Rising places in <paramref name="samples"/>, each with the samples that are lost before it.</param>
/// <param name="rate">Moments per second, above zero.</param>
/// <param name="channels">One or more.</param>
sealed class GappedSource(float[] samples, IReadOnlyList<(int At, long Lost)> gaps, double rate, int channels) : ILossySource
{
    int _at, _gap; // the next sample and the next gap

    public int SampleRate { get; } = (int)Math.Ceiling(rate);

    public double Rate => rate;

    public int Channels => channels;

    public long SamplesLost { get; private set; }

    public int Read(Span<float> to)
    {
        if (to.Length < channels) return 0;
        if (_gap < gaps.Count && gaps[_gap].At == _at) SamplesLost += gaps[_gap++].Lost;
        var end = _gap < gaps.Count ? gaps[_gap].At : samples.Length;
        var count = Math.Min(to.Length / channels * channels, end - _at);
        samples.AsSpan(_at, count).CopyTo(to);
        _at += count;
        return count;
    }
}
