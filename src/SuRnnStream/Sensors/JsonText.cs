using System.Text.Json;

namespace SuRnnStream;

/// <summary>
/// Names and texts of untrusted JSON. An escape such as <c>\ud800</c> is good JSON, but half a character: .NET parses it and throws
/// <see cref="InvalidOperationException"/> only when the text is read. These methods return instead.
/// </summary>
public static class JsonText
{
    /// <summary>False: the name is no text.</summary>
    public static bool TryName(JsonProperty member, out string name)
    {
        try
        {
            name = member.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = "";
            return false;
        }
    }

    /// <summary>The text of a string; null: the value is no string, or its text is half a character.</summary>
    public static string? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member of an object by its name; false: it is not there, this is no object, or a name in it is no text.</summary>
    public static bool TryMember(JsonElement json, string name, out JsonElement value)
    {
        value = default;
        if (json.ValueKind != JsonValueKind.Object) return false;
        try
        {
            return json.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
