namespace SuRnnStream.Cluster;

/// <summary>A client's stream in the cluster: the process that the client is connected to sends its samples and gets its detections. It ends with the client.</summary>
sealed class ClusterClient : IClientStream
{
    readonly ClientOrder _order;
    readonly ClusterStream _stream;
    readonly IFrameTiming _timing;
    long _read, _detected, _told;
    volatile bool _gone;

    /// <param name="producer">Sends.</param>
    /// <param name="name">Of no other stream of the cluster, at any time.</param>
    /// <param name="order">What it takes, and who is told.</param>
    public ClusterClient(ClusterProducer producer, string name, ClientOrder order)
    {
        (_order, _timing) = (order, order.Config.RequireTiming());
        _stream = producer.Add(name, new StreamSettings
        {
            Model = order.Model,
            Format = order.Config.Sensor is null ? SampleFormat.Int16 : SampleFormat.Float32,
            Threshold = order.Threshold,
            Refractory = order.Refractory,
        }, new ClusterStreamOptions { SamplesPerSecond = _timing.SamplesPerSecond, Live = false, OnAnswer = Take });
        _ = _stream.Ended.ContinueWith(static ended => ended.Exception, TaskScheduler.Default); // seen, also where the client has gone
    }

    public PipelineCounters Counters
    {
        get
        {
            var (read, lost) = (Volatile.Read(ref _read), _stream.Lost);
            var processed = _stream.Ended.IsCompletedSuccessfully ? _stream.Ended.Result.Processed : Math.Clamp(Volatile.Read(ref _told) - lost, 0, read);
            return ClusterCounters.Of(read, processed, lost, Volatile.Read(ref _detected), _timing);
        }
    }

    public Task Completion => _stream.Ended;

    public int Write(ReadOnlySpan<float> samples)
    {
        var taken = _stream.TryWrite(samples);
        Interlocked.Add(ref _read, taken);
        return taken;
    }

    public Task RoomAsync(CancellationToken cancellation = default) => _stream.RoomAsync(cancellation);

    public void Lose(long samples) => _stream.Lose(samples);

    public void Complete() => _ = _stream.Complete();

    /// <summary>The client has gone: what waits is still processed, so that the stream ends and is forgotten, but nothing is reported.</summary>
    public void Dispose()
    {
        _gone = true;
        Complete();
    }

    void Take(IReadOnlyList<ClusterDetection> answered, long told)
    {
        if (_gone) return;
        foreach (var one in answered)
        {
            Interlocked.Increment(ref _detected);
            _order.OnDetection(one.ToDetection(_order.Source));
        }
        var before = Volatile.Read(ref _told);
        if (told <= before) return;
        Volatile.Write(ref _told, told);
        if (told / _timing.HopLength - before / _timing.HopLength is > 0 and var frames) _order.OnFrames?.Invoke(frames);
    }
}
