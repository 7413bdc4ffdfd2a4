using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>A client that can do everything wrong. Reads all the time, unless it is one that does not.</summary>
sealed class TestClient : IAsyncDisposable
{
    readonly ClientWebSocket _socket = new();
    readonly TaskCompletionSource<JsonElement> _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task _reading = Task.CompletedTask;

    public Task<JsonElement> Welcome => _welcome.Task;
    public List<JsonElement> Detections { get; } = [];

    public List<JsonElement> Candidates { get; } = [];
    public List<string> Notes { get; } = [];
    public List<byte[]> FrameMessages { get; } = [];
    public JsonElement? End { get; private set; }

    public static async Task<TestClient> ConnectAsync(Uri uri, string? origin, bool reads)
    {
        var client = new TestClient();
        if (origin is not null) client._socket.Options.SetRequestHeader("Origin", origin);
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (!reads) socket.ReceiveBufferSize = 4_096;
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await client._socket.ConnectAsync(uri, invoker, TestContext.Current.CancellationToken);
        if (reads) client._reading = Task.Run(client.ReadAsync);
        return client;
    }

    async Task ReadAsync()
    {
        var buffer = new byte[100_000];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close) break;
            if (part.MessageType == WebSocketMessageType.Binary) FrameMessages.Add(buffer[..length]);
            else Hear(JsonElement.Parse(buffer.AsSpan(0, length)));
        }
        try
        {
            if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The server has said why it closes, and waits for the answer a while only, which is over where the machine is busy.
        }
    }

    void Hear(JsonElement message)
    {
        var type = message.GetProperty("type").GetString();
        if (type == "welcome") _welcome.SetResult(message);
        else if (type == "detection") Detections.Add(message);
        else if (type == "candidate") Candidates.Add(message);
        else if (type == "note") Notes.Add(message.GetProperty("text").GetString()!);
        else if (type == "end") End = message;
        else Assert.Fail($"There is no message of type {type}.");
    }

    public Task HelloAsync(int rate = Sample.Rate, string format = "s16", string model = "commands") =>
        TextAsync($$"""{"type": "hello", "version": 1, "model": "{{model}}", "rate": {{rate}}, "format": "{{format}}"}""");

    public Task TextAsync(string text, bool whole = true) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, whole);

    public Task BinaryAsync(byte[] message, bool whole = true) => SendAsync(message, WebSocketMessageType.Binary, whole);

    public Task AudioAsync<T>(ulong counter, ReadOnlySpan<T> samples) where T : struct
    {
        return BinaryAsync(SoundMessage.Of(counter, samples));
    }

    /// <summary>All samples, in messages of different lengths.</summary>
    public async Task PlayAsync<T>(T[] samples, int seed = 1, long from = 0) where T : struct
    {
        var random = new Random(seed);
        for (int at = 0, n; at < samples.Length; at += n)
        {
            n = Math.Min(random.Next(1, 4_000), samples.Length - at);
            await AudioAsync((ulong)(from + at), (ReadOnlySpan<T>)samples.AsSpan(at, n));
        }
    }

    /// <summary>Ends the session as a client should, and hears the server out.</summary>
    public async Task EndAsync()
    {
        await TextAsync("""{"type": "end"}""");
        Assert.Equal((1000, ""), await ClosedAsync());
    }

    /// <summary>Code and reason with which the server closed.</summary>
    public async Task<(int Code, string Reason)> ClosedAsync()
    {
        await _reading.Within();
        return ((int)_socket.CloseStatus!.Value, _socket.CloseStatusDescription ?? "");
    }

    /// <summary>The connection is gone, with or without a word.</summary>
    public bool IsGone => _reading.IsCompleted;

    /// <summary>Breaks the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    Task SendAsync(byte[] message, WebSocketMessageType type, bool whole) =>
        _socket.SendAsync(message, type, whole, TestContext.Current.CancellationToken).Within();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await _reading.ContinueWith(_ => { }, TaskScheduler.Default);
    }
}

static class Expect
{
    /// <summary>The same detections, bit for bit.</summary>
    public static void Same(IEnumerable<Detection> expected, IEnumerable<JsonElement> heard) =>
        Assert.Equal(expected.Select(d => (d.Label, d.Score, d.Start.TotalSeconds, d.End.TotalSeconds, d.Time.TotalSeconds)), heard.Select(Parts));

    /// <inheritdoc cref="Same(IEnumerable{Detection}, IEnumerable{JsonElement})"/>
    public static void Same(IEnumerable<JsonElement> expected, IEnumerable<JsonElement> heard) => Assert.Equal(expected.Select(Parts), heard.Select(Parts));

    static (string Label, float Score, double Start, double End, double Time) Parts(JsonElement detection)
    {
        double Seconds(string name) => detection.GetProperty(name).GetDouble();
        return (detection.GetProperty("label").GetString()!, detection.GetProperty("score").GetSingle(), Seconds("start"), Seconds("end"), Seconds("time"));
    }
}
