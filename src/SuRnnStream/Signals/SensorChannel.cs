namespace SuRnnStream;

/// <summary>One channel of a sensor stream, and how its values are made fit for a network: filtered, then scaled.</summary>
public sealed record SensorChannel
{
    /// <summary>What the channel is called in files and messages: <c>acc x</c>. No two of a model are the same, upper and lower case apart.</summary>
    public required string Name { get; init; }

    /// <summary>Unit of its values: <c>mV</c>. Empty: not known, or none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>
    /// Corner (-3 dB) of a high-pass in Hz: a causal Butterworth filter of the second order. From a 100,000th of the sample rate to below half of it;
    /// 0: no high-pass.
    /// </summary>
    public double HighPassHz { get; init; }

    /// <summary>Corner of a low-pass in Hz, of the same kind and range, above <see cref="HighPassHz"/>; 0: no low-pass.</summary>
    public double LowPassHz { get; init; }

    /// <summary>
    /// What counts as 1, in the channel's unit; above 0. With running normalisation it is the least that a value is divided by, so that a
    /// sensor which is stuck or not plugged in does not have its noise blown up.
    /// </summary>
    public double Scale { get; init; } = 1;

    /// <summary>What its values were in training. Null: the model file does not say.</summary>
    public ChannelStatistics? Statistics { get; init; }

    /// <summary>Unit in which a source has its values where the source does not say one; a <see cref="SensorMap"/> sets it. Empty: <see cref="Unit"/>.</summary>
    internal string MappedUnit { get; init; } = "";

    /// <summary>The model's name for the channel where a <see cref="SensorMap"/> has set <see cref="Name"/> to a source's. Empty: <see cref="Name"/>.</summary>
    internal string MappedName { get; init; } = "";

    /// <summary>A channel by its name and unit, as in the heading of a table: <c>acc x [g]</c> or <c>acc x (g)</c>. Its values are neither filtered nor scaled.</summary>
    public static SensorChannel Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, unit) = SensorColumns.Parse(text);
        return new SensorChannel { Name = name, Unit = unit };
    }

    /// <summary>The channel as messages name it.</summary>
    public override string ToString() => Unit.Length == 0 ? Name : $"{Name} [{Unit}]";
}
