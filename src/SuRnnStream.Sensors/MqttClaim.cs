using System.Text.Json;

namespace SuRnnStream;

/// <summary>A device's claim to have detected a word, as a message.</summary>
static class MqttClaim
{
    public const int Longest = 4_096; // bytes

    public static byte[] Write(string device, in Detection detection)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("device", device);
            json.WriteString("label", detection.Label);
            json.WriteNumber("score", detection.Score);
            if (detection.Level is { } level && float.IsFinite(level)) json.WriteNumber("level", level);
            if (detection.LevelAboveFloor is { } above && float.IsFinite(above)) json.WriteNumber("levelAboveFloor", above);
            json.WriteString("at", detection.At!.Value);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    /// <summary>Null: it is no claim.</summary>
    public static Detection? Read(ReadOnlyMemory<byte> message)
    {
        if (message.Length is 0 or > Longest) return null;
        try
        {
            using var document = JsonDocument.Parse(message);
            var claim = document.RootElement;
            if (claim.ValueKind != JsonValueKind.Object || claim.GetProperty("device").GetString() is not { Length: > 0 } device || claim.GetProperty("label").GetString() is not { Length: > 0 } label) return null;
            var (score, at) = (claim.GetProperty("score").GetSingle(), claim.GetProperty("at").GetDateTimeOffset());
            return float.IsFinite(score) ? new Detection(label, score, default, default, default, device) { At = at, Level = Decibels(claim, "level"), LevelAboveFloor = Decibels(claim, "levelAboveFloor") } : null;
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    static float? Decibels(JsonElement claim, string name) => claim.TryGetProperty(name, out var value) && value.GetSingle() is var level && float.IsFinite(level) ? level : null;
}
