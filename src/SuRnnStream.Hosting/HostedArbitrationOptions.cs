namespace SuRnnStream;

/// <summary>
/// Which of a host's detectors answers when several detect the same label on different sources. By default all do. A section below it names who decides among
/// machines: <c>Arbitration:Mqtt</c> of SuRnnStream.Sensors.
/// </summary>
public sealed class HostedArbitrationOptions
{
    /// <summary>Time from the first detection in which others are of the same word, above zero and at most a minute. Null: no arbitration.</summary>
    public TimeSpan? Window { get; set; }

    /// <summary>By what one is chosen. Loudest and Clearest need <see cref="HostedDetectorOptions.Level"/>.</summary>
    public ArbitrationRule Rule { get; set; }
}
