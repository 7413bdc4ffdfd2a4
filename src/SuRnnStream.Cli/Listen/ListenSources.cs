namespace SuRnnStream.Cli;

/// <summary>Shows every sample that is read to somebody, and what was lost before it.</summary>
delegate void SampleObserver(ReadOnlySpan<float> samples, long lost);

/// <summary>Another source, watched.</summary>
sealed class WatchedSource(ISampleSource source, SampleObserver observer) : ILossySource, IRecordedSource
{
    public TimeSpan Recorded(TimeSpan stream) => (source as IRecordedSource)?.Recorded(stream) ?? stream;

    public int SampleRate => source.SampleRate;
    public double Rate => source.Rate;
    public int Channels => source.Channels;
    public long SamplesLost { get; private set; }

    public int Read(Span<float> samples)
    {
        var got = source.Read(samples);
        var lost = (source as ILossySource)?.SamplesLost ?? 0;
        observer(samples[..got], lost - SamplesLost);
        SamplesLost = lost;
        return got;
    }
}

/// <summary>The first samples of another source, what it lost among them.</summary>
sealed class LimitedSource(ILossySource source, long samples) : ILossySource, IRecordedSource
{
    long _read;

    public TimeSpan Recorded(TimeSpan stream) => (source as IRecordedSource)?.Recorded(stream) ?? stream;

    public int SampleRate => source.SampleRate;
    public double Rate => source.Rate;
    public int Channels => source.Channels;
    public long SamplesLost => Math.Min(source.SamplesLost, samples - _read);

    public int Read(Span<float> buffer)
    {
        var left = samples - _read - source.SamplesLost;
        if (left <= 0) return 0;
        var got = source.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        got = (int)Math.Clamp(samples - _read - source.SamplesLost, 0, got); // the limit may lie in a gap
        _read += got;
        return got;
    }
}
