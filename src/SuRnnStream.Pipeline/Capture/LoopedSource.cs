namespace SuRnnStream;

/// <summary>A recording over and over, as one stream.</summary>
/// <param name="open">Opens the recording at its start.</param>
sealed class LoopedSource(Func<ISampleSource> open) : ISampleSource, IDisposable
{
    ISampleSource _recording = open();

    public int SampleRate => _recording.SampleRate;
    public double Rate => _recording.Rate;
    public int Channels => _recording.Channels;

    public int Read(Span<float> samples)
    {
        var got = _recording.Read(samples);
        if (got > 0) return got;
        Dispose();
        _recording = open();
        return _recording.Read(samples); // 0: there is nothing in it
    }

    public void Dispose() => (_recording as IDisposable)?.Dispose();
}
