namespace SuRnnStream.Tests.Pipeline;

/// <summary>Gives pieces of sound in turn; what stands between them runs on the capture thread when all before it has been read.</summary>
sealed class ScriptedSource : ILossySource
{
    readonly Queue<Func<float[]>> _rest = [];
    ReadOnlyMemory<float> _piece;

    public ScriptedSource Play(float[] sound)
    {
        _rest.Enqueue(() => sound);
        return this;
    }

    public ScriptedSource Do(Action act)
    {
        _rest.Enqueue(() =>
        {
            act();
            return [];
        });
        return this;
    }

    /// <summary>Loses samples in front of the next piece.</summary>
    public ScriptedSource Lose(long samples) => Do(() => SamplesLost += samples);

    public int SampleRate { get; init; } = 16_000;
    public long SamplesLost { get; private set; }

    /// <summary>The most samples one read gives.</summary>
    public int LargestRead { get; init; } = int.MaxValue;

    public int Read(Span<float> samples)
    {
        while (_piece.IsEmpty)
        {
            if (!_rest.TryDequeue(out var next)) return 0;
            _piece = next();
        }
        var count = Math.Min(Math.Min(samples.Length, LargestRead), _piece.Length);
        _piece.Span[..count].CopyTo(samples);
        _piece = _piece[count..];
        return count;
    }
}

/// <summary>Remembers what it was told.</summary>
sealed class Recorder : IObserver<Detection>
{
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<Detection> Heard { get; } = [];
    public Task Ended => _ended.Task;
    public Action<Detection> Then { get; init; } = _ => { };

    public void OnNext(Detection value)
    {
        Heard.Add(value);
        Then(value);
    }

    public void OnCompleted() => _ended.SetResult();
    public void OnError(Exception error) => _ended.SetException(error);
}
