namespace SuRnnStream;

/// <summary>A time as a part of a saved state.</summary>
static class SavedTime
{
    static readonly TimeSpan Latest = TimeSpan.FromDays(3_652_059); // the year 9999, as dates do

    /// <summary>Rules add to times and subtract from them, so those near the ends of what can be written are refused.</summary>
    /// <exception cref="InvalidDataException">No stream has such a time.</exception>
    public static TimeSpan Read(BinaryReader from) => new TimeSpan(from.ReadInt64()) is var time && time >= -Latest && time <= Latest ? time
        : throw new InvalidDataException(FormattableString.Invariant($"A saved decision has a time of {time.TotalDays:0} days."));

    /// <summary>As <see cref="Read"/>; <see cref="long.MinValue"/> ticks are none.</summary>
    public static TimeSpan? ReadOptional(BinaryReader from)
    {
        var ticks = from.ReadInt64();
        return ticks == long.MinValue ? null : ticks >= -Latest.Ticks && ticks <= Latest.Ticks ? new TimeSpan(ticks)
            : throw new InvalidDataException(FormattableString.Invariant($"A saved decision has a time of {ticks} ticks."));
    }

    /// <summary>As <see cref="Read"/>; <see cref="TimeSpan.MaxValue"/> is never.</summary>
    public static TimeSpan ReadOrNever(BinaryReader from) => new TimeSpan(from.ReadInt64()) is var time && (time == TimeSpan.MaxValue || (time >= -Latest && time <= Latest)) ? time
        : throw new InvalidDataException(FormattableString.Invariant($"A saved decision has a time of {time.TotalDays:0} days."));

    /// <summary>From one time to another, which is not before it.</summary>
    public static (TimeSpan From, TimeSpan To) ReadSpan(BinaryReader from)
    {
        var (first, last) = (Read(from), Read(from));
        return first <= last ? (first, last) : throw new InvalidDataException($"A saved decision has a span of time that ends at {last}, before it begins at {first}.");
    }
}
