using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>What is asked of a capture device, and what happens when it goes away.</summary>
public sealed record MicrophoneOptions
{
    /// <summary>Name of the device: "default", "hw:1,0", or any other PCM of the system's configuration.</summary>
    public string Device { get; init; } = "default";

    /// <summary>Samples per second to ask for, 4,000 to 192,000. A device that has not this rate gives the nearest it has.</summary>
    public int SampleRate { get; init; } = 16_000;

    /// <summary>The channel to listen to, counted from 0; null for the mean of all of them (one, where the device can).</summary>
    public int? Channel { get; init; }

    /// <summary>S16, S32 or F32; null for the one of them that keeps most, where the device has several.</summary>
    public SampleEncoding? Encoding { get; init; }

    /// <summary>Sound that the device hands over at a time, 1 ms to 1 s: with the least delay that it allows.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Sound that may wait in the device before it loses some, at least two periods, at most 10 s.</summary>
    public TimeSpan Buffer { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A device that gives nothing for this long counts as lost, 200 ms to 1 min.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time from a lost device to the first try to open it again, 10 ms to 1 min; it doubles with every try, and up to half of it is left out by chance.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest time between two tries, from <see cref="FirstRetry"/> to 1 min.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock that losses and retries go by; by default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Told of every change, on the thread that reads, which waits for it. It may dispose the microphone. What it throws is counted in
    /// <see cref="CaptureStatus.StatusErrors"/> and goes no further.
    /// </summary>
    public Action<CaptureStatus>? OnStatus { get; init; }

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal MicrophoneOptions Validate()
    {
        Require(Device.Length > 0, nameof(Device), Device, "the name of a device");
        Require(SampleRate is >= 4_000 and <= 192_000, nameof(SampleRate), SampleRate, "4000 to 192000");
        Require(Channel is null or (>= 0 and < 1_024), nameof(Channel), Channel, "0 to 1023");
        Require(Encoding is null or SampleEncoding.S16 or SampleEncoding.S32 or SampleEncoding.F32, nameof(Encoding), Encoding, "S16, S32 or F32");
        Require(Period.TotalSeconds is >= 0.001 and <= 1, nameof(Period), Period, "1 ms to 1 s");
        Require(Buffer >= 2 * Period && Buffer.TotalSeconds <= 10, nameof(Buffer), Buffer, "two periods to 10 s");
        Require(Silence.TotalSeconds is >= 0.2 and <= 60, nameof(Silence), Silence, "200 ms to 1 min");
        Require(FirstRetry.TotalSeconds is >= 0.01 and <= 60, nameof(FirstRetry), FirstRetry, "10 ms to 1 min");
        Require(LastRetry >= FirstRetry && LastRetry.TotalSeconds <= 60, nameof(LastRetry), LastRetry, "the first retry to 1 min");
        return this;
    }
}
