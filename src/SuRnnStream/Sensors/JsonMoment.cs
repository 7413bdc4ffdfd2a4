using System.Globalization;
using System.Text.Json;

namespace SuRnnStream;

/// <summary>
/// Moments as JSON: <c>{"time": 0.01, "acc x": 0.2, "acc y": null}</c> or <c>[0.2, null]</c> with all channels in the model's order. A member
/// that is null or not there is a missing value; others are not read. Names may have a unit, as columns have, and be paths into nested objects and lists where a map says so.
/// </summary>
/// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
/// <param name="wrong">Makes the exception of a problem and its remedy.</param>
sealed class JsonMoment(SensorFrontEndConfig sensor, Func<string, string, Exception> wrong)
{
    /// <summary>[channels] the steps of a name that is a path; null: none is, or this one is not.</summary>
    readonly string[]?[]? _paths = sensor.Channels.Any(channel => IsPath(channel.Name)) ? [.. sensor.Channels.Select(channel => IsPath(channel.Name) ? channel.Name.Split('.') : null)] : null;

    /// <summary>The steps to the time, where a map names it by a path.</summary>
    readonly string[]? _timePath = IsPath(sensor.MappedTime.Name) ? sensor.MappedTime.Name.Split('.') : null;

    /// <summary>[channels] to the model's units of values without a unit of their own.</summary>
    readonly UnitConversion[] _unsaid = [.. sensor.Channels.Select(channel => SensorColumns.ConversionOf("", channel, wrong))];

    static bool IsPath(string name) => name.Contains('.') && !name.StartsWith('.') && !name.EndsWith('.');

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
                var conversion = unit.Length == 0 ? _unsaid[channel] : SensorColumns.ConversionOf(unit, sensor.Channels[channel], wrong);
                (moment[channel], known) = (Number(member.Value, whole, conversion), true);
            }
            else if (sensor.MappedTime.Name.Length > 0)
            {
                if (name.Equals(sensor.MappedTime.Name, StringComparison.OrdinalIgnoreCase)) seconds = Time(member.Value, whole, name, unit);
            }
            else if (MomentTime.IsTime(name)) seconds = Time(member.Value, whole, name, unit);
        }
        if (_paths is not null) known |= Paths(json, moment);
        if (_timePath is not null && double.IsNaN(seconds) && At(json, _timePath) is { } time) seconds = Time(time, sensor.MappedTime.Name, "time", "");
        return known ? seconds : throw wrong("none of the model's channels is there", Remedy);
    }

    /// <summary>Channels whose names are paths: <c>imu.acc.0</c>. A member that is called so as a whole counts first.</summary>
    bool Paths(JsonElement json, Span<float> moment)
    {
        var known = false;
        for (var channel = 0; channel < moment.Length; channel++)
        {
            if (_paths![channel] is not { } path || !float.IsNaN(moment[channel])) continue;
            if (At(json, path) is { } value) (moment[channel], known) = (Number(value, channel), true);
        }
        return known;
    }

    static JsonElement? At(JsonElement json, string[] path)
    {
        JsonElement? at = json;
        foreach (var step in path)
            if (at is { } here) at = Step(here, step);
        return at;
    }

    static JsonElement? Step(JsonElement json, string step) => json.ValueKind switch
    {
        JsonValueKind.Object when JsonText.TryMember(json, step, out var member) => member,
        JsonValueKind.Array when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < json.GetArrayLength() => json[index],
        _ => null,
    };

    double Items(JsonElement json, Span<float> moment)
    {
        if (json.GetArrayLength() != moment.Length) throw wrong($"there are {json.GetArrayLength()} numbers, but the model takes {moment.Length} channels", Remedy);
        var channel = 0;
        foreach (var item in json.EnumerateArray())
        {
            moment[channel] = Number(item, channel);
            channel++;
        }
        return double.NaN;
    }

    /// <summary>A channel's number in the unit that the map says, or the channel's own.</summary>
    /// <param name="value">A number, or null.</param>
    /// <param name="channel">Of the model, counted from 0.</param>
    public float Number(JsonElement value, int channel) => Number(value, sensor.Channels[channel].Name, _unsaid[channel]);

    float Number(JsonElement value, string name, UnitConversion conversion) => value.ValueKind switch
    {
        JsonValueKind.Null => float.NaN,
        JsonValueKind.Number when value.TryGetDouble(out var number) && conversion.Single(number) is var single && !float.IsNaN(single) => single,
        _ => throw wrong($"'{name}' is {value.GetRawText()}, which is no number", "write a number, or null where the value is missing"),
    };

    double Time(JsonElement value, string whole, string name, string unit)
    {
        if (value.ValueKind == JsonValueKind.Null) return double.NaN;
        var text = value.ValueKind == JsonValueKind.String ? JsonText.Read(value) : value.GetRawText();
        return MomentTime.MappedUnit(name, unit, sensor.MappedTime.Unit) is { } factor && MomentTime.TryParse(text, factor, out var seconds) ? seconds
            : throw wrong($"'{whole}' is {value.GetRawText()}, which is no time", "write seconds, or a date and time of ISO 8601");
    }
}
