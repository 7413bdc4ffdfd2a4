using System.Text.Json;

namespace SuRnnStream.Server;

/// <summary>What a client says first: how it is going to send, and who is to listen.</summary>
/// <param name="Model">Null: the server's default.</param>
/// <param name="Rate">Samples per second that it will send, of each channel.</param>
/// <param name="Format">How they are written.</param>
sealed record Hello(string? Model, double Rate, SampleEncoding Format)
{
    public const int Version = 1, LowestRate = 4_000, HighestRate = 192_000;

    /// <exception cref="ProtocolException">It is no JSON, or no hello.</exception>
    public static Hello Parse(ReadOnlyMemory<byte> text)
    {
        using var json = Json(text, "the first message");
        var root = json.RootElement;
        if (TypeOf(root) != "hello") throw new ProtocolException(CloseCode.OutOfTurn, "The first message must be a JSON object with \"type\": \"hello\".");
        if (Number(root, "version") is not Version) throw new ProtocolException(CloseCode.BadHello, $"The hello needs \"version\": {Version}.");
        if (Number(root, "rate") is not (> 0 and var rate)) throw BadRate();
        var format = Text(root, "format") switch
        {
            "s16" => SampleEncoding.S16,
            "f32" => SampleEncoding.F32,
            _ => throw new ProtocolException(CloseCode.BadHello, "The hello needs a \"format\": \"s16\" or \"f32\"."),
        };
        return new Hello(Text(root, "model"), rate, format);
    }

    /// <summary>Sound is resampled; sensors come as the model knows them.</summary>
    /// <exception cref="ProtocolException">They do not.</exception>
    public void RequireFor(ModelInfo model)
    {
        if (model.Channels is null)
        {
            if (Rate is < LowestRate or > HighestRate || Rate != Math.Floor(Rate)) throw BadRate();
        }
        else if (Rate != model.Rate || Format != SampleEncoding.F32)
            throw new ProtocolException(CloseCode.BadHello, FormattableString.Invariant($"The model {model.Name} hears sensors: the hello needs \"rate\": {model.Rate} and \"format\": \"f32\"."));
    }

    static ProtocolException BadRate() => new(CloseCode.BadHello, $"The hello needs a whole \"rate\" of {LowestRate} to {HighestRate}.");

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
        JsonText.TryMember(root, name, out var value) ? value : null;

    static string? Text(JsonElement root, string name) => Member(root, name) is { } value ? JsonText.Read(value) : null;

    static double? Number(JsonElement root, string name) =>
        Member(root, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? number : null;
}
