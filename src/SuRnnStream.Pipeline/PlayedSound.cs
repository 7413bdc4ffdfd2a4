namespace SuRnnStream;

/// <summary>
/// What this machine's loudspeaker plays, for <see cref="DecisionOptions.Loudspeaker"/>: pushed by whoever plays it, or read from a source, such as the monitor
/// of a sound server's output. Where nothing comes, silence was played. One per stream that listens.
/// </summary>
public sealed class PlayedSound
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30); // that is pushed ahead of the microphone

    readonly Lock _lock = new();            // guards what follows
    float[] _ring = [];
    int _oldest, _waiting;
    readonly ISampleSource? _recording;
    readonly ISampleSource? _live;
    volatile Exception? _failure;
    long _position;                         // the reader's: place of the next sample

    /// <summary>Sound that is pushed as it is handed to the device.</summary>
    /// <param name="sampleRate">The model's.</param>
    public PlayedSound(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        SampleRate = sampleRate;
    }

    PlayedSound(ISampleSource source, int sampleRate, bool live) : this(sampleRate)
    {
        ArgumentNullException.ThrowIfNull(source);
        var resampled = Resampler.To(source, sampleRate);
        if (live) _live = resampled;
        else _recording = resampled;
    }

    /// <summary>A recording that began with the stream: read together with it, sample by sample.</summary>
    /// <param name="source">Of any rate; stays the caller's to close.</param>
    /// <param name="sampleRate">The model's.</param>
    public static PlayedSound Recording(ISampleSource source, int sampleRate) => new(source, sampleRate, live: false);

    /// <summary>A device that gives what is played, read on a thread of its own until it ends: <c>microphone:</c> of a sound server's monitor.</summary>
    /// <param name="source">Of any rate; stays the caller's to close.</param>
    /// <param name="sampleRate">The model's.</param>
    public static PlayedSound Live(ISampleSource source, int sampleRate)
    {
        var played = new PlayedSound(source, sampleRate, live: true);
        new Thread(played.Pump) { IsBackground = true, Name = "surnn played" }.Start();
        return played;
    }

    /// <summary>Samples per second: the model's.</summary>
    public int SampleRate { get; }

    /// <summary>Samples that were thrown away, because more than 30 s were pushed ahead of the microphone.</summary>
    public long SamplesDropped { get; private set; }

    /// <summary>Why the device gives nothing any more; null: it does, has ended, or there is none.</summary>
    public Exception? Failure => _failure;

    /// <summary>Samples in [-1, 1] that are handed to the device now; any thread, does not wait.</summary>
    public void Push(ReadOnlySpan<float> samples)
    {
        lock (_lock)
        {
            var longest = (int)(Longest.TotalSeconds * SampleRate);
            var taken = Math.Min(samples.Length, longest - _waiting);
            SamplesDropped += samples.Length - taken;
            if (_waiting + taken > _ring.Length) Grow(Math.Min(longest, Math.Max(_waiting + taken, 2 * _ring.Length)));
            for (var i = 0; i < taken; i++) _ring[(_oldest + _waiting++) % _ring.Length] = samples[i];
        }
    }

    /// <summary>What was played with the samples of the stream from a place on; silence where nothing is known. Places only grow.</summary>
    internal void Read(long position, Span<float> samples)
    {
        while (_position < position)
        {
            var skipped = samples[..(int)Math.Min(samples.Length, position - _position)];
            Take(skipped);
            _position += skipped.Length;
        }
        Take(samples);
        _position += samples.Length;
    }

    void Take(Span<float> samples)
    {
        var got = 0;
        if (_recording is not null)
        {
            for (int n; got < samples.Length && (n = _recording.Read(samples[got..])) > 0;) got += n;
        }
        else
        {
            lock (_lock)
            {
                for (; got < samples.Length && _waiting > 0; _waiting--, _oldest = (_oldest + 1) % _ring.Length) samples[got++] = _ring[_oldest];
            }
        }
        samples[got..].Clear();
    }

    void Grow(int length)
    {
        var ring = new float[length];
        for (var i = 0; i < _waiting; i++) ring[i] = _ring[(_oldest + i) % _ring.Length];
        (_ring, _oldest) = (ring, 0);
    }

    void Pump()
    {
        var piece = new float[Math.Max(1, SampleRate / 50)];
        try
        {
            while (_live!.Read(piece) is > 0 and var got) Push(piece.AsSpan(0, got));
        }
        catch (Exception broken)
        {
            _failure = broken; // from now on silence is played, as far as is known
        }
    }
}
