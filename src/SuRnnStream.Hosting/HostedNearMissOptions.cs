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

    /// <summary>The part that a pipeline or a pool takes.</summary>
    public NearMissOptions ToOptions() => new() { From = From, Before = Before, After = After };

    /// <summary>The part that a folder takes.</summary>
    public NearMissFolderOptions ToFolder() => new() { Keep = Keep, Megabytes = Megabytes };

    /// <summary>The names of its keys in a configuration.</summary>
    public static IReadOnlyList<string> Keys { get; } = [nameof(From), nameof(Before), nameof(After), nameof(Folder), nameof(Keep), nameof(Megabytes)];

    /// <summary>What is wrong with it, a line each; empty where nothing is.</summary>
    /// <param name="path">Of the section, for the lines.</param>
    public IReadOnlyList<string> Faults(string path)
    {
        var faults = new List<string>();
        void Require<T>(bool holds, string name, T value, string range)
        {
            if (!holds) faults.Add(OptionCheck.Complaint($"{path}:{name}", value, range));
        }
        Require(From is > 0 and < 1, nameof(From), From, "(0, 1)");
        Require(Before >= TimeSpan.Zero && Before <= TimeSpan.FromSeconds(10), nameof(Before), Before, "0 to 10 s");
        Require(After >= TimeSpan.Zero && After <= TimeSpan.FromSeconds(60), nameof(After), After, "0 to 60 s");
        Require(Keep is >= 1 and <= 1_000_000, nameof(Keep), Keep, "1 to 1000000");
        Require(Megabytes is >= 1 and <= 1_000_000, nameof(Megabytes), Megabytes, "1 to 1000000");
        if (string.IsNullOrEmpty(Folder)) faults.Add($"{path}:{nameof(Folder)} is missing: name the folder that they are to be written to.");
        return faults;
    }

    internal bool Equal(HostedNearMissOptions? other) => other is not null && (From, Before, After, Folder, Keep, Megabytes) == (other.From, other.Before, other.After, other.Folder, other.Keep, other.Megabytes);
}
