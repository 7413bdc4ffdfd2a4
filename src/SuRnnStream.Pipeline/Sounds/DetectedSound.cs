using System.Runtime.CompilerServices;

namespace SuRnnStream;

/// <summary>
/// The sound around a detection, as the model detects it: one channel at the model's rate. It is handed out with the detection and grows while
/// the stream goes on, so that a dictation can begin with the word's own samples and go on live. Any thread.
/// </summary>
public sealed class DetectedSound
{
    readonly Lock _lock = new();        // guards what follows
    float[] _samples;                   // of the length that was asked for; filled from the front, and never written twice
    int _filled;
    bool _ended;
    long _lost;
    TaskCompletionSource _changed = NewSignal();
    readonly TaskCompletionSource _completed = NewSignal();

    /// <param name="detection">Whose sound it is.</param>
    /// <param name="sampleRate">The model's.</param>
    /// <param name="startSample">Place of the first sample in the stream.</param>
    /// <param name="length">Samples that are wanted.</param>
    /// <param name="missing">Of those asked for before <paramref name="startSample"/>, the ones that the stream no longer has.</param>
    internal DetectedSound(Detection detection, int sampleRate, long startSample, int length, long missing)
    {
        (Detection, SampleRate, StartSample, Length, _lost) = (detection, sampleRate, startSample, length, missing);
        _samples = new float[length];
    }

    /// <summary>Whose sound it is.</summary>
    public Detection Detection { get; }

    /// <summary>Samples per second, those of the model.</summary>
    public int SampleRate { get; }

    /// <summary>Place of the first sample in the stream, at <see cref="SampleRate"/>.</summary>
    public long StartSample { get; }

    /// <summary>Samples that it has when it is whole.</summary>
    public int Length { get; }

    /// <summary>When the first sample was, in the stream.</summary>
    public TimeSpan Start => TimeSpan.FromSeconds((double)StartSample / SampleRate);

    /// <summary>The WAV file that is written of it once it is complete; null: none. Set by whoever writes it, such as a host, before the detection is passed on.</summary>
    public string? File { get; set; }

    /// <summary>What has come so far; it does not change when more comes. Empty once its host has let go of it.</summary>
    public ReadOnlyMemory<float> Samples
    {
        get
        {
            lock (_lock) return _samples.AsMemory(0, _filled);
        }
    }

    /// <summary>Samples that the stream had lost: zeros take their place, or the sound begins later by them.</summary>
    public long SamplesLost
    {
        get
        {
            lock (_lock) return _lost;
        }
    }

    /// <summary>True: all that was asked for is there, and no sample of it was lost.</summary>
    public bool IsWhole
    {
        get
        {
            lock (_lock) return _filled == Length && _lost == 0;
        }
    }

    /// <summary>Ends when no more samples come: all are there, the stream has ended, or <see cref="Stop"/> was called. Does not fail.</summary>
    public Task Completed => _completed.Task;

    /// <summary>Enough: no more samples are kept.</summary>
    public void Stop() => End();

    /// <summary>The samples in pieces: at once those that are there, then each block as it comes. Ends as <see cref="Completed"/> does. For any number of readers.</summary>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var read = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlyMemory<float> piece;
            Task changed;
            bool ended;
            lock (_lock)
            {
                piece = _filled > read ? _samples.AsMemory(read, _filled - read) : default;
                (changed, ended) = (_changed.Task, _ended);
            }
            read += piece.Length;
            if (piece.Length > 0) yield return piece;
            else if (ended) yield break;
            else await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The next samples of the stream. False: it wants no more.</summary>
    internal bool Append(ReadOnlySpan<float> samples)
    {
        bool full;
        lock (_lock)
        {
            if (_ended) return false;
            var count = Math.Min(samples.Length, Length - _filled);
            samples[..count].CopyTo(_samples.AsSpan(_filled));
            _filled += count;
            full = _filled == Length;
            Signal();
        }
        if (full) End();
        return !full;
    }

    /// <summary>The stream has lost samples: zeros take their place.</summary>
    internal bool AppendLost(long samples)
    {
        bool full;
        lock (_lock)
        {
            if (_ended) return false;
            var count = (int)Math.Min(samples, Length - _filled);
            _filled += count; // they are zero
            _lost += count;
            full = _filled == Length;
            Signal();
        }
        if (full) End();
        return !full;
    }

    /// <summary>Of the samples that have come, these are zeros in the place of lost ones.</summary>
    internal void CountLost(long samples)
    {
        lock (_lock) _lost += samples;
    }

    /// <summary>Nothing more comes.</summary>
    internal void End()
    {
        lock (_lock)
        {
            _ended = true;
            Signal();
        }
        _completed.TrySetResult();
    }

    /// <summary>The samples are forgotten, and no more are kept: for whoever bounds how many sounds stay in memory. Who reads them keeps what it has.</summary>
    public void Release()
    {
        End();
        lock (_lock) (_samples, _filled) = ([], 0);
    }

    void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
