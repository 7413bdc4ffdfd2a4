using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>A client of <c>/teach</c> that asks and reads the answer.</summary>
sealed class TeachClient : IDisposable
{
    readonly ClientWebSocket _socket = new();
    readonly byte[] _buffer = new byte[2_000_000];

    /// <param name="server">Has Teach on.</param>
    /// <param name="origin">That of a page; null: a program's.</param>
    public static async Task<TeachClient> ConnectAsync(TestServer server, string? origin = null)
    {
        var client = new TeachClient();
        if (origin is not null) client._socket.Options.SetRequestHeader("Origin", origin);
        await client._socket.ConnectAsync(new UriBuilder(server.Http) { Scheme = "ws", Path = "teach" }.Uri, TestContext.Current.CancellationToken).Within();
        return client;
    }

    /// <summary>A session that was welcomed.</summary>
    public static async Task<TeachClient> OpenAsync(TestServer server)
    {
        var client = await ConnectAsync(server);
        await client.SayAsync("""{"type": "hello", "version": 1}""");
        Assert.Equal(3, (await client.HearAsync("welcome")).GetProperty("leastTakes").GetInt32());
        return client;
    }

    public Task SayAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken).Within();

    /// <summary>One recording, from its record to its stop.</summary>
    public async Task RecordAsync(string kind, short[] samples, string name = "a sound", int rate = Sample.Rate, float threshold = 0.5f)
    {
        await SayAsync(FormattableString.Invariant($$"""{"type": "record", "kind": "{{kind}}", "name": "{{name}}", "rate": {{rate}}, "format": "s16", "threshold": {{threshold}}}"""));
        for (var at = 0; at < samples.Length; at += 8_000)
        {
            var message = SoundMessage.Of<short>((ulong)at, samples.AsSpan(at, Math.Min(8_000, samples.Length - at)));
            await _socket.SendAsync(message, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken).Within();
        }
        await SayAsync("""{"type": "stop"}""");
    }

    /// <summary>The next text that is not for the eye alone.</summary>
    public async Task<JsonElement> HearAsync(string? type = null)
    {
        while (true)
        {
            var (bytes, kind) = await ReadAsync();
            Assert.Equal(WebSocketMessageType.Text, kind);
            var message = JsonElement.Parse(bytes);
            if (message.GetProperty("type").GetString() is "speaking" or "candidate" && type is not "candidate") continue;
            if (type is not null) Assert.True(message.GetProperty("type").GetString() == type, message.GetRawText());
            return message;
        }
    }

    /// <summary>The sentence of a refusal.</summary>
    public async Task<string> RefusedAsync() => (await HearAsync("refused")).GetProperty("text").GetString()!;

    /// <summary>The next binary message.</summary>
    public async Task<byte[]> BytesAsync()
    {
        var (bytes, kind) = await ReadAsync();
        Assert.Equal(WebSocketMessageType.Binary, kind);
        return bytes;
    }

    /// <summary>Code and reason with which the server closes.</summary>
    public async Task<(int Code, string Reason)> ClosedAsync()
    {
        while ((await ReadAsync()).Kind != WebSocketMessageType.Close)
        {
        }
        return ((int)_socket.CloseStatus!.Value, _socket.CloseStatusDescription ?? "");
    }

    async Task<(byte[] Bytes, WebSocketMessageType Kind)> ReadAsync()
    {
        for (var length = 0; ;)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), TestContext.Current.CancellationToken).AsTask().Within();
            length += part.Count;
            if (part.EndOfMessage) return (_buffer[..length], part.MessageType);
        }
    }

    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }
}
