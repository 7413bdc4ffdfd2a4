using System.Text.Json;

namespace SuRnnStream;

/// <summary>
/// Moments as JSON: <c>{"time": 0.01, "acc x": 0.2, "acc y": null}</c> or <c>[0.2, null]</c> with all channels in the model's order. A member
/// that is null or not there is a missing value; others are not read. Names may have a unit, as columns have.
/// </summary>
/// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
/// <param name="wrong">Makes the exception of a problem and its remedy.</param>
sealed class JsonMoment(SensorFrontEndConfig sensor, Func<string, string, Exception> wrong)
{
    public string Remedy => $"write a line as {{{string.Join(", ", sensor.Channels.Select(channel => $"\"{channel.Name}\": 0.1"))}}}";

    /// <summary>The channels of an object or a list. Seconds: when it was; NaN: it does not say.</summary>
    public double Read(JsonElement json, Span<float> moment)
    {
        moment.Fill(float.NaN);
        return json.ValueKind switch
        {
            JsonValueKind.Object => Members(json, moment),
            JsonValueKind.Array => Items(json, moment),
            _ => throw wrong("this is neither an object nor a list", Remedy),
        };
    }

    double Members(JsonElement json, Span<float> moment)
    {
        var (seconds, known) = (double.NaN, false);
        foreach (var member in json.EnumerateObject())
        {
            if (!JsonText.TryName(member, out var whole)) continue; // no channel is called so
            var (name, unit) = SensorColumns.Parse(whole);
            var channel = 0;
            while (channel < moment.Length && !SensorColumns.IsNamed(name, sensor.Channels[channel])) channel++;
            if (channel < moment.Length)
            {
                SensorColumns.RequireUnit(unit, sensor.Channels[channel], wrong);
                (moment[channel], known) = (Number(member.Value, whole), true);
            }
            else if (MomentTime.IsTime(name)) seconds = Time(member.Value, whole, name, unit);
        }
        return known ? seconds : throw wrong("none of the model's channels is there", Remedy);
    }

    double Items(JsonElement json, Span<float> moment)
    {
        if (json.GetArrayLength() != moment.Length) throw wrong($"there are {json.GetArrayLength()} numbers, but the model hears {moment.Length} channels", Remedy);
        var channel = 0;
        foreach (var item in json.EnumerateArray())
        {
            moment[channel] = Number(item, sensor.Channels[channel].Name);
            channel++;
        }
        return double.NaN;
    }

    public float Number(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Null => float.NaN,
        JsonValueKind.Number when value.TryGetSingle(out var number) => number,
        _ => throw wrong($"'{name}' is {value.GetRawText()}, which is no number", "write a number, or null where the value is missing"),
    };

    double Time(JsonElement value, string whole, string name, string unit)
    {
        if (value.ValueKind == JsonValueKind.Null) return double.NaN;
        var text = value.ValueKind == JsonValueKind.String ? JsonText.Of(value) : value.GetRawText();
        return MomentTime.UnitOf(name, unit) is { } factor && MomentTime.TryParse(text, factor, out var seconds) ? seconds
            : throw wrong($"'{whole}' is {value.GetRawText()}, which is no time", "write seconds, or a date and time of ISO 8601");
    }
}
