using System.Net.WebSockets;

namespace SuRnnStream.Server;

/// <summary>One client's socket with everything that a client may not do to us: send too much, too slowly or not at all, or not read.</summary>
sealed class ClientSocket(WebSocket socket, ServerOptions options, TimeProvider time, CancellationToken stopping)
{
    readonly byte[] _buffer = new byte[options.MaxMessageBytes + 1]; // one more, to see that a message is too long
    Task<ValueWebSocketReceiveResult>? _receiving; // goes on after a time-out: cancelling it would abort the socket, and nothing could be said

    /// <summary>The next whole message, valid until the next call; null: the client has closed.</summary>
    /// <param name="patience">In all, however the message trickles in.</param>
    /// <exception cref="ProtocolException">It is too long or too late, or the server stops.</exception>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public async Task<(ReadOnlyMemory<byte> Bytes, bool Text)?> ReceiveAsync(TimeSpan patience)
    {
        var start = time.GetTimestamp();
        for (var length = 0; ;)
        {
            var part = await ReceivePartAsync(length, patience - time.GetElapsedTime(start), patience);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (length > options.MaxMessageBytes) throw new ProtocolException(CloseCode.TooBig, $"A message is longer than {options.MaxMessageBytes} bytes.");
            if (part.EndOfMessage) return (_buffer.AsMemory(0, length), part.MessageType == WebSocketMessageType.Text);
        }
    }

    /// <summary>Waits for something of ours, which the client is not to pay for without end.</summary>
    /// <exception cref="ProtocolException">It takes longer than that, or the server stops.</exception>
    public async Task WaitAsync(Task task, TimeSpan patience, int code, string late)
    {
        try
        {
            await task.WaitAsync(patience, time, stopping);
        }
        catch (TimeoutException)
        {
            throw new ProtocolException(code, late);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw Stopping();
        }
    }

    static ProtocolException Stopping() => new(CloseCode.Stopping, "The server is stopping.");

    /// <summary>Breaks the connection without a word: the client would not read it. Any thread.</summary>
    public void CutOff() => socket.Abort();

    async Task<ValueWebSocketReceiveResult> ReceivePartAsync(int at, TimeSpan left, TimeSpan patience)
    {
        _receiving = socket.ReceiveAsync(_buffer.AsMemory(at), CancellationToken.None).AsTask();
        try
        {
            return await _receiving.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, stopping);
        }
        catch (TimeoutException)
        {
            throw new ProtocolException(CloseCode.TooLate, $"No whole message came within {patience.TotalSeconds:0.#} s.");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw Stopping();
        }
    }

    /// <summary>Sends what comes into the outbox until it is complete. A client that does not read is cut off.</summary>
    /// <exception cref="WebSocketException">The connection broke, or was cut off.</exception>
    public async Task SendAllAsync(Outbox outbox)
    {
        while (await outbox.TakeAsync() is { } message)
            await InTimeAsync(socket.SendAsync(message.Bytes, message.Type, endOfMessage: true, CancellationToken.None).AsTask(), options.SendTimeout);
    }

    /// <summary>Waits until all that was left to send is sent: a client that reads it a byte at a time is cut off in the end.</summary>
    /// <param name="sending">What <see cref="SendAllAsync"/> has returned.</param>
    public Task DrainAsync(Task sending) => InTimeAsync(sending, 10 * options.SendTimeout);

    /// <summary>Says why the session ends, and waits until the client has heard it: what it still sends is thrown away.</summary>
    public async Task CloseAsync(int code, string reason)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        await InTimeAsync(socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None), options.SendTimeout);
        await InTimeAsync(HearCloseAsync(), options.SendTimeout);
    }

    async Task HearCloseAsync()
    {
        if (_receiving is not null) await _receiving;
        while (socket.State == WebSocketState.CloseSent) await socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None);
    }

    async Task InTimeAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit, time);
        }
        catch (TimeoutException late)
        {
            socket.Abort();
            _ = task.ContinueWith(broken => _ = broken.Exception, TaskScheduler.Default); // that it breaks now is no news
            throw new WebSocketException("The client neither reads nor answers.", late);
        }
    }
}
