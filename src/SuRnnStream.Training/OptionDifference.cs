using System.Text.Json.Nodes;

namespace SuRnnStream.Training;

/// <summary>In what two trainings' options differ, in words.</summary>
static class OptionDifference
{
    const int Most = 5;

    /// <summary>Name, value then and value now of each that differs; at most five.</summary>
    /// <param name="then">JSON of the options that a training was begun with.</param>
    /// <param name="now">JSON of those asked for now.</param>
    public static string Between(string then, string now)
    {
        var found = new List<string>();
        Compare("", JsonNode.Parse(then), JsonNode.Parse(now), found);
        return string.Join("; ", found.Take(Most)) + (found.Count > Most ? FormattableString.Invariant($"; and {found.Count - Most} more") : "");
    }

    static void Compare(string name, JsonNode? then, JsonNode? now, List<string> found)
    {
        if (JsonNode.DeepEquals(then, now)) return;
        if (then is JsonObject was && now is JsonObject asked)
        {
            foreach (var key in was.Select(pair => pair.Key).Union(asked.Select(pair => pair.Key))) Compare(name.Length == 0 ? key : $"{name}.{key}", was[key], asked[key], found);
        }
        else if (then is JsonArray before && now is JsonArray after && before.Count == after.Count)
        {
            for (var i = 0; i < before.Count; i++) Compare(FormattableString.Invariant($"{name}[{i}]"), before[i], after[i], found);
        }
        else found.Add($"{name} was {Text(then)}, now {Text(now)}");
    }

    static string Text(JsonNode? value) => value?.ToJsonString() ?? "not set";
}
