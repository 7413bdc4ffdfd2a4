namespace SuRnnStream;

/// <summary>
/// What a source calls a model's channels, and in which unit it has them where it does not say so: <c>acc x=ax [g], acc y=ay [g]</c>. Names of members of
/// JSON may be paths, <c>acc x=imu.acc.0</c>. The time can be mapped, too: <c>time=timestamp [ms]</c>. What the map does not name keeps the model's name.
/// </summary>
public sealed class SensorMap
{
    readonly Dictionary<string, (string Name, string Unit)> _names = new(StringComparer.OrdinalIgnoreCase);

    SensorMap()
    {
    }

    /// <summary>Reads a map.</summary>
    /// <param name="text">Pairs with commas between them: a channel of the model, <c>=</c>, the source's name for it with a unit after it or not. A name with a comma or <c>=</c> in it cannot be mapped.</param>
    /// <exception cref="FormatException">A pair is none, or a channel is there twice; the message names it.</exception>
    public static SensorMap Parse(string text)
    {
        var map = new SensorMap();
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', StringSplitOptions.TrimEntries);
            if (parts is not [{ Length: > 0 } channel, { Length: > 0 } column]) throw new FormatException($"'{pair}' does not map a channel: write CHANNEL=COLUMN or CHANNEL=COLUMN [UNIT], as in \"acc x=ax [g]\"");
            if (!map._names.TryAdd(channel, SensorColumns.Parse(column))) throw new FormatException($"the channel '{channel}' is mapped twice");
        }
        return map._names.Count > 0 ? map : throw new FormatException("the map is empty: write CHANNEL=COLUMN, as in \"acc x=ax [g]\"");
    }

    /// <summary>The front end with the source's names, to open that source with. What is read is the same: the model's channels, in its units and order.</summary>
    /// <param name="sensor">The model's front end.</param>
    /// <exception cref="FormatException">The map names a channel that the model does not have, a unit that is not of the channel's quantity, or two channels the same.</exception>
    public SensorFrontEndConfig Apply(SensorFrontEndConfig sensor)
    {
        foreach (var name in _names.Keys)
            if (!IsTime(name, sensor) && !sensor.Channels.Any(channel => SensorColumns.IsNamed(name, channel))) throw new FormatException($"the model has no channel '{name}', only {string.Join(", ", sensor.Channels.Select(channel => $"'{channel.Name}'"))}");
        SensorChannel[] channels = [.. sensor.Channels.Select(Mapped)];
        if (channels.GroupBy(channel => channel.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new FormatException($"two channels are read from '{twice.Key}'");
        return sensor with { Channels = channels, MappedTime = TimeIn(sensor) };
    }

    /// <summary>The name means the time, unless the model has a channel of that name.</summary>
    static bool IsTime(string name, SensorFrontEndConfig sensor) => name.Equals("time", StringComparison.OrdinalIgnoreCase) && !sensor.Channels.Any(channel => SensorColumns.IsNamed(name, channel));

    (string Name, string Unit) TimeIn(SensorFrontEndConfig sensor)
    {
        if (!_names.TryGetValue("time", out var source) || !IsTime("time", sensor)) return ("", "");
        return source.Unit.Length == 0 || MomentTime.UnitOf("time", source.Unit) is not null ? source
            : throw new FormatException($"the time is in '{source.Unit}'; give it in s, ms, us or ns, as in \"time={source.Name} [ms]\"");
    }

    SensorChannel Mapped(SensorChannel channel)
    {
        if (!_names.TryGetValue(channel.Name, out var source)) return channel;
        var mapped = channel with { Name = source.Name, MappedUnit = source.Unit, MappedName = channel.Name };
        SensorColumns.ConversionOf("", mapped, (problem, remedy) => new FormatException($"{problem}; {remedy}"));
        return mapped;
    }
}
