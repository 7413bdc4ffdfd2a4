namespace SuRnnStream;

/// <summary>Finds a model's channels among the columns of a recording, by name; their order says nothing.</summary>
static class SensorColumns
{
    /// <summary>A column's head to a channel's name and unit: <c>acc x [g]</c> or <c>acc x (g)</c>; without a unit "".</summary>
    public static (string Name, string Unit) Parse(string head)
    {
        head = head.Trim();
        var open = head.Length == 0 ? -1 : head[^1] switch { ']' => head.LastIndexOf('['), ')' => head.LastIndexOf('('), _ => -1 };
        return open <= 0 ? (head, "") : (head[..open].TrimEnd(), head[(open + 1)..^1].Trim());
    }

    /// <summary>Where each of the model's channels is among the columns [channels], and how its values become the model's.</summary>
    /// <param name="columns">Names and units, "" for an unknown one.</param>
    /// <param name="channels">The model's.</param>
    /// <param name="wrong">Makes the exception of a problem and its remedy.</param>
    public static (int Column, UnitConversion Conversion)[] Match(IReadOnlyList<(string Name, string Unit)> columns, IReadOnlyList<SensorChannel> channels, Func<string, string, Exception> wrong)
    {
        var places = new (int, UnitConversion)[channels.Count];
        for (var c = 0; c < places.Length; c++)
        {
            int[] found = [.. Enumerable.Range(0, columns.Count).Where(i => IsNamed(columns[i].Name, channels[c]))];
            if (found.Length == 0)
                throw wrong($"there is no channel '{channels[c].Name}', only {string.Join(", ", columns.Select(column => $"'{column.Name}'"))}", channels[c].MappedName.Length > 0
                    ? $"correct what the map says of '{channels[c].MappedName}': {channels[c].MappedName}=COLUMN"
                    : $"name the channels as the model does, {string.Join(", ", channels)}, or map them (--map \"{channels[c].Name}=COLUMN\")");
            if (found.Length > 1) throw wrong($"the channel '{channels[c].Name}' is there {found.Length} times", "rename all but one");
            places[c] = (found[0], ConversionOf(columns[found[0]].Unit, channels[c], wrong));
        }
        return places;
    }

    /// <summary>How values become those of the channel; a unit that is not said is the map's, and without one the channel's.</summary>
    public static UnitConversion ConversionOf(string unit, SensorChannel channel, Func<string, string, Exception> wrong)
    {
        if (unit.Length == 0) unit = channel.MappedUnit;
        if (unit.Length == 0 || channel.Unit.Length == 0) return UnitConversion.None;
        return SensorUnit.Between(unit, channel.Unit) ?? throw wrong($"the channel '{channel.Name}' is in {unit}, but the model needs {channel.Unit}", $"convert it to {channel.Unit}");
    }

    public static bool IsNamed(string name, SensorChannel channel) => name.Equals(channel.Name, StringComparison.OrdinalIgnoreCase);
}
