using System.Text.Json;

namespace SuRnnStream.Wyoming;

/// <summary>
/// One event of the protocol (https://github.com/rhasspy/wyoming, README, "Format"): a line of JSON, then JSON of <c>data_length</c> bytes whose members go before the line's
/// <c>data</c>, then <c>payload_length</c> bytes.
/// </summary>
/// <param name="type">What it is.</param>
/// <param name="line">The first line.</param>
/// <param name="more">The additional JSON, if there is any.</param>
/// <param name="payload">Valid until the next frame is read.</param>
sealed class WyomingFrame(string type, JsonDocument line, JsonDocument? more, ReadOnlyMemory<byte> payload) : IDisposable
{
    public string Type => type;
    public ReadOnlyMemory<byte> Payload => payload;

    public void Dispose()
    {
        line.Dispose();
        more?.Dispose();
    }

    /// <summary>A member of the data. False: it is missing or null.</summary>
    public bool TryGet(string name, out JsonElement value)
    {
        if (more is not null && Member(more.RootElement, name, out value)) return value.ValueKind != JsonValueKind.Null;
        if (Member(line.RootElement, "data", out var data) && data.ValueKind == JsonValueKind.Object && Member(data, name, out value)) return value.ValueKind != JsonValueKind.Null;
        value = default;
        return false;
    }

    /// <summary>A whole number of the data; null: it is missing.</summary>
    /// <exception cref="WyomingException">It is no whole number, or out of its range.</exception>
    public long? Number(string name, long least, long most)
    {
        if (!TryGet(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most) return number;
        throw new WyomingException("bad-data", $"{name} of {PlainText.Cut(Type, 40)} must be a whole number from {least} to {most}.");
    }

    /// <summary>Texts of the data; null: they are missing.</summary>
    /// <exception cref="WyomingException">It is no list of texts.</exception>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (!TryGet(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)) return [.. value.EnumerateArray().Select(Text)];
        throw new WyomingException("bad-data", $"{name} of {PlainText.Cut(Type, 40)} must be a list of texts.");
    }

    /// <summary>A member of an object.</summary>
    /// <exception cref="WyomingException">A name in it is no text.</exception>
    public static bool Member(JsonElement of, string name, out JsonElement value)
    {
        try
        {
            return of.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            throw NoText();
        }
    }

    /// <summary>The text of a value that is one.</summary>
    /// <exception cref="WyomingException">It is none after all.</exception>
    public static string Text(JsonElement value) => JsonText.Read(value) ?? throw NoText();

    /// <summary>JSON may contain half of a surrogate pair; the parser notices only when the text is read.</summary>
    static WyomingException NoText() => new("bad-json", "A text has half of a surrogate pair.");

    /// <summary>The bytes of an event without a payload.</summary>
    public static byte[] Write(string type, Action<Utf8JsonWriter>? data = null)
    {
        var body = data is null ? [] : JsonLine.Of(data);
        var header = JsonLine.Of(json =>
        {
            json.WriteString("type", type);
            if (body.Length > 0) json.WriteNumber("data_length", body.Length);
        });
        return [.. header, (byte)'\n', .. body];
    }
}
