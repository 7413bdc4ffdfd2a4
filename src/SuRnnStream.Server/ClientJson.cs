using System.Text.Json;

namespace SuRnnStream.Server;

/// <summary>Text messages of clients, which may be anything.</summary>
static class ClientJson
{
    /// <exception cref="ProtocolException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text, string what)
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

    public static string? TypeOf(JsonElement root) => Text(root, "type");

    public static string? Text(JsonElement root, string name) => Member(root, name) is { } value ? JsonText.Read(value) : null;

    public static double? Number(JsonElement root, string name) =>
        Member(root, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? number : null;

    public static bool Flag(JsonElement root, string name) => Member(root, name) is { ValueKind: JsonValueKind.True };

    static JsonElement? Member(JsonElement root, string name) => JsonText.TryMember(root, name, out var value) ? value : null;
}
