namespace SuRnnStream;

/// <summary>
/// The sound around what a hosted detector nearly detected, which is somebody's voice: off unless this is set. <c>surnn review FOLDER</c> plays it, and what was
/// reviewed can be trained on. Read once, at the start.
/// </summary>
public sealed class HostedNearMissOptions
{
    /// <inheritdoc cref="NearMissOptions.From"/>
    public float From { get; set; } = new NearMissOptions().From;

    /// <inheritdoc cref="NearMissOptions.Before"/>
    public TimeSpan Before { get; set; } = new NearMissOptions().Before;

    /// <inheritdoc cref="NearMissOptions.After"/>
    public TimeSpan After { get; set; } = new NearMissOptions().After;

    /// <summary>
    /// Where each is written, as a WAV file and a JSON file; a relative path begins at the host's content root. The folder is made if there is none, for this user alone.
    /// Detectors may share it. Cannot be left out.
    /// </summary>
    public string? Folder { get; set; }

    /// <inheritdoc cref="NearMissFolderOptions.Keep"/>
    public int Keep { get; set; } = new NearMissFolderOptions().Keep;

    /// <inheritdoc cref="NearMissFolderOptions.Megabytes"/>
    public int Megabytes { get; set; } = new NearMissFolderOptions().Megabytes;

    internal NearMissOptions ToOptions() => new() { From = From, Before = Before, After = After };

    internal NearMissFolderOptions ToFolder() => new() { Keep = Keep, Megabytes = Megabytes };

    internal bool Equal(HostedNearMissOptions? other) => other is not null && (From, Before, After, Folder, Keep, Megabytes) == (other.From, other.Before, other.After, other.Folder, other.Keep, other.Megabytes);
}
