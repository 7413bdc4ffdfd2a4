using System.Text.Json;

namespace SuRnnStream;

/// <summary>
/// Moments as JSON Lines: <c>{"time": 0.01, "acc x": 0.2, "acc y": null}</c> or <c>[0.2, null]</c> with all channels in the model's order. A member that is
/// null or not there is a missing value; others are not read. The time, in seconds or as text of ISO 8601, may be left out; where it is
/// given it tells where moments were lost.
/// </summary>
public sealed class JsonLinesSource : LineSource
{
    /// <param name="text">A line a moment; empty ones count for nothing. Closed with the result.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
    /// <exception cref="ArgumentException">A setting of the front end lies outside its range.</exception>
    public JsonLinesSource(TextReader text, string name, SensorFrontEndConfig sensor) : base(text, name, sensor) { }

    private protected override double Parse(string line, Span<float> moment)
    {
        moment.Fill(float.NaN);
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.Object => Members(json.RootElement, moment),
                JsonValueKind.Array => Items(json.RootElement, moment),
                _ => throw Wrong("this is neither an object nor a list", Remedy),
            };
        }
        catch (JsonException broken)
        {
            throw Wrong($"this is no JSON ({broken.Message})", Remedy);
        }
    }

    string Remedy => $"write a line as {{{string.Join(", ", Sensor.Channels.Select(channel => $"\"{channel.Name}\": 0.1"))}}}";

    double Members(JsonElement line, Span<float> moment)
    {
        var (seconds, known) = (double.NaN, false);
        foreach (var member in line.EnumerateObject())
        {
            var channel = 0;
            while (channel < moment.Length && !SensorColumns.IsNamed(member.Name, Sensor.Channels[channel])) channel++;
            if (channel < moment.Length) (moment[channel], known) = (Number(member.Value, member.Name), true);
            else if (MomentTime.IsTime(member.Name)) seconds = Time(member);
        }
        return known ? seconds : throw Wrong("none of the model's channels is there", Remedy);
    }

    double Items(JsonElement line, Span<float> moment)
    {
        if (line.GetArrayLength() != moment.Length) throw Wrong($"there are {line.GetArrayLength()} numbers, but the model hears {moment.Length} channels", Remedy);
        var channel = 0;
        foreach (var item in line.EnumerateArray())
        {
            moment[channel] = Number(item, Sensor.Channels[channel].Name);
            channel++;
        }
        return double.NaN;
    }

    float Number(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Null => float.NaN,
        JsonValueKind.Number => value.GetSingle(),
        _ => throw Wrong($"'{name}' is {value.GetRawText()}, which is no number", "write a number, or null where the value is missing"),
    };

    double Time(JsonProperty member)
    {
        var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Value.GetRawText();
        return MomentTime.UnitOf(member.Name, "") is { } unit && MomentTime.TryParse(text, unit, out var seconds) ? seconds
            : throw Wrong($"'{member.Name}' is {member.Value.GetRawText()}, which is no time", "write seconds, or a date and time of ISO 8601");
    }
}
