using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>What happens to a live sensor's stream between its link and its reader, and when the link breaks.</summary>
public sealed record LiveSensorOptions
{
    /// <summary>Time for which moments may wait to be read, 10 ms to an hour; when more wait, the oldest are lost and counted.</summary>
    public TimeSpan Capacity { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A sensor that gives nothing for this long, and for five periods, has a gap; 100 ms to a day.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Zero to a minute. Moments without a time that come after a gap wait that long before the gap is measured: what had been kept on the
    /// way comes in a burst, and was not lost.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>A channel whose value has not changed for so long, and for 50 moments, is reported as stuck, up to 365 days; zero: never.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for connecting, 100 ms to 10 min.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time from a broken link to the first try to make it again, 10 ms to an hour; it doubles with every try, and up to half of it is left out by chance.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest time between two tries, from <see cref="FirstRetry"/> to an hour.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock that gaps and retries go by; by default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Told of every change, in order and one at a time, on whichever thread has found it: of the link, of a timer, or one that stops the sensor. It may
    /// dispose the sensor. What it throws is counted in <see cref="CaptureStatus.StatusErrors"/> and goes no further.
    /// </summary>
    public Action<CaptureStatus>? OnStatus { get; init; }

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal LiveSensorOptions Validate()
    {
        Require(Capacity.TotalSeconds is >= 0.01 and <= 3_600, nameof(Capacity), Capacity, "10 ms to 1 h");
        Require(Silence.TotalSeconds is >= 0.1 and <= 86_400, nameof(Silence), Silence, "100 ms to 1 day");
        Require(Settle.TotalSeconds is >= 0 and <= 60, nameof(Settle), Settle, "0 to 1 min");
        Require(StuckAfter.TotalDays is >= 0 and <= 365, nameof(StuckAfter), StuckAfter, "0 to 365 days");
        Require(ConnectTimeout.TotalSeconds is >= 0.1 and <= 600, nameof(ConnectTimeout), ConnectTimeout, "100 ms to 10 min");
        Require(FirstRetry.TotalSeconds is >= 0.01 and <= 3_600, nameof(FirstRetry), FirstRetry, "10 ms to 1 h");
        Require(LastRetry >= FirstRetry && LastRetry.TotalSeconds <= 3_600, nameof(LastRetry), LastRetry, "the first retry to 1 h");
        return this;
    }
}
