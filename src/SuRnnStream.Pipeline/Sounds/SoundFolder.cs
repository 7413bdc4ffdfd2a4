using System.Globalization;

namespace SuRnnStream;

/// <summary>
/// A folder of WAV files around detections, of which the newest are kept: people's voices, so the folder is for this user alone where it is made here. For <see cref="PipelineOptions.OnSound"/>: a file is named
/// when its sound begins, and written when it has come to its end. Names are given under the caller's lock, files are written by one thread.
/// </summary>
public sealed class SoundFolder
{
    readonly string _path;
    readonly int _keep;
    readonly Queue<string> _files;              // those that are there, the oldest first
    readonly Dictionary<string, int> _given = []; // how often each name was given at that time
    string _time = "";                          // of the last name

    /// <param name="name">What the names of files begin with: the folder as its user wrote it.</param>
    /// <param name="path">Where it is, in full; made if there is none.</param>
    /// <param name="keep">Files that stay, 1 or more: the oldest is deleted when there are more. Only files that this class has named by a time count, and those written now.</param>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    public SoundFolder(string name, string path, int keep)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        (Name, _path, _keep) = (name, path, keep);
        try
        {
            KeptFiles.MakeFolder(path);
            _files = new(Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)!).Where(KeptFiles.IsOurs).Order(StringComparer.Ordinal));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException(denied.Message, denied);
        }
    }

    /// <summary>As its user wrote it.</summary>
    public string Name { get; }

    /// <summary>A file of its own for a detection, by when it was.</summary>
    /// <param name="detector">Who has made it; what no file's name may have becomes _.</param>
    /// <param name="detection">Its label is in the name.</param>
    /// <param name="at">When it was; the name has it in UTC, to the millisecond.</param>
    /// <returns>The file in the folder's <see cref="Name"/>, for <see cref="Write"/>.</returns>
    public string NameFor(string detector, in Detection detection, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(detector);
        var time = KeptFiles.Time(at);
        if (time != _time) _given.Clear();
        _time = time;
        var name = $"{time}-{KeptFiles.Part(detector)}-{KeptFiles.Part(detection.Label)}";
        var times = _given[name] = _given.GetValueOrDefault(name) + 1;
        return Path.Combine(Name, times == 1 ? $"{name}.wav" : FormattableString.Invariant($"{name}-{times}.wav"));
    }

    /// <summary>The same by the place in a recording, so that another run writes the same file.</summary>
    /// <param name="source">The recording.</param>
    /// <param name="detection">Its start and its label are in the name.</param>
    /// <inheritdoc cref="NameFor(string, in Detection, DateTimeOffset)" path="/returns"/>
    public string NameFor(string source, in Detection detection)
    {
        ArgumentNullException.ThrowIfNull(source);
        var name = string.Create(CultureInfo.InvariantCulture, $"{KeptFiles.Part(source)}-{detection.Start.TotalSeconds:00000.000}-{KeptFiles.Part(detection.Label)}");
        var times = _given[name] = _given.GetValueOrDefault(name) + 1;
        return Path.Combine(Name, times == 1 ? $"{name}.wav" : FormattableString.Invariant($"{name}-{times}.wav"));
    }

    /// <summary>Writes a file, and deletes the oldest where there are too many.</summary>
    /// <param name="file">A name that <see cref="NameFor(string, in Detection, DateTimeOffset)"/> gave.</param>
    /// <param name="samples">In [-1, 1], one channel.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <exception cref="IOException">The file cannot be written, or an old one not deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Write(string file, ReadOnlySpan<float> samples, int sampleRate)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var name = Path.GetFileName(file);
        WavWriter.Write(Path.Combine(_path, name), samples, sampleRate);
        _files.Enqueue(name);
        while (_files.Count > _keep) File.Delete(Path.Combine(_path, _files.Dequeue()));
    }
}
