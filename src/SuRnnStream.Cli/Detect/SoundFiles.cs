namespace SuRnnStream.Cli;

/// <summary>
/// Writes the sound around each detection as a WAV file, as a host does for its detectors. A file is there when its sound is complete, some seconds after its detection.
/// </summary>
sealed class SoundFiles
{
    readonly SoundFolder _folder;
    readonly bool _live;
    readonly Lock _lock = new();                                            // guards what follows
    readonly Dictionary<(string Label, TimeSpan Time), string> _names = []; // of detections that have not been printed
    readonly List<Task> _writing = [];
    string _source = "";
    int _written;
    Exception? _failure;

    SoundFiles(SoundFolder folder, SoundOptions options, bool live) => (_folder, Options, _live) = (folder, options, live);

    /// <summary>Null: no folder is named.</summary>
    /// <param name="folder">What --sounds says; made if there is none, for this user alone.</param>
    /// <param name="before">What --sound-before says, in seconds.</param>
    /// <param name="after">What --sound-after says.</param>
    /// <param name="keep">What --keep-sounds says: files that stay, 1 to 1,000,000. The oldest is deleted when there are more.</param>
    /// <param name="model">Of sound, or there is none to be kept.</param>
    /// <param name="live">True: files are named by when it was, as a host's; false: by the source and the place in it, so that another run writes the same.</param>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    /// <exception cref="UsageException">An option lies outside its range, or the model detects events of sensors.</exception>
    public static SoundFiles? Of(string? folder, double before, double after, int keep, SuRnnModel model, bool live)
    {
        if (folder is null) return null;
        if (model.Config.Sensor is not null) throw new UsageException("--sounds is for sound, but the model detects events of sensors");
        if (!(before is >= 0 and <= 10) || !(after is >= 0 and <= 60)) throw new UsageException("--sound-before is 0 to 10 and --sound-after 0 to 60 seconds");
        if (keep is < 1 or > 1_000_000) throw new UsageException("--keep-sounds is 1 to 1000000");
        return new SoundFiles(new SoundFolder(folder, Path.GetFullPath(folder), keep), new SoundOptions { Before = TimeSpan.FromSeconds(before), After = TimeSpan.FromSeconds(after) }, live);
    }

    public SoundOptions Options { get; }

    /// <summary>The next input starts.</summary>
    public void Begin(string source)
    {
        lock (_lock) _source = source;
    }

    /// <summary>Before its detection is printed.</summary>
    public void Take(DetectedSound sound)
    {
        lock (_lock)
        {
            var file = _live ? _folder.NameFor(_source, sound.Detection, TimeProvider.System.GetUtcNow()) : _folder.NameFor(Path.GetFileNameWithoutExtension(_source), sound.Detection);
            _names[(sound.Detection.Label, sound.Detection.Time)] = file;
            _writing.RemoveAll(task => task.IsCompleted);
            _writing.Add(sound.Completed.ContinueWith(_ => Write(sound, file), TaskScheduler.Default));
        }
    }

    /// <summary>The file of a detection, once; null: it has none.</summary>
    public string? FileOf(in Detection detection)
    {
        lock (_lock) return _names.Remove((detection.Label, detection.Time), out var file) ? file : null;
    }

    /// <summary>Waits for those of an input that has ended.</summary>
    /// <returns>Files written so far.</returns>
    /// <exception cref="IOException">One could not be written.</exception>
    public async Task<int> WrittenAsync()
    {
        Task[] writing;
        lock (_lock) writing = [.. _writing];
        await Task.WhenAll(writing);
        if (_failure is { } failure) throw new IOException($"{_folder.Name}: a sound could not be written: {failure.Message}", failure);
        return _written;
    }

    void Write(DetectedSound sound, string file)
    {
        lock (_lock)
        {
            try
            {
                _folder.Write(file, sound.Samples.Span, sound.SampleRate);
                _written++;
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                _failure ??= failed;
            }
        }
    }
}
