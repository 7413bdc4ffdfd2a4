using System.Text.Json;

namespace SuRnnStream.Server;

/// <summary>What a client says first: how it is going to send, and who is to listen.</summary>
/// <param name="Model">Null: the server's default.</param>
/// <param name="Rate">Samples per second that it will send.</param>
/// <param name="Format">How they are written.</param>
sealed record Hello(string? Model, int Rate, SampleEncoding Format)
{
    public const int Version = 1, LowestRate = 4_000, HighestRate = 192_000;

    /// <exception cref="ProtocolException">It is no JSON, or no hello.</exception>
    public static Hello Parse(ReadOnlyMemory<byte> text)
    {
        using var json = Json(text, "the first message");
        var root = json.RootElement;
        if (TypeOf(root) != "hello") throw new ProtocolException(CloseCode.OutOfTurn, "The first message must be a JSON object with \"type\": \"hello\".");
        if (Number(root, "version") is not Version) throw new ProtocolException(CloseCode.BadHello, $"The hello needs \"version\": {Version}.");
        if (Number(root, "rate") is not (>= LowestRate and <= HighestRate and var rate))
            throw new ProtocolException(CloseCode.BadHello, $"The hello needs a whole \"rate\" of {LowestRate} to {HighestRate}.");
        var format = Text(root, "format") switch
        {
            "s16" => SampleEncoding.S16,
            "f32" => SampleEncoding.F32,
            _ => throw new ProtocolException(CloseCode.BadHello, "The hello needs a \"format\": \"s16\" or \"f32\"."),
        };
        return new Hello(Text(root, "model"), rate, format);
    }

    /// <summary>The client has sent all its sound; there is nothing else that it could say after the hello.</summary>
    /// <exception cref="ProtocolException">It says something else.</exception>
    public static void RequireEnd(ReadOnlyMemory<byte> text)
    {
        using var json = Json(text, "a text message");
        if (TypeOf(json.RootElement) != "end")
            throw new ProtocolException(CloseCode.OutOfTurn, "After the hello a text message can only be {\"type\": \"end\"}.");
    }

    static JsonDocument Json(ReadOnlyMemory<byte> text, string what)
    {
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException bad)
        {
            throw new ProtocolException(CloseCode.Malformed, $"In {what} is no JSON at byte {bad.BytePositionInLine ?? 0} of line {(bad.LineNumber ?? 0) + 1}.");
        }
    }

    static string? TypeOf(JsonElement root) => Text(root, "type");

    static JsonElement? Member(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) ? value : null;

    static string? Text(JsonElement root, string name) => Member(root, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    static int? Number(JsonElement root, string name) =>
        Member(root, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;
}
