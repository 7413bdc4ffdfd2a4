using System.Text.Json;

namespace SuRnnStream.Wyoming;

/// <summary>Reads frames from a connection, each within its limits. What a client claims costs nothing before it has come.</summary>
sealed class WyomingReader(Stream from, FrameLimits limits)
{
    const int FirstBuffer = 4 << 10, Piece = 64 << 10;
    static readonly JsonDocumentOptions Flat = new() { MaxDepth = 16 };

    byte[] _buffer = new byte[FirstBuffer];
    int _at, _end;      // what was read and is not yet used

    /// <summary>The next frame, to be disposed of; null: the client has closed between two frames.</summary>
    /// <exception cref="WyomingException">It is no frame, or too long, or ends early.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<WyomingFrame?> ReadAsync(CancellationToken cancellation)
    {
        if (await ReadLineAsync(cancellation) is not { } lineLength) return null;
        var line = Parse(Use(lineLength), "The first line");
        JsonDocument? more = null;
        try
        {
            _at++; // the line's end
            var type = TypeOf(line.RootElement);
            var (data, payload) = (Length(line.RootElement, "data_length", limits.Data), Length(line.RootElement, "payload_length", limits.Payload));
            if (WyomingFrame.Member(line.RootElement, "data", out var inner) && inner.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)) throw new WyomingException("bad-frame", "data must be an object.");
            await NeedAsync(data, cancellation);
            if (data > 0) more = Parse(Use(data), "The additional data");
            await NeedAsync(payload, cancellation);
            return new WyomingFrame(type, line, more, Use(payload));
        }
        catch
        {
            line.Dispose();
            more?.Dispose();
            throw;
        }
    }

    ReadOnlyMemory<byte> Use(int length)
    {
        _at += length;
        return _buffer.AsMemory(_at - length, length);
    }

    /// <returns>Bytes before the line's end, all of them in the buffer; null: the connection has ended.</returns>
    async ValueTask<int?> ReadLineAsync(CancellationToken cancellation)
    {
        for (var searched = 0; ;)
        {
            var end = _buffer.AsSpan(_at + searched, _end - _at - searched).IndexOf((byte)'\n');
            if (end >= 0 && searched + end <= limits.Line) return searched + end;
            searched = _end - _at;
            if (end >= 0 || searched > limits.Line) throw new WyomingException("too-long", $"A line is longer than {limits.Line} bytes.");
            if (await FillAsync(1, cancellation)) continue;
            return searched == 0 ? null : throw Ended();
        }
    }

    async ValueTask NeedAsync(int length, CancellationToken cancellation)
    {
        while (_end - _at < length)
            if (!await FillAsync(length - (_end - _at), cancellation)) throw Ended();
    }

    /// <summary>Reads what is there, into a buffer that grows with what has come. False: the connection has ended.</summary>
    async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellation)
    {
        wanted = Math.Clamp(wanted, FirstBuffer, Piece);
        var held = _end - _at;
        if (_end + wanted > _buffer.Length)
        {
            var to = held + wanted > _buffer.Length ? new byte[Math.Max(2 * held, held + wanted)] : _buffer;
            _buffer.AsSpan(_at, held).CopyTo(to);
            (_buffer, _at, _end) = (to, 0, held);
        }
        var got = await from.ReadAsync(_buffer.AsMemory(_end, wanted), cancellation);
        _end += got;
        return got > 0;
    }

    static JsonDocument Parse(ReadOnlyMemory<byte> json, string what)
    {
        try
        {
            var document = JsonDocument.Parse(json.ToArray(), Flat); // its own copy: the buffer goes on
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // said below, without the parser's words
        }
        throw new WyomingException("bad-json", $"{what} is no JSON object.");
    }

    static string TypeOf(JsonElement line)
    {
        if (WyomingFrame.Member(line, "type", out var type) && type.ValueKind == JsonValueKind.String) return WyomingFrame.Text(type);
        throw new WyomingException("bad-frame", "The first line has no type.");
    }

    static int Length(JsonElement line, string name, int most)
    {
        if (!WyomingFrame.Member(line, name, out var value) || value.ValueKind == JsonValueKind.Null) return 0;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var length) || length < 0) throw new WyomingException("bad-frame", $"{name} must be a whole number.");
        return length <= most ? (int)length : throw new WyomingException("too-long", $"{name} is {length}, but at most {most} bytes are taken.");
    }

    static WyomingException Ended() => new("bad-frame", "The connection ended within a frame.");
}
