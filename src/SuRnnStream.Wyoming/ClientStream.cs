namespace SuRnnStream.Wyoming;

/// <summary>One stream of sound of a client, with a place in the pool of each model that its words need.</summary>
sealed class ClientStream : IDisposable
{
    readonly List<IClientStream> _streams = [];
    readonly SoundIntake _sound;
    readonly VoiceTrack? _voice;

    /// <param name="name">For detections' source.</param>
    /// <param name="sound">Its format.</param>
    /// <param name="start">Time of its first sample by the client's own count.</param>
    /// <param name="served">A pool for each model.</param>
    /// <param name="models">Indices of those that are needed.</param>
    /// <param name="refractory">Of this client.</param>
    /// <param name="detected">Told of each detection with its model's index, on a worker's thread.</param>
    /// <param name="voice">Told of begin and end of speech, on a worker's thread; null: nobody asked.</param>
    public ClientStream(string name, SoundIntake sound, TimeSpan start, IReadOnlyList<ServedModel> served, IEnumerable<int> models, TimeSpan refractory, Action<int, Detection, TimeSpan> detected, Action<bool, TimeSpan>? voice)
    {
        (_sound, Start) = (sound, start);
        if (voice is not null) _voice = new VoiceTrack(served[0].Silence, (begins, at) => voice(begins, Start + at));
        foreach (var i in models.Union(voice is null ? [] : [0]))
        {
            void Detected(Detection detection) => detected(i, detection, Start + detection.Time);
            _streams.Add(served[i].Open(name, refractory, Detected, i == 0 && _voice is not null ? _voice.Observe : null));
        }
    }

    public TimeSpan Start { get; }

    public void RequireSame((int Rate, int Width, int Channels)? format) => _sound.RequireSame(format);

    /// <summary>Returns when all of it waits in the pools: who sends faster than the machine detects is held up here, and nobody else.</summary>
    public Task TakeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation) => WriteAsync(_sound.Take(payload), cancellation);

    async Task WriteAsync(ReadOnlyMemory<float> samples, CancellationToken cancellation)
    {
        foreach (var stream in _streams)
        {
            for (var rest = samples; rest.Length > 0;)
            {
                var taken = stream.Write(rest.Span);
                rest = rest[taken..];
                if (taken > 0) continue;
                if (stream.Completion.IsCompleted) throw new OperationCanceledException("The pool has stopped.");
                await stream.RoomAsync(cancellation);
            }
        }
    }

    /// <summary>No more sound comes: returns when all of it has been processed and told.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        await WriteAsync(_sound.End(), cancellation);
        foreach (var stream in _streams) stream.Complete();
        foreach (var stream in _streams) await stream.Completion.WaitAsync(cancellation);
        _voice?.End();
    }

    public void Dispose()
    {
        foreach (var stream in _streams) stream.Dispose();
    }
}

/// <summary>A model for all clients: in a pool of this process, or in a cluster.</summary>
/// <param name="Name">Of its file, without the extension: its name in a cluster.</param>
/// <param name="Model">What was in it.</param>
/// <param name="Options">When a score counts.</param>
/// <param name="Threshold">What was configured; null: as the model was tuned.</param>
/// <param name="Pool">Null: the cluster's.</param>
/// <param name="Place">The cluster; null: the pool's.</param>
sealed record ServedModel(string Name, SuRnnModel Model, DetectorOptions Options, float? Threshold, DetectorPool? Pool, IClientPlace? Place)
{
    /// <summary>Number of the label of silence, or -1.</summary>
    public int Silence { get; } = VoiceTrack.SilenceOf(Model.Config);

    public IClientStream Open(string source, TimeSpan refractory, Action<Detection> onDetection, FrameObserver? onFrame) => Place is null
        ? Pool!.Add(source, new PooledStreamOptions { Detector = Options with { Refractory = refractory }, OnDetection = onDetection, OnFrame = onFrame })
        : Place.Open(new ClientOrder(source, Name, Model.Config, onDetection) { Threshold = Threshold, Refractory = refractory });
}
