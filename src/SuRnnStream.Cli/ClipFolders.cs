namespace SuRnnStream.Cli;

/// <summary>Clips in folders named after what is heard in them.</summary>
static class ClipFolders
{
    static readonly string[] SilenceNames = ["_silence_", "silence", "_background_noise_", "background_noise", "background"];

    /// <summary>The clips DIR/LABEL/*.wav, each with the model's label for it.</summary>
    /// <exception cref="IOException">There is no such folder, or no clip in it.</exception>
    /// <exception cref="UsageException">The model has no label for a folder.</exception>
    public static IReadOnlyList<(string Path, string Label)> Find(string directory, IReadOnlyList<string> labels)
    {
        if (!Directory.Exists(directory)) throw new IOException($"{directory}: there is no such folder");
        List<(string Path, string Label)> clips =
        [
            .. from folder in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal)
               let files = WavPaths.In(folder).ToList()
               where files.Count > 0
               let label = LabelOf(folder, labels)
               from file in files
               select (file, label),
        ];
        return clips.Count > 0 ? clips : throw new IOException($"{directory}: there are no clips LABEL/*.wav in this folder");
    }

    static string LabelOf(string folder, IReadOnlyList<string> labels)
    {
        var name = Path.GetFileName(folder);
        if (labels.Contains(name)) return name;
        var label = SilenceNames.Contains(name) ? ClipClassifier.Silence : ClipClassifier.Unknown;
        if (labels.Contains(label)) return label;
        throw new UsageException($"{folder}: the model has neither a label '{name}' nor '{label}', only {string.Join(", ", labels)}");
    }

    public static float[] ReadAll(ISampleSource source)
    {
        var (samples, filled) = (new float[16_384], 0);
        while (source.Read(samples.AsSpan(filled)) is > 0 and var got)
        {
            filled += got;
            if (filled == samples.Length) Array.Resize(ref samples, 2 * filled);
        }
        return samples[..filled];
    }
}
