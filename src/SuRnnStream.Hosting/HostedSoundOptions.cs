namespace SuRnnStream;

/// <summary>
/// The sound around a hosted detector's detections, which is somebody's voice: off unless this is set. Sinks get it as <see cref="HeardDetection.Sound"/>; with a
/// <see cref="Folder"/> it is also written there. Read once, at the start.
/// </summary>
public sealed class HostedSoundOptions
{
    /// <inheritdoc cref="SoundOptions.Before"/>
    public TimeSpan Before { get; set; } = new SoundOptions().Before;

    /// <inheritdoc cref="SoundOptions.After"/>
    public TimeSpan After { get; set; } = new SoundOptions().After;

    /// <summary>
    /// Where a WAV file is written of each detection that reaches the sinks; a relative path begins at the host's content root. The folder is made if there is
    /// none, for this user alone. JSON names the file in <c>sound</c>. Null: the sound stays in memory.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>Files of this host that the folder keeps, 1 to 1,000,000: the oldest is deleted when there are more.</summary>
    public int Keep { get; set; } = 1_000;

    internal SoundOptions ToOptions() => new() { Before = Before, After = After };

    internal bool Equal(HostedSoundOptions? other) => other is not null && (Before, After, Folder, Keep) == (other.Before, other.After, other.Folder, other.Keep);
}
