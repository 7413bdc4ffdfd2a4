namespace SuRnnStream.Evaluation.Mixing;

/// <summary>Clips in folders named after what is heard in them, each given out once in random order.</summary>
sealed class ClipPool
{
    /// <summary>Folders in which nothing is said.</summary>
    public static readonly string[] SilenceNames = ["_silence_", "silence", "_background_noise_", "background_noise", "background"];

    const float Silent = 0.001f; // RMS of the loudest part below which a clip is silent: -60 dBFS

    readonly string _root;
    readonly int _rate;
    readonly List<(string Label, Queue<string> Files)> _folders;

    /// <param name="root">Folder of the folders.</param>
    /// <param name="labels">Those that are drawn from.</param>
    /// <param name="rate">Samples per second that clips are brought to.</param>
    /// <param name="random">Chooses the order.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public ClipPool(string root, IEnumerable<string> labels, int rate, Random random)
    {
        (_root, _rate, _folders) = (root, rate, []);
        foreach (var label in labels)
        {
            string[] files = [.. AudioFile.In(Path.Combine(root, label))];
            random.Shuffle(files);
            _folders.Add((label, new Queue<string>(files)));
        }
    }

    /// <summary>Clips from each folder in turn, as long as it has any.</summary>
    /// <param name="count">How many.</param>
    /// <param name="what">What messages call them.</param>
    /// <exception cref="IOException">There are fewer, or one cannot be read; the message says so.</exception>
    public List<(string Label, float[] Samples, AudiblePart Part)> Draw(int count, string what)
    {
        var drawn = new List<(string, float[], AudiblePart)>(count);
        for (var before = -1; drawn.Count < count && drawn.Count > before;)
        {
            before = drawn.Count;
            foreach (var (label, files) in _folders.TakeWhile(_ => drawn.Count < count))
                if (Next(files) is { } clip) drawn.Add((label, clip.Samples, clip.Part));
        }
        if (drawn.Count == count) return drawn;
        var names = _folders.Count == 0 ? "no other folder" : string.Join(", ", _folders.Select(folder => folder.Label));
        throw new IOException($"{_root}: {count} {what} are wanted, but {names} {(_folders.Count == 1 ? "has" : "have")} only {drawn.Count} clips in which something is heard");
    }

    /// <summary>The next clip that is not silent, as a few of any collection are.</summary>
    (float[] Samples, AudiblePart Part)? Next(Queue<string> files)
    {
        while (files.TryDequeue(out var file))
        {
            var samples = AudioFile.ReadAll(file, _rate);
            var part = AudiblePart.Of(samples, _rate);
            if (Waveform.Rms(samples.AsSpan(part.Start, part.End - part.Start)) >= Silent) return (samples, part);
        }
        return null;
    }
}
