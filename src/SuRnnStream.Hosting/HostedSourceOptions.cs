namespace SuRnnStream;

/// <summary>One source of a host.</summary>
public sealed class HostedSourceOptions
{
    /// <summary>
    /// <c>microphone:NAME</c>, the path of a file of sound or sensors, <c>replay:FILE</c> for a file in real time (<c>?loop=true</c>, <c>?speed=N</c>), or an address that an <see cref="ISourceOpener"/> opens. Null where
    /// <see cref="SuRnnStreamBuilder.AddSource"/> has said how the source is made.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>
    /// True: a device. It does not wait, so what comes too fast is dropped and counted, and when it ends or fails it is opened again. False: a file. It
    /// waits, nothing is lost, and its end is the end. Null: a device if it is an <see cref="ICaptureSource"/> or a <see cref="PushSource"/>.
    /// </summary>
    public bool? Live { get; set; }

    /// <summary>The channel of sound to take, counted from 0; null: the mean of all.</summary>
    public int? Channel { get; set; }

    /// <summary>What a source of sensors calls the model's channels, and their units where it says none (<see cref="SensorMap"/>): <c>acc x=ax [g], acc y=ay [g]</c>. Null: as the model does.</summary>
    public string? Map { get; set; }

    /// <summary>Time from a lost source to the first try to open it again, 10 ms to 1 h; it doubles with every try, and up to half of it is left out by chance.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest time between two tries, from <see cref="FirstRetry"/> to 1 h.</summary>
    public TimeSpan LastRetry { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>True: it is one object, which cannot be opened again once it has ended. Set by <see cref="SuRnnStreamBuilder.AddPushSource"/>.</summary>
    internal bool EndsWhenCompleted { get; set; }
}
