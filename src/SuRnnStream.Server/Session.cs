using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SuRnnStream.Server;

/// <summary>One client from its hello to its end: PROTOCOL.md as a program.</summary>
sealed class Session(string name, ClientSocket socket, ModelShelf models, ServerOptions options, ServerMetrics metrics, ILogger logger)
{
    readonly Outbox _outbox = new(options.QueuedFrameMessages, metrics.FramesDropped);
    HostedModel? _model;
    IClientStream? _stream;
    Inlet? _inlet;
    FrameMessages? _frames;
    long _detections;

    /// <returns>The close code; 1006 where the connection broke.</returns>
    public Task<int> RunAsync() => Conversation.RunAsync(socket, _outbox, ListenAsync, Leave);

    async Task ListenAsync()
    {
        if (await socket.ReceiveAsync(options.HelloTimeout) is not { } first) return;
        if (!first.Text) throw new ProtocolException(CloseCode.OutOfTurn, "Audio came before the hello.");
        Open(Hello.Parse(first.Bytes));
        while (await socket.ReceiveAsync(options.IdleTimeout) is { } message)
        {
            if (message.Text)
            {
                Hello.RequireEnd(message.Bytes);
                await EndAsync();
                return;
            }
            metrics.Message();
            await _inlet!.TakeAsync(message.Bytes);
        }
    }

    void Open(Hello hello)
    {
        _model = models.Get(hello.Model);
        hello.RequireFor(_model.Info);
        _frames = new FrameMessages(_model.Config, _outbox.PutFrames);
        _stream = _model.Open(name, OnFrame, metrics.Frames, OnDetection, OnCandidate);
        _frames.Cost = () => _stream.Counters.Compute;
        _inlet = new Inlet(_stream.Write, _stream.Lose, hello, _model.Info, RoomAsync, _model.Config.Sensor, OnUnit);
        _outbox.Put(Bytes(new Welcome("welcome", Hello.Version, name, _model.Info, options.MaxMessageBytes, options.IdleTimeout.TotalSeconds), ProtocolJson.Default.Welcome));
    }

    /// <summary>A worker takes samples out of a full backlog, whether or not a frame comes of them.</summary>
    Task RoomAsync() => ProcessedAsync(_stream!.RoomAsync());

    /// <summary>Waits for the workers, which other sessions may keep busy, but not for ever.</summary>
    Task ProcessedAsync(Task processed) =>
        socket.WaitAsync(processed, options.IdleTimeout, CloseCode.Full, $"No core had time for this session within {options.IdleTimeout.TotalSeconds:0.#} s. Try again later.");

    void OnFrame(in FrameView frame)
    {
        metrics.Frame(skipped: frame.Stats.FramesSkipped > 0);
        _frames!.Add(frame);
    }

    void OnDetection(Detection detection)
    {
        metrics.Detected(_model!.Info.Name, detection.Label);
        _detections++;
        if (!_outbox.Put(Bytes(DetectionMessage.Of(detection), ProtocolJson.Default.DetectionMessage))) CutOff();
    }

    void OnUnit(string text) => _outbox.Put(Bytes(new NoteMessage("note", text), ProtocolJson.Default.NoteMessage));

    /// <summary>For the eye alone, so that it may be dropped as frames may.</summary>
    void OnCandidate(Candidate candidate)
    {
        if (candidate.Outcome != CandidateOutcome.Detected) _outbox.PutView(Bytes(CandidateMessage.Of(candidate), ProtocolJson.Default.CandidateMessage));
    }

    /// <summary>Once, on a worker's thread: detections must not be lost in silence, nor pile up.</summary>
    void CutOff()
    {
        metrics.CutOff();
        logger.LogWarning("{Session} is cut off: {Detections} detections wait for a client that does not read", name, Outbox.MostUrgent);
        socket.CutOff();
    }

    async Task EndAsync()
    {
        await _inlet!.EndAsync();
        _stream!.Complete();
        await ProcessedAsync(_stream.Completion);
        _frames!.Flush();
        var (counters, cost) = (_stream.Counters, _stream.Counters.Compute);
        _outbox.Complete(Bytes(new EndMessage(
            "end", counters.SamplesProcessed / _model!.Config.RequireTiming().SamplesPerSecond, cost.Frames, cost.FramesSkipped, _outbox.FramesDropped, _detections,
            cost.MultiplyAdds, cost.MultiplyAddsDense, (cost.FrontEndTime + cost.NetworkTime).TotalSeconds, _inlet.Lost, counters.Gaps), ProtocolJson.Default.EndMessage));
    }

    void Leave()
    {
        _outbox.Complete();
        metrics.SamplesLost(_inlet?.Lost ?? 0);
        if (_stream is null) return;
        _stream.Dispose();
        _model!.Forget(_stream);
    }

    static ReadOnlyMemory<byte> Bytes<T>(T message, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(message, type);
}
