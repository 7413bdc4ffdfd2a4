using System.Net.WebSockets;

namespace SuRnnStream.Server;

readonly record struct OutMessage(ReadOnlyMemory<byte> Bytes, WebSocketMessageType Type);

/// <summary>
/// What waits to be sent to one client. Putting never waits. Messages that must arrive go first; of those with frames, which are only for
/// the eye, the oldest is dropped when there are too many.
/// </summary>
sealed class Outbox(int queuedFrameMessages, Action<int> onFramesDropped)
{
    public const int MostUrgent = 1_000; // detections; who reads nothing at all is found out by the send timeout, or by this

    readonly Lock _lock = new(); // guards what follows
    readonly Queue<OutMessage> _urgent = new();
    readonly Queue<(OutMessage Message, int Frames)> _frames = new();
    TaskCompletionSource? _wanted;
    bool _complete;

    /// <summary>Frames that were dropped so far.</summary>
    public long FramesDropped { get; private set; }

    /// <returns>False, once: the client has not read for so long that even these have piled up. Nothing more is put, and what waits is forgotten.</returns>
    public bool Put(ReadOnlyMemory<byte> text) => Put(new OutMessage(text, WebSocketMessageType.Text));

    /// <inheritdoc cref="Put(ReadOnlyMemory{byte})"/>
    public bool Put(OutMessage message)
    {
        lock (_lock)
        {
            if (_complete) return true;
            if (_urgent.Count < MostUrgent)
            {
                _urgent.Enqueue(message);
                Wake();
                return true;
            }
            _complete = true;
            _urgent.Clear();
            _frames.Clear();
            Wake();
            return false;
        }
    }

    public void PutFrames(ReadOnlyMemory<byte> binary, int frames) => PutView(new OutMessage(binary, WebSocketMessageType.Binary), frames);

    /// <summary>A text that is for the eye alone: among the frames, and dropped as they are.</summary>
    public void PutView(ReadOnlyMemory<byte> text) => PutView(new OutMessage(text, WebSocketMessageType.Text), 0);

    void PutView(OutMessage message, int frames)
    {
        var dropped = 0;
        lock (_lock)
        {
            if (_complete) return;
            if (_frames.Count == queuedFrameMessages) dropped = _frames.Dequeue().Frames;
            _frames.Enqueue((message, frames));
            FramesDropped += dropped;
            Wake();
        }
        if (dropped > 0) onFramesDropped(dropped);
    }

    /// <summary>Nothing more is put.</summary>
    /// <param name="last">To be sent when all frames have been, or null: frames that wait are forgotten.</param>
    public void Complete(ReadOnlyMemory<byte>? last = null)
    {
        lock (_lock)
        {
            if (_complete) return;
            _complete = true;
            if (last is { } text) _frames.Enqueue((new OutMessage(text, WebSocketMessageType.Text), 0));
            else _frames.Clear();
            Wake();
        }
    }

    /// <summary>The next message, or null: there will be none. One reader.</summary>
    public async ValueTask<OutMessage?> TakeAsync()
    {
        while (true)
        {
            Task wanted;
            lock (_lock)
            {
                if (_urgent.TryDequeue(out var urgent)) return urgent;
                if (_frames.TryDequeue(out var frames)) return frames.Message;
                if (_complete) return null;
                _wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wanted = _wanted.Task;
            }
            await wanted;
        }
    }

    void Wake()
    {
        _wanted?.TrySetResult();
        _wanted = null;
    }
}
