using Microsoft.Extensions.Configuration;
using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>How a sink that sends over a network keeps what it could not send yet.</summary>
public abstract record OutboxOptions
{
    /// <summary>Detections that may wait, the one that is being sent among them; 2 to 10,000,000. One more, and the oldest is dropped and counted.</summary>
    public int Capacity { get; init; } = 10_000;

    /// <summary>Time from a failed try to the next, 10 ms to an hour; it doubles with every try, and up to half of it is left out by chance.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest time between two tries, from <see cref="FirstRetry"/> to an hour.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for connecting, and for the answer to one detection; 100 ms to 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time for which a sink that is closed goes on sending what waits, zero to an hour. What is left then is dropped and counted. A pause between
    /// two tries ends with the closing, but not one that the other side has asked for.
    /// </summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock that pauses and limits go by; by default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Keys of a configuration that <see cref="Read"/> reads.</summary>
    public static IReadOnlyList<string> Keys { get; } = [nameof(Capacity), nameof(FirstRetry), nameof(LastRetry), nameof(Timeout), nameof(Flush)];

    /// <summary>These options, with what a configuration says of the outbox; those of a derived record stay.</summary>
    /// <param name="section">The sink's.</param>
    /// <exception cref="ArgumentException">A duration is none; the message names its path.</exception>
    /// <exception cref="InvalidOperationException">A value cannot be read; the message names its path.</exception>
    public OutboxOptions Read(IConfigurationSection section)
    {
        if (SettingsCheck.WrongDurations(section, nameof(FirstRetry), nameof(LastRetry), nameof(Timeout), nameof(Flush)).FirstOrDefault() is { } fault) throw new ArgumentException(fault);
        return this with
        {
            Capacity = section.GetValue(nameof(Capacity), Capacity),
            FirstRetry = section.GetValue(nameof(FirstRetry), FirstRetry),
            LastRetry = section.GetValue(nameof(LastRetry), LastRetry),
            Timeout = section.GetValue(nameof(Timeout), Timeout),
            Flush = section.GetValue(nameof(Flush), Flush),
        };
    }

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal OutboxOptions ValidateOutbox()
    {
        RequireText(Capacity is >= 2 and <= 10_000_000, nameof(Capacity), Capacity, "2 to 10000000");
        RequireText(FirstRetry.TotalSeconds is >= 0.01 and <= 3_600, nameof(FirstRetry), FirstRetry, "10 ms to 1 h");
        RequireText(LastRetry >= FirstRetry && LastRetry.TotalSeconds <= 3_600, nameof(LastRetry), LastRetry, "the first retry to 1 h");
        RequireText(Timeout.TotalSeconds is >= 0.1 and <= 600, nameof(Timeout), Timeout, "100 ms to 10 min");
        RequireText(Flush.TotalSeconds is >= 0 and <= 3_600, nameof(Flush), Flush, "0 to 1 h");
        return this;
    }
}
